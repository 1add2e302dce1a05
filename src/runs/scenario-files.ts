/** What is wrong with the files that a scenario names, whose paths are absolute. */
import { errorCode, readBytes, readText } from '../host/files.ts';
import { textOf } from '../host/text.ts';
import { type KnownFeeder, requestMistakes, valueMistakes } from '../load/requests/check.ts';
import { parseRows } from '../load/requests/feeder-rows.ts';
import { feedersOf, requestTemplate } from '../load/requests/request-template.ts';
import { readBody } from '../load/requests/source.ts';
import { secureContextOf } from '../load/transport/dialer.ts';
import { messageOf } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Secret } from '../model/secrets.ts';
import type { Mistake } from '../scenario/load-scenario.ts';
import { keyedRequests, type NamedFile, namedFiles } from '../scenario/named-files.ts';
import { bodyFileSecrets, rowSecrets } from './file-secrets.ts';

/** What is wrong with the requests of a scenario whose paths are absolute, and with the files they are made of; `learn` gets the secrets in these. */
export async function checkRequests(
  { load }: Scenario,
  learn: (found: readonly Secret[]) => void = () => undefined,
): Promise<Mistake[]> {
  const mistakes: Mistake[] = [];
  const feeders = new Map<string, KnownFeeder>();
  for (const [name, spec] of Object.entries(load.feeders)) {
    const key = ['load', 'feeders', name, spec.format];
    const text = await readable({ key, file: spec.file }, mistakes, () => readOnlyText(spec.file));
    const rows = text === undefined ? undefined : rowsOf({ key, file: spec.file }, text, spec, mistakes);
    learn(rowSecrets(name, rows ?? []));
    feeders.set(name, { spec, rows });
  }
  const used = new Set<string>();
  for (const { key, request, before } of keyedRequests(load)) {
    const file = { key: [...key, 'bodyFile'], file: request.bodyFile ?? '' };
    const mayHavePlaces = before !== undefined || Object.keys(load.feeders).length > 0;
    const body = await readable(file, mistakes, () => readBody(request, mayHavePlaces));
    if (body !== undefined && request.bodyFile !== undefined) learn(bodyFileSecrets(request.bodyFile, body));
    const template = requestTemplate(request, body ?? '', before !== undefined);
    for (const name of feedersOf(template)) used.add(name);
    const found = [...requestMistakes(template, feeders), ...(before ? valueMistakes(template, before) : [])];
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

/** What reading a file gives; that it cannot be read goes into the list. */
export async function readable<T>(
  named: NamedFile,
  mistakes: Mistake[],
  read: () => Promise<T>,
): Promise<T | undefined> {
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
