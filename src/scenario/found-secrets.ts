/** Which values of a scenario are secret, and how the rest of them is kept from being taken for one. */
import type { Document } from 'yaml';
import { fewestSecretCharacters } from '../model/secret-forms.ts';
import { isNamedSetting, isPlain, isSecretName } from '../model/secret-names.ts';
import { isPayloadKey, type Secret } from '../model/secrets.ts';
import type { FilledText, FilledValue } from './references.ts';
import { secretLiterals } from './secret-literals.ts';

type Path = readonly PropertyKey[];

/** A secret and where it stands. */
export interface FoundSecret extends Secret {
  readonly path: Path;
}

/** The secrets of a document, and what is wrong with where they stand. */
interface SecretFindings {
  readonly found: readonly FoundSecret[];
  readonly mistakes: readonly { readonly path: Path; readonly message: string }[];
}

type Found = Omit<FoundSecret, 'isSought'>;

/** All secrets of a filled document. */
export function findSecrets(
  document: Document,
  filled: readonly FilledValue[],
  env: (name: string) => string | undefined,
): SecretFindings {
  const given: unknown = document.toJS();
  const wishes = { secrets: namesAt(given, 'secrets'), readable: namesAt(given, 'readable') };
  const { found: fromOutside, mistakes, open } = outsideSecrets(filled, wishes);
  const named = wishes.secrets.flatMap((name): Found[] => {
    const value = env(name);
    return value === undefined ? [] : [{ value, label: `env.${name}`, path: ['secrets'], isWritten: false }];
  });
  const known = new Set([...fromOutside, ...named].map(({ value }) => value));
  const texts = textsOf(given);
  const written = texts.flatMap(({ path, value }) =>
    secretLiterals(path, value)
      .filter(
        (secret) =>
          !known.has(secret) && !open.has(secret) && !(secret === value && isNamedSetting(String(path.at(-1)), value)),
      )
      .map((secret): Found => ({ value: secret, label: path.map(String).join('.'), path, isWritten: true })),
  );
  const found = [...fromOutside, ...named, ...written];
  const words = readableWords(texts);
  const all = [...found, ...basicOf(given, found)]
    .filter(({ value }) => value !== '')
    .map((secret) => ({ ...secret, isSought: isSought(secret, words) }));
  const elsewhere = all.filter(({ isSought: isKnown, path }) => isKnown && !isCommand(path));
  const inCommands = texts
    .filter(({ path, value }) => isCommand(path) && elsewhere.some((secret) => value.includes(secret.value)))
    .map(({ path }) => ({ path, message: `has a secret in it, and ${inCommand}` }));
  return { found: all, mistakes: mistakes.length > 0 ? mistakes : inCommands };
}

const inCommand =
  'everybody on this machine can read the words of a command: let the command take it from its environment or a file';

/** Words that a program is started with. */
function isCommand(path: Path): boolean {
  return path.includes('args') || (path[0] === 'faults' && (path.includes('run') || path[2] === 'undo'));
}

/** What the scenario says of variables. */
interface Wishes {
  readonly secrets: readonly string[];
  readonly readable: readonly string[];
}

/** Secrets among what was filled in, what is wrong with their places, and values that anybody may read. */
function outsideSecrets(filled: readonly FilledValue[], { secrets, readable }: Wishes) {
  const found: Found[] = [];
  const mistakes: { path: Path; message: string }[] = [];
  const open = new Set<string>();
  for (const each of filled)
    for (const text of each.texts) {
      const { path } = each;
      const { kind, name, value, label, isDefault } = text;
      if (kind === 'env' && readable.includes(name)) open.add(value);
      else if (isSecret(text, each, secrets)) {
        found.push({ value, label, path, isWritten: isDefault });
        if (!isPayload(path)) mistakes.push({ path, message: shownSecret(text, path) });
      }
    }
  return { found, mistakes, open };
}

function shownSecret({ kind, name, label }: FilledText, path: Path): string {
  const wayOut = kind === 'env' ? `, or say that it may be read: readable: [${name}]` : '';
  if (isCommand(path)) return `has \${${label}}, and ${inCommand}${wayOut}`;
  return `has \${${label}}, which is secret, where reports show what they are about: take another value${wayOut}`;
}

function isPayload(path: Path): boolean {
  return path.some((key) => isPayloadKey(String(key)));
}

function namesAt(given: unknown, key: string): string[] {
  const names: unknown = Reflect.get(Object(given), key);
  return Array.isArray(names) ? names.filter((name) => typeof name === 'string') : [];
}

/** Where a whole URL stands, of which a user and a query may be secret, and host, port and path are what reports are about. */
const urlKeys: ReadonlySet<PropertyKey> = new Set(['url', 'pprof', 'metrics']);

function isInUrl(url: string, value: string): boolean {
  const [, user = '', query = ''] = /^[^/]*\/\/(?:([^/?#]*)@)?[^?]*(?:\?(.*))?$/s.exec(url) ?? [];
  return user.includes(value) || query.includes(value);
}

function isSecret(text: FilledText, { path, node }: FilledValue, secrets: readonly string[]): boolean {
  const { name, kind, value, isDefault } = text;
  if (secrets.includes(name)) return true;
  const given = node.value;
  if (typeof given !== 'string') return false;
  if (isSecretName(name)) return true;
  if (isDefault || !isPayload(path)) return false;
  if (urlKeys.has(path.at(-1) ?? '')) return isInUrl(given, value);
  const isSetting = path.includes('env') || path.includes('buildArgs') || path.at(-1) === 'path';
  const isNamed = isSecretName(String(path.at(-1)));
  return kind === 'file' || isNamed || !(isSetting && isPlain(value));
}

function isSought({ value, isWritten, path }: Found, words: ReadonlySet<string>): boolean {
  if (value.length < fewestSecretCharacters) return false;
  // What only a name makes a secret of is none to look for where it is a word or number as they stand anywhere.
  if (isWritten && !path.includes('basicAuth') && isPlain(value)) return false;
  for (const word of words) if (word.includes(value)) return false;
  return true;
}

/** Names and words that the scenario goes by; a secret that stands in one of them would take it out of every report. */
function readableWords(texts: readonly WrittenText[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const { path, value } of texts) {
    const isRead = !isPayload(path) && !isCommand(path) && path[0] !== 'secrets' && path[0] !== 'readable';
    if (isRead && value.length < 64) words.add(value);
    for (const key of path.slice(1)) if (typeof key === 'string') words.add(key);
  }
  return words;
}

interface WrittenText {
  readonly path: Path;
  readonly value: string;
}

/** Every text of a value, with the keys that lead to it. */
function textsOf(value: unknown, path: Path = []): WrittenText[] {
  if (typeof value === 'string') return [{ path, value }];
  if (Array.isArray(value)) return value.flatMap((each, index) => textsOf(each, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsOf(inner, [...path, key]));
}

/** What `basicAuth` is sent as holds the password, and looks like nothing that it is made of. */
function basicOf(given: unknown, found: readonly Found[]): Found[] {
  return found.flatMap((secret) => {
    const above = secret.path.slice(0, -1);
    if (above.at(-1) !== 'basicAuth') return [];
    const auth: unknown = above.reduce<unknown>((value, key) => Reflect.get(Object(value), key), given);
    const { user, password }: { user?: unknown; password?: unknown } = Object(auth);
    return [{ ...secret, value: Buffer.from(`${user}:${password}`, 'utf8').toString('base64'), isWritten: false }];
  });
}
