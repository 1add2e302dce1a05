/** The files that a scenario names, each with the key that names it. */
import { isAbsolute, resolve } from 'node:path';
import {
  type ComposeTopology,
  type GoTopologySettings,
  isExternal,
  type LoadSpec,
  type LoadTarget,
  type Scenario,
  type TopologySettings,
} from '../model/scenario.ts';

const tlsFiles = ['ca', 'cert', 'key'] as const;

type Key = readonly (string | number)[];

/** One file: the key of the scenario that names it, and its path. */
export interface NamedFile {
  readonly key: Key;
  readonly file: string;
}

/** The keys that name files, each with its value made absolute; relative paths count from `folder`, the scenario's own. */
export function namedFiles({ topology, load, target, variants }: Scenario, folder: string): NamedFile[] {
  const files: NamedFile[] = [];
  const add = (key: Key, file: string) => files.push({ key, file: isAbsolute(file) ? file : resolve(folder, file) });
  if (!isExternal(topology)) {
    for (const { key, file } of composeFilesOf(topology)) add(key, file);
    for (const { key, file } of pgoFilesOf(topology.go)) add(['topology', ...key], file);
  }
  for (const [name, { overlays = [], go }] of Object.entries(variants ?? {})) {
    for (const [index, file] of overlays.entries()) add(['variants', name, 'overlays', index], file);
    for (const { key, file } of pgoFilesOf(go)) add(['variants', name, ...key], file);
  }
  if ('socket' in target) add(['target', 'socket'], target.socket);
  for (const each of tlsFiles) {
    const file = target.tls?.[each];
    if (file !== undefined) add(['target', 'tls', each], file);
  }
  for (const [index, { bodyFile }] of load.requests.entries())
    if (bodyFile !== undefined) add([...requestKey(load, index), 'bodyFile'], bodyFile);
  for (const [name, { file, format }] of Object.entries(load.feeders)) add(['load', 'feeders', name, format], file);
  return files;
}

/** The compose files of a topology, each with the key that names it. */
export function composeFilesOf({ compose, composeFiles, overlays = [] }: ComposeTopology): NamedFile[] {
  const listed = composeFiles?.map((file, index) => ({ key: ['topology', 'compose', index], file }));
  return [
    ...(listed ?? [{ key: ['topology', 'compose'], file: compose }]),
    ...overlays.map((file, index) => ({ key: ['topology', 'overlays', index], file })),
  ];
}

/** The profiles that Go settings name, each with its key within what sets them. */
function pgoFilesOf(go: GoTopologySettings | undefined): NamedFile[] {
  const own = [{ key: ['go', 'pgo'], pgo: go?.pgo }];
  const services = Object.entries(go?.services ?? {});
  const all = [...own, ...services.map(([name, { pgo }]) => ({ key: ['go', 'services', name, 'pgo'], pgo }))];
  return all.flatMap(({ key, pgo }) => (isPgoFile(pgo) ? [{ key, file: pgo }] : []));
}

/** Whether it names a file: `off` and `auto` are words of `go build -pgo`. */
function isPgoFile(pgo: string | undefined): pgo is string {
  return pgo !== undefined && pgo !== 'off' && pgo !== 'auto';
}

/** The scenario with absolute paths instead of those that count from `folder`. */
export function withAbsolutePaths(scenario: Scenario, folder: string): Scenario {
  const { topology, target, load, variants } = scenario;
  const absolute = <T extends string | undefined>(file: T) => (file === undefined ? file : resolve(folder, file)) as T;
  const all = (files: readonly string[] | undefined) => files?.map(absolute);
  const overlaid = <T extends TopologySettings>(settings: T): T => ({
    ...settings,
    ...(settings.overlays ? { overlays: all(settings.overlays) } : {}),
    ...(settings.go ? { go: goPaths(settings.go, absolute) } : {}),
  });
  const { tls } = target;
  return {
    ...scenario,
    topology: isExternal(topology) ? topology : { ...overlaid(topology), ...composePaths(topology, absolute) },
    target: {
      ...target,
      ...('socket' in target ? { socket: absolute(target.socket) } : {}),
      ...(tls ? { tls: { ...tls, ...pathsOf(tls, absolute) } } : {}),
    },
    load: {
      ...load,
      requests: load.requests.map((each) =>
        each.bodyFile === undefined ? each : { ...each, bodyFile: absolute(each.bodyFile) },
      ),
      feeders: mapped(load.feeders, (each) => ({ ...each, file: absolute(each.file) })),
    },
    ...(variants ? { variants: mapped(variants, overlaid) } : {}),
  };
}

type Absolute = (file: string) => string;

function composePaths({ compose, composeFiles }: ComposeTopology, absolute: Absolute) {
  return { compose: absolute(compose), ...(composeFiles ? { composeFiles: composeFiles.map(absolute) } : {}) };
}

function goPaths(go: GoTopologySettings, absolute: Absolute): GoTopologySettings {
  const placed = <T extends GoTopologySettings>(settings: T): T =>
    isPgoFile(settings.pgo) ? { ...settings, pgo: absolute(settings.pgo) } : settings;
  return { ...placed(go), ...(go.services ? { services: mapped(go.services, placed) } : {}) };
}

function pathsOf(tls: NonNullable<LoadTarget['tls']>, absolute: Absolute) {
  const given = tlsFiles.flatMap((key) => {
    const file = tls[key];
    return file === undefined ? [] : [[key, absolute(file)]];
  });
  return Object.fromEntries(given) as Pick<typeof tls, (typeof tlsFiles)[number]>;
}

function mapped<T>(entries: Readonly<Record<string, T>>, change: (value: T) => T): Record<string, T> {
  return Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, change(value)]));
}

/** Where the request stands: only `load.request` has no name. */
export function requestKey(load: LoadSpec, index: number): Key {
  return load.requests[index]?.name === '' ? ['load', 'request'] : ['load', 'requests', index];
}
