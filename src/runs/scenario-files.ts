/** The files that a scenario names: where they are, and what is wrong with those that requests are made of. */
import { isAbsolute, resolve } from 'node:path';
import { errorCode, readBytes, readText } from '../host/files.ts';
import { textOf } from '../host/text.ts';
import { type KnownFeeder, requestMistakes } from '../load/requests/check.ts';
import { parseRows } from '../load/requests/feeder-rows.ts';
import { feedersOf, requestTemplate } from '../load/requests/request-template.ts';
import { readBody } from '../load/requests/source.ts';
import { secureContextOf } from '../load/transport/dialer.ts';
import { messageOf } from '../model/errors.ts';
import type { ComposeTopology, LoadSpec, Scenario } from '../model/scenario.ts';
import type { Mistake } from '../scenario/load-scenario.ts';

/** One file: the key of the scenario that names it, and its absolute path. */
interface NamedFile {
  readonly key: Mistake['path'];
  readonly file: string;
}

type Key = readonly (string | number)[];

/** The keys that name files, each with its value made absolute; relative paths count from `folder`, the scenario's own. */
export function namedFiles(
  { topology, load, target, variants }: Scenario,
  folder: string,
): { key: Key; file: string }[] {
  const files: { key: Key; file: string }[] = [];
  const add = (key: Key, file: string) => files.push({ key, file: isAbsolute(file) ? file : resolve(folder, file) });
  if (topology.engine !== 'external') for (const { key, file } of composeFilesOf(topology)) add(key, file);
  for (const [name, { overlays = [] }] of Object.entries(variants ?? {}))
    for (const [index, file] of overlays.entries()) add(['variants', name, 'overlays', index], file);
  if ('socket' in target) add(['target', 'socket'], target.socket);
  for (const each of ['ca', 'cert', 'key'] as const) {
    const file = target.tls?.[each];
    if (file !== undefined) add(['target', 'tls', each], file);
  }
  for (const [index, { bodyFile }] of load.requests.entries())
    if (bodyFile !== undefined) add([...keyOf(load, index), 'bodyFile'], bodyFile);
  for (const [name, { file, format }] of Object.entries(load.feeders)) add(['load', 'feeders', name, format], file);
  return files;
}

/** The compose files of a topology, each with the key that names it. */
export function composeFilesOf({
  compose,
  composeFiles,
  overlays = [],
}: ComposeTopology): { key: Key; file: string }[] {
  const listed = composeFiles?.map((file, index) => ({ key: ['topology', 'compose', index], file }));
  return [
    ...(listed ?? [{ key: ['topology', 'compose'], file: compose }]),
    ...overlays.map((file, index) => ({ key: ['topology', 'overlays', index], file })),
  ];
}

/** What is wrong with the requests of a scenario whose paths are absolute, and with the files they are made of. */
export async function checkRequests({ load }: Scenario): Promise<Mistake[]> {
  const mistakes: Mistake[] = [];
  const feeders = new Map<string, KnownFeeder>();
  for (const [name, spec] of Object.entries(load.feeders)) {
    const key = ['load', 'feeders', name, spec.format];
    const text = await readable({ key, file: spec.file }, mistakes, () => readOnlyText(spec.file));
    feeders.set(name, {
      spec,
      rows: text === undefined ? undefined : rowsOf({ key, file: spec.file }, text, spec, mistakes),
    });
  }
  const used = new Set<string>();
  for (const [index, request] of load.requests.entries()) {
    const key = keyOf(load, index);
    const file = { key: [...key, 'bodyFile'], file: request.bodyFile ?? '' };
    const body = await readable(file, mistakes, () => readBody(request, load.feeders));
    const template = requestTemplate(request, body ?? '');
    for (const name of feedersOf(template)) used.add(name);
    const found = requestMistakes(template, feeders);
    mistakes.push(...found.map((mistake) => ({ path: [...key, ...mistake.key], message: mistake.message })));
  }
  if (mistakes.length > 0) return mistakes;
  return [...feeders].flatMap(([name, { rows = [] }]) =>
    used.has(name)
      ? []
      : [
          {
            path: ['load', 'feeders', name],
            message: `is of no use: no request has a place for it (example: ${exampleOf(name, rows)})`,
          },
        ],
  );
}

function exampleOf(name: string, [row = {}]: NonNullable<KnownFeeder['rows']>): string {
  return `\${${name}.${Object.keys(row)[0] ?? 'id'}}`;
}

/** What is wrong with the compose files of a scenario whose paths are absolute. */
export async function checkComposeFiles(scenario: Scenario): Promise<Mistake[]> {
  const mistakes: Mistake[] = [];
  const named = namedFiles(scenario, '/').filter(({ key }) => key.includes('overlays') || key[1] === 'compose');
  for (const each of named) await readable(each, mistakes, () => readText(each.file));
  return mistakes;
}

/** What is wrong with the certificates of a scenario whose paths are absolute. */
export async function checkTls({ target: { tls } }: Scenario): Promise<Mistake[]> {
  if (!tls) return [];
  const mistakes: Mistake[] = [];
  for (const each of ['ca', 'cert', 'key'] as const) {
    const file = tls[each];
    if (file !== undefined) await readable({ key: ['target', 'tls', each], file }, mistakes, () => readText(file));
  }
  if (mistakes.length > 0) return mistakes;
  try {
    await secureContextOf(tls);
    return [];
  } catch (error) {
    return [{ path: ['target', 'tls'], message: `cannot be used: ${messageOf(error)}` }];
  }
}

/** Where the request stands: only `load.request` has no name. */
function keyOf(load: LoadSpec, index: number): Key {
  return load.requests[index]?.name === '' ? ['load', 'request'] : ['load', 'requests', index];
}

async function readable<T>(named: NamedFile, mistakes: Mistake[], read: () => Promise<T>): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    const message = `names a file that cannot be read: ${messageOf(error)}`;
    mistakes.push(errorCode(error) === 'ENOENT' ? notThere(named) : { path: named.key, message });
    return undefined;
  }
}

function rowsOf({ key, file }: NamedFile, text: string, { format }: KnownFeeder['spec'], mistakes: Mistake[]) {
  try {
    return parseRows(text, format);
  } catch (error) {
    mistakes.push({ path: key, message: `names ${file}, which is no good: ${messageOf(error)}` });
    return undefined;
  }
}

/** The text of a file; rejects when it is none, and says where. */
async function readOnlyText(file: string): Promise<string> {
  const text = textOf(await readBytes(file));
  if (typeof text === 'string') return text;
  throw new Error(`line ${text.line}, column ${text.column} of ${file} ${text.message}`);
}

/** The mistake of naming a file that is not there. */
function notThere({ key, file }: NamedFile): Mistake {
  return { path: key, message: `names a file that is not there: ${file}` };
}
