/** `rampart init`: a first scenario for what is here: a compose file, a Go repository, Kubernetes manifests, or something that runs already. */
import { relative, resolve } from 'node:path';
import { isFolder } from '../../host/file-tree.ts';
import { exitCodes, RampartError, usageError } from '../../model/errors.ts';
import { findModules } from '../../topology/go-repository/modules.ts';
import { type FoundFiles, findComposeFiles, isBeside } from '../../topology/survey/find-compose-files.ts';
import type { Command, CommandArgs, CommandContext } from '../command.ts';
import { schemaFor } from '../schema-place.ts';
import { composeDraft, type Draft } from './compose.ts';
import { createScenario, ignoreRuns, refuseExisting } from './files.ts';
import { goDraft } from './go.ts';
import { manifestDraft } from './manifests.ts';
import { scenarioText } from './scenario-text.ts';
import { urlDraft } from './url.ts';

export const initCommand: Command = {
  name: 'init',
  positionals: '[path]',
  summary: 'Write a first scenario for your own compose file, Go repository, manifests, or something that runs',
  examples: [
    ['rampart init', 'takes what docker compose would take in this directory, else its Go program'],
    ['rampart init deploy/compose.yaml --out load/ramp.yaml', 'names both'],
    [
      'rampart init --main ./cmd/api',
      'a Go repository without a compose file: builds and starts that program for a few seconds',
    ],
    ['rampart init --from-manifests k8s/', 'what kubectl apply -f k8s/ would start, in a namespace of each run'],
    ['rampart init --url http://127.0.0.1:8080/items', 'something that already runs'],
  ],
  options: {
    path: { describe: 'Compose file, or the folder that it or a Go module is in', type: 'string', positional: true },
    out: { describe: 'Scenario file to write', type: 'string', default: 'rampart.yaml', short: 'o' },
    main: { describe: 'Main package of a Go repository, such as ./cmd/api', type: 'string' },
    start: {
      describe: 'Build and start the Go program for a few seconds, to see what it does (--no-start only reads)',
      type: 'boolean',
      default: true,
    },
    url: { describe: 'Address of something that already runs', type: 'string' },
    'from-manifests': {
      describe: 'Kubernetes manifests: a file, or a folder of them or of a kustomization',
      type: 'string',
    },
    gitignore: { describe: 'Have git ignore runs/ (--no-gitignore leaves it)', type: 'boolean', default: true },
    force: { describe: 'Write over a scenario that is there', type: 'boolean' },
  },
  run: async (args, context) => {
    refuseContradictions(args);
    const out = resolve(context.cwd, args.string('out') ?? 'rampart.yaml');
    const name = relative(context.cwd, out);
    refuseExisting(out, args.flag('force'), context);
    const draft = await draftFor(args, out, context);
    const text = scenarioText({ ...draft.parts, schema: schemaFor(out, context.version) });
    await createScenario(out, text, args.flag('force'), context);
    const ignored = args.flag('gitignore') ? await ignoreRuns(context) : undefined;
    const end = [`wrote ${name}; start it with: rampart run ${name}`, ...(ignored === undefined ? [] : [ignored])];
    context.show([...draft.words(name), ...end, ''].join('\n'));
    return exitCodes.ok;
  },
};

function refuseContradictions(args: CommandArgs): void {
  const sources = ['url', 'from-manifests'].filter((name) => args.string(name) !== undefined);
  const [source] = sources;
  const given = [...sources.slice(1), ...['path', 'main'].filter((name) => args.string(name) !== undefined)];
  if (source === undefined || given.length === 0) return;
  const what = source === 'url' ? 'something that runs already' : 'Kubernetes manifests';
  throw usageError(
    'flag-invalid',
    `--${source} is for ${what}, got ${given.map((name) => (name === 'path' ? 'a path' : `--${name}`)).join(' and ')} besides`,
    'Leave one of them out.',
  );
}

async function draftFor(args: CommandArgs, out: string, context: CommandContext): Promise<Draft> {
  const url = args.string('url');
  if (url !== undefined) return await urlDraft(url, context);
  const manifests = args.string('from-manifests');
  if (manifests !== undefined) return await manifestDraft(manifests, out, context);
  const wishes = { main: args.string('main'), isStarted: args.flag('start'), out };
  const path = args.string('path');
  const folder = resolve(context.cwd, path ?? '.');
  const toGo = async (notes: readonly string[]) => await goDraft({ ...wishes, folder, notes }, context);
  if (wishes.main !== undefined) return await toGo([]);
  const isGo = isFolder(folder) && (await findModules(folder)).length > 0;
  const found = foundCompose(path, isGo, context);
  if (found === undefined) return await toGo([]);
  const file = relative(context.cwd, found.files.compose);
  const take = `rampart init ${file} takes it`;
  if (isGo && path !== file && isBeside(file))
    return await toGo([`${file} seems to be for something beside the program: ${take}`]);
  try {
    return await composeDraft(found, out, context);
  } catch (error) {
    // Often it holds what the program needs, and not the program.
    if (!isGo || !(error instanceof RampartError) || error.code !== 'init-no-port') throw error;
    return await toGo([
      `${file} has no service that takes HTTP; if the program needs what is in it, start that first: docker compose -f ${file} up -d`,
    ]);
  }
}

/** Undefined where there is none and a Go module instead; without either the error says both. */
function foundCompose(path: string | undefined, isGo: boolean, { cwd, env }: CommandContext): FoundFiles | undefined {
  try {
    return findComposeFiles(path, cwd, env);
  } catch (error) {
    if (!(error instanceof RampartError) || error.code !== 'compose-missing') throw error;
    if (isGo) return undefined;
    throw usageError(
      'compose-missing',
      `${error.message}; and there is no go.mod either`,
      'Name one: rampart init path/to/compose.yaml; or something that runs: rampart init --url http://127.0.0.1:8080/',
    );
  }
}
