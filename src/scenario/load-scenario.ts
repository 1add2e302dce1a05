/** Scenario text and overrides to a checked, frozen Scenario; every mistake of the file is reported at once, with its place. */
import { isAbsolute, resolve } from 'node:path';
import { type Document, isNode, isSeq } from 'yaml';
import { messageOf, type RampartError, usageError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { createSecrets } from '../model/secrets.ts';
import { crossMistakes } from './cross-checks.ts';
import { faultNames } from './fault-schema.ts';
import { type FoundSecret, findSecrets } from './found-secrets.ts';
import { replaceWritten } from './kept-text.ts';
import type { KnownKinds } from './known-kinds.ts';
import { namedFiles, withAbsolutePaths } from './named-files.ts';
import { parseFilled } from './parse-filled.ts';
import { entriesOf, meantBy, readYaml } from './read-yaml.ts';
import { fillReferences, type ValueSources, withFilePaths } from './references.ts';
import { scenarioSchema } from './schema.ts';
import { dotted, schemaMistakes } from './schema-mistakes.ts';
import { parseSlo } from './slo.ts';
import { keepWritten } from './written-values.ts';

/** A value given on the command line: the flag as typed, the key path it sets, and the new value. */
export interface Override {
  readonly flag: string;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /** Whether it is added to the list there, instead of put in its place. */
  readonly adds?: boolean;
}

/** What `loadScenario` reads: the file's name for messages, its text, the folder its paths count from, what flags change, and what is known. */
export interface ScenarioSource {
  readonly file: string;
  readonly text: string;
  /** What the paths of files count from; without it they stay as they are written. */
  readonly folder?: string | undefined;
  readonly overrides: readonly Override[];
  readonly known: KnownKinds;
  /** The one of the scenario's variants that becomes its topology; the others go. */
  readonly variant?: string | undefined;
  /** What `${env.NAME}` and `${file.PATH}` stand for; without it no variable is set, and no file is there. */
  readonly values?: ValueSources | undefined;
}

type Path = readonly PropertyKey[];

/** Something wrong with a scenario that only shows when it is held against the world, such as a service that does not exist. */
export interface Mistake {
  readonly path: Path;
  readonly message: string;
}

/** A scenario that was read, its text with overrides and absolute paths, and a way to refuse it with places; neither text nor refusals tell a secret. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly text: string;
  readonly secrets: readonly FoundSecret[];
  /** To be read once more with changes; it has its secrets, so nothing writes it. */
  readonly again: Pick<ScenarioSource, 'text' | 'values'>;
  /** The usage error that lists these mistakes, each at its place in the file. */
  refuse(mistakes: readonly Mistake[]): RampartError;
}

/** The scenario in a text; throws one usage error that lists every mistake. */
export function loadScenario(source: ScenarioSource): LoadedScenario {
  const yaml = readYaml(source.file, source.text);
  if (!('document' in yaml)) throw mistakes(yaml.map((line) => quoted(line, source.text)));
  const { document } = yaml;
  if (document.toJS() === null)
    throw mistakes([`${source.file}:1:1 is empty: a scenario has at least name, topology, target and load`]);
  if (source.variant !== undefined) takeVariant(document, source.variant);
  const unset = source.overrides.flatMap((override) => setFlag(document, override));
  if (unset.length > 0) throw mistakes(unset);
  keepWritten(document);
  const whole = document.clone();
  const { folder, values = noValues } = source;
  const filled = fillReferences(whole, values);

  const isMade = (path: Path) => {
    const node = document.getIn(path, true);
    return isNode(node) && !node.range;
  };
  const place = (path: Path) => {
    // A flag is also to blame for the map that it made, such as the environment of a service that does not exist; of several the last, which won.
    const override = source.overrides.findLast(
      (each) =>
        each.adds !== true &&
        (path.length >= each.path.length || path.length >= 3 || isMade(path)) &&
        each.path.every((key, index) => index >= path.length || String(path[index]) === String(key)),
    );
    if (override) return shownFlag(override.flag);
    return yaml.placeOf(path);
  };
  const told = (found: readonly Mistake[]) =>
    found.map(({ path, message }) => `${place(path)} ${dotted(path, 'the scenario')} ${message}`);
  const schema = scenarioSchema(source.known);
  const parsed = parseFilled(schema, whole, filled.values);
  const secrets = findSecrets(whole, filled.values, values.env);
  const untold = createSecrets();
  // Nothing goes by the words of a message.
  untold.learn(secrets.found.map((each) => ({ ...each, isSought: true })));
  const wrong = [...filled.mistakes, ...secrets.mistakes];
  const refuseLines = (lines: readonly string[]) => mistakes(lines.map(untold.text));
  if (!parsed.success || wrong.length > 0) {
    // What was not filled is wrong for no other reason.
    const issues = (parsed.error?.issues ?? []).filter(
      (issue) => !filled.mistakes.some(({ path }) => isIn(path, issue.path)),
    );
    throw refuseLines([...told(wrong), ...schemaMistakes(issues, { schema, place, whole: 'the scenario' })]);
  }
  const refuse: LoadedScenario['refuse'] = (found) => refuseLines(told(found));
  const given: unknown = whole.toJS();
  const found = crossMistakes(parsed.data, (path) => isGiven(given, path), source.known);
  if (found.length > 0) throw refuse(found);
  if (folder !== undefined) {
    // A socket may be named by a URL, which is absolute.
    for (const { key, file: named } of namedFiles(parsed.data, folder))
      if (document.hasIn(key)) document.setIn(key, named);
    withFilePaths(document, (path) => (isAbsolute(path) ? path : resolve(folder, path)));
  }
  const again = { text: document.toString(), values };
  replaceWritten(document, secrets.found);
  const scenario = deepFreeze(folder === undefined ? parsed.data : withAbsolutePaths(parsed.data, folder));
  const text = withoutSecrets(document.toString(), secrets.found);
  return { scenario, text, again, secrets: secrets.found, refuse };
}

/** Also comments may tell them. */
function withoutSecrets(text: string, found: readonly FoundSecret[]): string {
  const secrets = createSecrets();
  secrets.learn(found);
  return secrets.text(text);
}

const noValues: ValueSources = {
  env: () => undefined,
  file: () => {
    throw new Error('there are no files');
  },
};

/** Whether one of two paths leads to the other. */
function isIn(one: Path, other: Path): boolean {
  return one.every((key, index) => index >= other.length || String(other[index]) === String(key));
}

/** A line about YAML, and what to do where a place stands in a map or list of one line without quotes. */
function quoted(line: string, text: string): string {
  const number = Number(/:(\d+):\d+ /.exec(line)?.[1]);
  const isBare = /[{[,].*\$\{(?:env|file)\./.test(text.split('\n')[number - 1] ?? '');
  return isBare ? `${line} (within { } and [ ] quote what has a place in it: "\${env.NAME}")` : line;
}

/** A flag as messages may show it: without what could be the user name and password of a URL. */
function shownFlag(flag: string): string {
  return flag.includes('://') ? flag.replace(/=.*@/s, '=…@') : flag;
}

/** Sets what a flag gives; a line about it when what is around it is no map. */
function setFlag(document: Document, { flag, path, value, adds = false }: Override): string[] {
  const node = isNode(value) ? value.clone() : document.createNode(value);
  try {
    const list = adds ? document.getIn(path, true) : undefined;
    if (isSeq(list)) list.add(node);
    else if (list === undefined) document.setIn(path, adds ? document.createNode([node]) : node);
    return [];
  } catch (error) {
    return [`${flag} cannot be set: ${messageOf(error)}`];
  }
}

/** Leaves the faults that a variant runs, and of the rules those that are about one of them or about no fault. */
function takeFaults(document: Document, chosen: unknown): void {
  const left = chosen === 'off' ? [] : Array.isArray(chosen) ? chosen.map(String) : undefined;
  const { faults, slo }: { readonly faults?: unknown; readonly slo?: unknown } = document.toJS() ?? {};
  const names = left && faultNames(faults);
  if (!left || !names) return;
  for (const [index, name] of [...names.entries()].toReversed())
    if (!left.includes(name)) document.deleteIn(['faults', index]);
  for (const [index, text] of [...(Array.isArray(slo) ? slo : []).entries()].toReversed()) {
    const rule = typeof text === 'string' ? parseSlo(text, undefined) : undefined;
    const isOfGone =
      rule?.metric === 'recovery' && (rule.of === undefined ? left.length === 0 : !left.includes(rule.of));
    if (isOfGone) document.deleteIn(['slo', index]);
  }
}

/** Puts what a variant sets over what the topology sets, as it is written. */
function takeVariant(document: Document, name: string): void {
  const put = (path: readonly string[], node: unknown) => {
    const entries = entriesOf(node, document);
    if (entries.length === 0) document.setIn(path, meantBy(node, document));
    for (const [key, inner] of entries) put([...path, key], inner);
  };
  // Which state the files are of is no part of a topology: it shows in where they are.
  for (const [key, node] of entriesOf(document.getIn(['variants', name], true), document))
    if (key !== 'git' && key !== 'faults') put(['topology', key], node);
  takeFaults(document, document.toJS()?.variants?.[name]?.faults);
  document.deleteIn(['variants']);
}

function mistakes(lines: readonly string[]): RampartError {
  const hint = 'rampart schema scenario prints the schema; scenarios/quickstart.yaml is a complete example.';
  return usageError('scenario-invalid', lines.join('\n'), hint);
}

function isGiven(value: unknown, [key, ...rest]: Path): boolean {
  if (key === undefined) return value !== undefined;
  return typeof value === 'object' && value !== null && isGiven(Reflect.get(value, key), rest);
}

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const inner of Object.values(value)) deepFreeze(inner);
  }
  return value;
}
