/** A configuration and the flags over it to settings; every mistake of both is told at once, with its place. */
import { dirname, resolve } from 'node:path';
import { type RampartError, usageError } from '../../model/errors.ts';
import { readYaml, type YamlFile } from '../../scenario/read-yaml.ts';
import { schemaMistakes } from '../../scenario/schema-mistakes.ts';
import { keepWrittenAt } from '../../scenario/written-values.ts';
import { isS3 } from '../store/s3-place.ts';
import { type CollectSettings, collectConfigSchema } from './config-schema.ts';
import type { DiscoveryChoice } from './discovery-schema.ts';

/** A flag as typed, where it goes, and what it sets; of a list the value is added. */
export interface ConfigFlag {
  readonly flag: string;
  readonly path: readonly string[];
  readonly value: unknown;
  readonly adds?: boolean;
}

/** A file's name for messages, its text, and its path, which paths in it count from; undefined where flags say everything. */
export type ConfigFile = { readonly file: string; readonly text: string; readonly path: string } | undefined;

type Path = readonly PropertyKey[];

/** Throws one usage error that lists every mistake. */
export function readCollectConfig(file: ConfigFile, flags: readonly ConfigFlag[]): CollectSettings {
  const yaml = file && readYaml(file.file, file.text);
  if (yaml && !('document' in yaml)) throw mistakes(yaml);
  const given = givenIn(yaml);
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    throw mistakes([`${file?.file}:1:1 must be a map (example: discover: [{ compose: shop }])`]);
  const root = given as Record<string, unknown>;
  const from = new Map<string, string>();
  for (const each of flags) {
    const at = put(root, each);
    from.set(at.join('\0'), each.flag);
  }
  const parsed = collectConfigSchema.safeParse(root, { reportInput: true });
  if (parsed.success) return file ? fromFolder(parsed.data, dirname(file.path)) : parsed.data;
  const place = (path: Path) => placeOf(path, from, yaml);
  throw mistakes(
    schemaMistakes(parsed.error.issues, { schema: collectConfigSchema, whole: 'the configuration', place }),
  );
}

/** Paths of a file count from its folder; those of flags are whole already. */
function fromFolder(settings: CollectSettings, folder: string): CollectSettings {
  const discover = settings.discover.map((choice) => ({ ...choice, from: placedFrom(choice.from, folder) }));
  const { to } = settings;
  const directory = 'directory' in to ? to.directory : undefined;
  const isPath = directory !== undefined && !isS3(directory);
  return { ...settings, discover, to: isPath ? { directory: resolve(folder, directory) } : to };
}

function placedFrom(from: DiscoveryChoice['from'], folder: string): DiscoveryChoice['from'] {
  if ('files' in from) return { files: from.files.map((file) => resolve(folder, file)) };
  if (!('pods' in from) || from.pods.kubeconfig === undefined) return from;
  return { pods: { ...from.pods, kubeconfig: resolve(folder, from.pods.kubeconfig) } };
}

function givenIn(yaml: YamlFile | undefined): unknown {
  if (!yaml) return {};
  const { document } = yaml;
  keepWrittenAt(document, [
    ['labels', '*'],
    ['shard'],
    ['discover', '[]', 'labels', '*'],
    ['discover', '[]', 'service'],
  ]);
  return document.toJS() ?? {};
}

/** Sets or adds a value; the path at which it stands then. */
function put(root: Record<string, unknown>, { path, value, adds = false }: ConfigFlag): PropertyKey[] {
  const [first = '', second] = path;
  if (second !== undefined) {
    const inner = root[first];
    root[first] = { ...(typeof inner === 'object' ? inner : {}), [second]: value };
    return [first, second];
  }
  if (!adds) {
    root[first] = value;
    return [first];
  }
  const before = root[first] ?? [];
  // What is no list is refused as it stands.
  if (!Array.isArray(before)) return [first];
  const list: unknown[] = before;
  root[first] = [...list, value];
  return [first, list.length];
}

function placeOf(path: Path, from: ReadonlyMap<string, string>, yaml: YamlFile | undefined): string {
  for (let depth = path.length; depth > 0; depth--) {
    const flag = from.get(path.slice(0, depth).map(String).join('\0'));
    if (flag !== undefined) return flag;
  }
  return yaml ? yaml.placeOf(path) : 'flags:';
}

function mistakes(lines: readonly string[]): RampartError {
  return usageError(
    'collect-invalid',
    lines.join('\n'),
    'rampart schema collect prints the schema; docs/profiles.md has a complete example.',
  );
}
