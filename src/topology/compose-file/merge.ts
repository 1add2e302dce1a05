/** Two compose documents to one, by the rules of the Compose specification (13-merge.md); pure. */

import { goText } from './go-yaml.ts';
import type { ComposeNotes, Path } from './notes.ts';
import type { Placed, PlacedMap } from './placed-yaml.ts';

type Merger = (base: Placed, over: Placed, path: Path, notes: ComposeNotes) => Placed;

/** The keys that are not simply merged by name or appended; `*` stands for any name. */
const specials: readonly (readonly [readonly string[], Merger])[] = [
  ...[
    'annotations',
    'build.additional_contexts',
    'build.args',
    'build.extra_hosts',
    'build.labels',
    'deploy.labels',
    'dns',
    'dns_opt',
    'dns_search',
    'env_file',
    'environment',
    'extra_hosts',
    'labels',
    'sysctls',
    'tmpfs',
  ].map((key) => special(`services.*.${key}`, mergeAsLists)),
  special('networks.*.labels', mergeAsLists),
  special('volumes.*.labels', mergeAsLists),
  special('services.*.build', (base, over, ...rest) => mergeMaps(asBuild(base), asBuild(over), ...rest)),
  special('services.*.depends_on', (base, over, ...rest) =>
    mergeMaps(asDependencies(base), asDependencies(over), ...rest),
  ),
  special('services.*.networks', (base, over, ...rest) => mergeMaps(asNames(base), asNames(over), ...rest)),
  special('services.*.logging', mergeLogging),
  special('services.*.ulimits.*', (_base, over) => over),
];

/** Keys whose later value stands as it is. */
const replaced = ['command', 'entrypoint', 'healthcheck.test'].map((key) => `services.*.${key}`.split('.'));

function special(pattern: string, merger: Merger): readonly [readonly string[], Merger] {
  return [pattern.split('.'), merger];
}

/** What stands in `over` on top of `base`: mappings by key, lists appended, else the later value; unlike kinds are a mistake. */
export function mergePlaced(base: Placed, over: Placed, path: Path, notes: ComposeNotes): Placed {
  if (over.tag || base.tag === 'reset' || replaced.some((pattern) => matches(path, pattern))) return over;
  if (over.value === null) return base;
  const merger = specials.find(([pattern]) => matches(path, pattern))?.[1];
  if (merger && base.value !== null) return merger(base, over, path, notes);
  if (base.value instanceof Map) return mergeMaps(base, over, path, notes);
  if (!Array.isArray(base.value)) return over;
  if (Array.isArray(over.value)) return { ...over, value: [...base.value, ...over.value] };
  notes.failAt(over, path, 'must be a list, as in the file that it is merged with');
  return base;
}

/** Whether a path is one of a pattern, where `*` stands for any one key. */
function matches(path: Path, pattern: readonly string[]): boolean {
  return path.length === pattern.length && pattern.every((part, index) => part === '*' || part === String(path[index]));
}

function mergeMaps(base: Placed, over: Placed, path: Path, notes: ComposeNotes): Placed {
  if (!(base.value instanceof Map) || !(over.value instanceof Map)) {
    notes.failAt(over, path, 'must be a mapping, as in the file that it is merged with');
    return base;
  }
  const merged = new Map<string, Placed>(base.value);
  for (const [key, value] of over.value as PlacedMap) {
    const before = merged.get(key);
    merged.set(key, !before || key.startsWith('x-') ? value : mergePlaced(before, value, [...path, key], notes));
  }
  return { ...over, value: merged };
}

function mergeAsLists(base: Placed, over: Placed): Placed {
  return { ...over, value: [...asList(base), ...asList(over)] };
}

/** `KEY: value` as `- KEY=value`, so that mappings and lists can be laid together. */
export function asListed(placed: Placed): Placed {
  return { ...placed, value: asList(placed) };
}

function asList(placed: Placed): readonly Placed[] {
  const { value } = placed;
  if (Array.isArray(value)) return value as readonly Placed[];
  if (!(value instanceof Map)) return value === null ? [] : [placed];
  return [...(value as PlacedMap)].map(([key, item]) => {
    if (typeof item.value === 'object' && item.value !== null) return item;
    return { ...item, value: item.value === null ? key : `${key}=${goText(item.value as string)}` };
  });
}

function asBuild(placed: Placed): Placed {
  return typeof placed.value === 'string' ? { ...placed, value: new Map([['context', placed]]) } : placed;
}

/** The short form of `depends_on` as its long one. */
function asDependencies(placed: Placed): Placed {
  const { at } = placed;
  const plain: Placed = {
    value: new Map([
      ['condition', { value: 'service_started', at }],
      ['required', { value: true, at }],
    ]),
    at,
  };
  return asNames(placed, plain);
}

function asNames(placed: Placed, plain: Placed = { value: null, at: placed.at }): Placed {
  if (!Array.isArray(placed.value)) return placed;
  const names = (placed.value as readonly Placed[]).map(({ value, at }) => [String(value), { ...plain, at }] as const);
  return { ...placed, value: new Map(names) };
}

/** Options of one driver make no sense for another. */
function mergeLogging(base: Placed, over: Placed, path: Path, notes: ComposeNotes): Placed {
  const [before, after] = [base, over].map(
    ({ value }) => value instanceof Map && (value as PlacedMap).get('driver')?.value,
  );
  return before && after && before !== after ? over : mergeMaps(base, over, path, notes);
}

const namedLists = [
  'annotations',
  'build.additional_contexts',
  'build.args',
  'build.extra_hosts',
  'build.labels',
  'build.tags',
  'cap_add',
  'cap_drop',
  'deploy.labels',
  'dns',
  'dns_opt',
  'dns_search',
  'environment',
  'extra_hosts',
  'labels',
  'links',
  'networks.*.aliases',
  'profiles',
  'sysctls',
  'tmpfs',
];

/** Lists whose entries have a name, of which the last stands. */
const uniques: readonly (readonly [readonly string[], (entry: Placed) => string])[] = [
  ...namedLists.map((key) => [`services.*.${key}`.split('.'), nameOf] as const),
  ['networks.*.labels'.split('.'), nameOf],
  ['volumes.*.labels'.split('.'), nameOf],
  ['services.*.env_file'.split('.'), (entry) => textAt(entry, 'path')],
  ['services.*.expose'.split('.'), (entry) => String(entry.value)],
  ['services.*.ports'.split('.'), portName],
  ['services.*.volumes'.split('.'), volumeName],
  ['services.*.configs'.split('.'), (entry) => mountName(entry, '')],
  ['services.*.secrets'.split('.'), (entry) => mountName(entry, '/run/secrets')],
];

/** The document without entries that a later one of the same name replaces; each stays where the first stood. */
export function withoutReplaced(placed: Placed, path: Path = []): Placed {
  const { value } = placed;
  if (value instanceof Map) {
    const entries = [...(value as PlacedMap)].map(
      ([key, item]) => [key, withoutReplaced(item, [...path, key])] as const,
    );
    return { ...placed, value: new Map(entries) };
  }
  const name = Array.isArray(value) ? uniques.find(([pattern]) => matches(path, pattern))?.[1] : undefined;
  if (!name) return placed;
  const kept = new Map<string, Placed>();
  for (const entry of value as readonly Placed[]) kept.set(name(entry), entry);
  return { ...placed, value: [...kept.values()] };
}

function nameOf({ value }: Placed): string {
  return String(value).split('=', 1)[0] ?? '';
}

function textAt({ value }: Placed, key: string): string {
  const found = value instanceof Map ? (value as PlacedMap).get(key)?.value : value;
  return found === undefined || found === null ? '' : String(found);
}

function portName(entry: Placed): string {
  if (!(entry.value instanceof Map)) return String(entry.value);
  const host = textAt(entry, 'host_ip') || '0.0.0.0';
  const protocol = textAt(entry, 'protocol') || 'tcp';
  return `${host}:${textAt(entry, 'published')}:${textAt(entry, 'target')}/${protocol}`;
}

function volumeName(entry: Placed): string {
  const { value } = entry;
  if (typeof value !== 'string') return textAt(entry, 'target');
  const parts = value.split(':');
  return (parts[1] ?? parts[0] ?? '').replace(/(?<=.)\/+$/, '');
}

function mountName(entry: Placed, folder: string): string {
  if (!(entry.value instanceof Map)) return `${folder}/${String(entry.value)}`;
  return textAt(entry, 'target') || `${folder}/${textAt(entry, 'source')}`;
}

/** The document without what `!reset` takes away, and without the tags themselves. */
export function withoutResets({ value, at }: Placed): Placed {
  if (value instanceof Map) {
    const kept = [...(value as PlacedMap)].filter(([, item]) => item.tag !== 'reset');
    return { value: new Map(kept.map(([key, item]) => [key, withoutResets(item)])), at };
  }
  if (!Array.isArray(value)) return { value, at };
  return { value: (value as readonly Placed[]).filter(({ tag }) => tag !== 'reset').map(withoutResets), at };
}
