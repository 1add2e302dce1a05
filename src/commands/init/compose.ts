/** A first scenario for the user's own compose file. */
import { basename, dirname, join, relative } from 'node:path';
import { readTextIfAny } from '../../host/files.ts';
import { RampartError, retold } from '../../model/errors.ts';
import { type ComposeFile, parseComposeFile } from '../../topology/compose-file/compose-file.ts';
import { readHints } from '../../topology/compose-file/service-labels.ts';
import { type ComposeFiles, readComposeSource } from '../../topology/compose-file/sources.ts';
import { findPprof } from '../../topology/observe/find-pprof.ts';
import type { FoundFiles } from '../../topology/survey/find-compose-files.ts';
import { type ServiceSketch, sketchServices } from '../../topology/survey/sketch-services.ts';
import type { CommandContext } from '../command.ts';
import { type ChosenTarget, chooseTarget, whatItIs } from './compose-target.ts';
import type { ScenarioParts } from './scenario-text.ts';

/** One service as `init` sees it: its ports are those that may take traffic, and where pprof is, if that is known. */
interface SeenService extends ServiceSketch {
  readonly pprofPort: number | undefined;
  readonly answered: boolean;
}

/** The scenario's own parts, and what to say of how they were found. */
export interface Draft {
  readonly parts: Omit<ScenarioParts, 'schema'>;
  /** Everything but where it was written; `out` is how the file is called. */
  words(out: string): readonly string[];
}

/** Reads the compose files and chooses; usageError as of them, and where no service takes HTTP. */
export async function composeDraft({ files, notes }: FoundFiles, out: string, context: CommandContext): Promise<Draft> {
  const file = await readProject(files, context);
  const services = await seeServices(file, files, notes, context);
  const target = chooseFrom(services, files, notes);
  const read = file.files.map((path) => relative(context.cwd, path));
  return {
    parts: {
      topology: `  compose: ${namedFrom(dirname(out), files)}`,
      target: `{ service: ${JSON.stringify(target.service)}, port: ${target.port} }`,
      request: '{ path: / }',
      hasPprof: true,
      hasMetrics: true,
      isStarted: true,
    },
    words: (name) => describe({ services, read, notes, out: name, target }),
  };
}

/** Reads the project; what it complains of may be for want of the variables that a project brings as an example. */
async function readProject(files: ComposeFiles, context: CommandContext): Promise<ComposeFile> {
  try {
    return parseComposeFile(readComposeSource(files), context.env);
  } catch (error) {
    const hint = await exampleHint(dirname(files.compose), context);
    if (!(error instanceof RampartError) || hint === undefined) throw error;
    throw retold(error, { message: error.message, hint });
  }
}

const examples = [
  '.env.example',
  '.env.sample',
  '.env.dist',
  '.env.template',
  '.env.default',
  'example.env',
  'sample.env',
];

async function exampleHint(folder: string, { cwd }: CommandContext): Promise<string | undefined> {
  if ((await readTextIfAny(join(folder, '.env'))) !== undefined) return undefined;
  for (const name of examples) {
    if ((await readTextIfAny(join(folder, name))) === undefined) continue;
    const [from, to] = [name, '.env'].map((each) => relative(cwd, join(folder, each)));
    return `There is no .env, but an example of one: cp ${from} ${to}`;
  }
  return undefined;
}

async function seeServices(
  file: ComposeFile,
  files: ComposeFiles,
  notes: string[],
  context: CommandContext,
): Promise<SeenService[]> {
  const missing: string[] = [];
  const sketches = sketchServices(file, missing);
  const told = [...new Set([...file.warnings, ...missing])];
  const hint = told.length > 0 ? await exampleHint(dirname(files.compose), context) : undefined;
  notes.push(...told, ...(hint === undefined ? [] : [hint]));
  const asleep = file.services.filter((service) => !file.active.includes(service));
  if (asleep.length > 0) {
    const list = asleep.map(({ name, profiles }) => `${name} (${profiles.join(', ')})`).join(', ');
    notes.push(`behind profiles, and so not started: ${list}; topology: { profiles: [NAME] } starts them`);
  }
  const running = await findPprof(files.compose, context.env);
  const replicas = Object.fromEntries(sketches.map(({ name }) => [name, 1]));
  return sketches.map((sketch) => {
    const hints = readHints(sketch.name, sketch.labels, replicas);
    const answering = running.get(sketch.name);
    const pprofPort = answering ?? hints.pprof?.port ?? usualPprof(sketch);
    const besides = sketch.ports.filter(({ port }) => port !== pprofPort && port !== hints.metrics?.port);
    // A service with one port has its pprof beside what users ask for.
    const ports = besides.length > 0 ? besides : sketch.ports;
    return { ...sketch, ports, pprofPort, answered: answering !== undefined };
  });
}

/** Where net/http/pprof listens in most examples; a port that is named otherwise is something else. */
function usualPprof({ ports }: ServiceSketch): number | undefined {
  return ports.find(({ port, purpose }) => port === 6060 && ['metrics', 'unknown'].includes(purpose))?.port;
}

/** What the files leave open is told before ports are blamed for it. */
function chooseFrom(services: readonly SeenService[], files: ComposeFiles, notes: readonly string[]): ChosenTarget {
  try {
    return chooseTarget(services, files.compose);
  } catch (error) {
    if (!(error instanceof RampartError) || notes.length === 0) throw error;
    throw retold(error, { message: [...notes, error.message].join('\n'), hint: error.hint });
  }
}

/** The compose files as the scenario names them; one alone is merged with what Compose merges into it. */
function namedFrom(folder: string, { compose, composeFiles }: ComposeFiles): string {
  const named = (path: string) => relative(folder, path) || basename(path);
  return JSON.stringify(composeFiles ? composeFiles.map(named) : named(compose));
}

interface Found {
  readonly services: readonly SeenService[];
  readonly read: readonly string[];
  readonly notes: readonly string[];
  readonly out: string;
  readonly target: ChosenTarget;
}

function describe({ services, read, notes, out, target }: Found): string[] {
  const lines = services.map((service) => {
    const { name, ports, pprofPort, answered } = service;
    const takes = ports.length > 0 ? `ports ${ports.map(({ port }) => port).join(', ')}` : 'no port for traffic';
    const isOther = service.known !== undefined && !service.isBuilt;
    const pprof = pprofPort === undefined ? 'no pprof known' : `pprof on ${pprofPort}${answered ? ', answering' : ''}`;
    return `  ${name}: ${whatItIs(service)}; ${takes}${isOther ? '' : `; ${pprof}`}`;
  });
  const built = services.filter(({ isBuilt }) => isBuilt);
  const inGo = built.some(({ isGo }) => isGo) ? built.filter(({ isGo }) => isGo) : built;
  const blind = inGo.filter(({ pprofPort }) => pprofPort === undefined).map(({ name }) => name);
  const advice =
    blind.length === 0
      ? []
      : [
          '',
          `Go services among ${blind.join(', ')} show more with a label and a published port each, for example:`,
          '  labels: { rampart.pprof.port: "6060", rampart.metrics.port: "6060" }',
          '  ports: ["127.0.0.1::6060"]',
        ];
  const contained = services.filter(({ needsDocker }) => needsDocker.length > 0).map(({ name }) => name);
  return [
    `services found in ${read.join(', ')}:`,
    ...lines,
    ...(notes.length > 0 ? ['', ...notes] : []),
    ...advice,
    '',
    `load goes to ${target.service}:${target.port}, ${target.why}`,
    ...(target.others.length > 0 ? [`it could also go to ${target.others.join(', ')}: change target in ${out}`] : []),
    ...(target.todo === undefined ? [] : [target.todo]),
    ...(contained.length > 0
      ? [`only with Docker, because they are not built here or want its mounts: ${contained.join(', ')}`]
      : []),
  ];
}
