/** What this process must not tell anybody: it learns secrets as scenarios are read, and takes them out of all that leaves it. */
import { createRedactor, mask, type Redactor } from './redactor.ts';
import { fewestSecretCharacters, secretForms } from './secret-forms.ts';

/** One value that is not to be told. */
export interface Secret {
  readonly value: string;
  /** What it is called where it must be told from others without being told: `env.TOKEN`. */
  readonly label: string;
  /** Whether it is taken out wherever it stands; else only of the places of a scenario that hold such values. */
  readonly isSought: boolean;
  /** Whether the scenario itself holds it. */
  readonly isWritten: boolean;
}

/** Doors take what leaves through them through this. */
export interface Secrets {
  /** Returns those that it did not know. */
  learn(found: readonly Secret[]): readonly Secret[];
  /** A text that people read. */
  text(text: string): string;
  /** A text whose words mean something to a program: without secrets that cannot be such words. */
  words(text: string): string;
  /** A value with keys that mean something to a program: payload is a text for people, the rest is words. */
  value<Value>(value: Value): Value;
  /** Bytes of the same length, in which each secret is blotted out. */
  bytes(this: void, bytes: Uint8Array): Uint8Array;
  /** A value whose payload holds what `nameOf` calls a secret instead of it, for identities that tell no secret. */
  named<Value>(value: Value, nameOf: (secret: Secret) => string): Value;
  /** All that it knows, in the order in which it learned them. */
  known(): readonly Secret[];
}

/** A word of programs: masking it would change what they read. */
const word = /^[A-Za-z]{1,12}$/;

/** Keys under which a scenario and its results hold what users sent or wrote. */
const payloadKeys: ReadonlySet<string> = new Set([
  'agree',
  'basicAuth',
  'body',
  'bodyContains',
  'buildArgs',
  'command',
  'cookies',
  'description',
  'env',
  'equals',
  'facts',
  'headers',
  'hint',
  'http',
  'message',
  'metrics',
  'path',
  'pprof',
  'said',
  'settings',
  'test',
  'url',
  'warnings',
]);

/** Whether what stands under a key is payload: what users send, set or write, and not what rampart goes by. */
export function isPayloadKey(key: string): boolean {
  return payloadKeys.has(key);
}

/** Fewer bytes may stand in any numbers by chance. */
const fewestBytes = 6;

/** One that knows no secrets yet. */
export function createSecrets(): Secrets {
  const known = new Map<string, KnownSecret>();
  let redactors: Redactors | undefined;
  const redactor = () => {
    redactors ??= redactorsOf([...known.values()]);
    return redactors;
  };
  const payload = (text: string) =>
    redactor().short.reduce((left, value) => left.replaceAll(value, mask), redactor().payload.text(text));
  return {
    learn: (found) => {
      const fresh = found.filter((secret) => isNews(secret, known.get(secret.value)));
      for (const secret of fresh) known.set(secret.value, { ...secret, forms: secretForms(secret.value) });
      if (fresh.length > 0) redactors = undefined;
      return fresh;
    },
    text: (text) => redactor().text.text(text),
    words: (text) => redactor().words.text(text),
    value: (value) => (known.size === 0 ? value : mapTexts(value, { words: redactor().words.text, payload })),
    bytes: (bytes) => blotted(bytes, redactor().bytes),
    named: (value, nameOf) => {
      const longestFirst = [...known.values()].sort((a, b) => b.value.length - a.value.length);
      const named = (text: string) =>
        longestFirst.reduce((left, secret) => left.replaceAll(secret.value, () => `<${nameOf(secret)}>`), text);
      return known.size === 0 ? value : mapTexts(value, { words: (text) => text, payload: named });
    },
    known: () => [...known.values()],
  };
}

/** A secret with all that it is looked for as. */
interface KnownSecret extends Secret {
  readonly forms: readonly string[];
}

/** What takes secrets out of each kind of place. */
interface Redactors {
  readonly text: Redactor;
  readonly words: Redactor;
  readonly payload: Redactor;
  readonly bytes: Redactor;
  /** Values that are too short for a redactor. */
  readonly short: readonly string[];
}

function redactorsOf(known: readonly KnownSecret[]): Redactors {
  const sought = known.filter(({ isSought }) => isSought);
  const forms = sought.flatMap((secret) => secret.forms);
  const text = createRedactor(forms);
  const words = sought.some(({ value }) => word.test(value))
    ? createRedactor(sought.filter(({ value }) => !word.test(value)).flatMap((secret) => secret.forms))
    : text;
  return {
    text,
    words,
    payload: sought.length === known.length ? text : createRedactor(known.flatMap((secret) => secret.forms)),
    bytes: createRedactor(
      forms.map((form) => Buffer.from(form, 'utf8').toString('latin1')).filter((form) => form.length >= fewestBytes),
    ),
    short: known.map(({ value }) => value).filter((value) => value.length < fewestSecretCharacters),
  };
}

/** Once it is sought, it stays so. */
function isNews({ value, isSought }: Secret, before: Secret | undefined): boolean {
  return value !== '' && (before === undefined || (isSought && !before.isSought));
}

interface Changes {
  words(text: string): string;
  payload(text: string): string;
}

/** The same value with other texts, keys among them. */
function mapTexts<Value>(value: Value, changes: Changes, isPayload = false): Value {
  if (typeof value === 'string') return (isPayload ? changes.payload(value) : changes.words(value)) as Value;
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (Array.isArray(value)) return value.map((each) => mapTexts(each, changes, isPayload)) as Value;
  const entries = Object.entries(value).map(([key, inner]) => [
    changes.words(key),
    mapTexts(inner, changes, isPayload || isPayloadKey(key)),
  ]);
  return Object.fromEntries(entries) as Value;
}

function blotted(bytes: Uint8Array, redactor: Redactor): Uint8Array {
  const places = redactor.places(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1'));
  if (places.length === 0) return bytes;
  const clean = Uint8Array.from(bytes);
  for (const [from, to] of places) clean.fill('*'.charCodeAt(0), from, to);
  return clean;
}
