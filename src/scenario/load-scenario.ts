/** Scenario text and overrides to a checked, frozen Scenario; every mistake of the file is reported at once, with its place. */
import { type Document, isNode } from 'yaml';
import { messageOf, type RampartError, usageError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { crossMistakes } from './cross-checks.ts';
import type { KnownKinds } from './known-kinds.ts';
import { namedFiles, withAbsolutePaths } from './named-files.ts';
import { entriesOf, meantBy, readYaml } from './read-yaml.ts';
import { scenarioSchema } from './schema.ts';
import { dotted, schemaMistakes } from './schema-mistakes.ts';
import { keepWritten } from './written-values.ts';

/** A value given on the command line: the flag as typed, the key path it sets, and the new value. */
export interface Override {
  readonly flag: string;
  readonly path: readonly (string | number)[];
  readonly value: unknown;
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
}

type Path = readonly PropertyKey[];

/** Something wrong with a scenario that only shows when it is held against the world, such as a service that does not exist. */
export interface Mistake {
  readonly path: Path;
  readonly message: string;
}

/** A scenario that was read, its text with overrides and absolute paths, and a way to refuse it with places. */
export interface LoadedScenario {
  readonly scenario: Scenario;
  readonly text: string;
  /** The usage error that lists these mistakes, each at its place in the file. */
  refuse(mistakes: readonly Mistake[]): RampartError;
}

/** The scenario in a text; throws one usage error that lists every mistake. */
export function loadScenario(source: ScenarioSource): LoadedScenario {
  const yaml = readYaml(source.file, source.text);
  if (!('document' in yaml)) throw mistakes(yaml);
  const { document } = yaml;
  if (document.toJS() === null)
    throw mistakes([`${source.file}:1:1 is empty: a scenario has at least name, topology, target and load`]);
  if (source.variant !== undefined) takeVariant(document, source.variant);
  const unset = source.overrides.flatMap((override) => setFlag(document, override));
  if (unset.length > 0) throw mistakes(unset);
  keepWritten(document);

  const isMade = (path: Path) => {
    const node = document.getIn(path, true);
    return isNode(node) && !node.range;
  };
  const place = (path: Path) => {
    // A flag is also to blame for the map that it made, such as the environment of a service that does not exist.
    const override = source.overrides.find(
      (each) =>
        (path.length >= each.path.length || path.length >= 3 || isMade(path)) &&
        each.path.every((key, index) => index >= path.length || String(path[index]) === String(key)),
    );
    if (override) return shownFlag(override.flag);
    return yaml.placeOf(path);
  };
  const given: unknown = document.toJS();
  const schema = scenarioSchema(source.known);
  const parsed = schema.safeParse(given, { reportInput: true });
  if (!parsed.success) throw mistakes(schemaMistakes(parsed.error.issues, { schema, place, whole: 'the scenario' }));
  const refuse: LoadedScenario['refuse'] = (found) =>
    mistakes(found.map(({ path, message }) => `${place(path)} ${dotted(path, 'the scenario')} ${message}`));
  const found = crossMistakes(parsed.data, (path) => isGiven(given, path), source.known);
  if (found.length > 0) throw refuse(found);
  const { folder } = source;
  if (folder === undefined) return { scenario: deepFreeze(parsed.data), text: document.toString(), refuse };
  for (const { key, file: named } of namedFiles(parsed.data, folder)) document.setIn(key, named);
  return { scenario: deepFreeze(withAbsolutePaths(parsed.data, folder)), text: document.toString(), refuse };
}

/** A flag as messages may show it: without what could be the user name and password of a URL. */
function shownFlag(flag: string): string {
  return flag.includes('://') ? flag.replace(/=.*@/s, '=…@') : flag;
}

/** Sets what a flag gives; a line about it when what is around it is no map. */
function setFlag(document: Document, { flag, path, value }: Override): string[] {
  try {
    document.setIn(path, isNode(value) ? value.clone() : document.createNode(value));
    return [];
  } catch (error) {
    return [`${flag} cannot be set: ${messageOf(error)}`];
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
    if (key !== 'git') put(['topology', key], node);
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
