/** The files that a scenario names, each with the key that names it. */
import { isAbsolute, join, resolve } from 'node:path';
import type { FlowRequestSpec, LoadSpec, LoadTarget, RequestSpec, Scenario } from '../model/scenario.ts';
import {
  type ComposeTopology,
  type ExternalTopology,
  type GoTopologySettings,
  isComposed,
  isManifested,
  type TopologySettings,
  type TopologySpec,
} from '../model/topology-spec.ts';
import { kubePaths, manifestFilesOf, withManifestPaths } from './kube-schema.ts';

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
  for (const { key, file } of topologyFilesOf(topology, folder)) add(key, file);
  for (const [name, { overlays = [], go }] of Object.entries(variants ?? {})) {
    for (const [index, file] of overlays.entries()) add(['variants', name, 'overlays', index], file);
    for (const { key, file } of pgoFilesOf(go)) add(['variants', name, ...key], file);
  }
  if ('socket' in target) add(['target', 'socket'], target.socket);
  for (const each of tlsFiles) {
    const file = target.tls?.[each];
    if (file !== undefined) add(['target', 'tls', each], file);
  }
  for (const { key, request } of keyedRequests(load))
    if (request.bodyFile !== undefined) add([...key, 'bodyFile'], request.bodyFile);
  if (typeof load.arrivals === 'object') add(['load', 'arrivals', 'file'], load.arrivals.file);
  for (const [name, { file, format }] of Object.entries(load.feeders)) add(['load', 'feeders', name, format], file);
  return files;
}

function topologyFilesOf(topology: TopologySpec, folder: string): NamedFile[] {
  if (isManifested(topology)) return manifestFilesOf(topology, folder);
  if (!isComposed(topology)) return [];
  const pgo = pgoFilesOf(topology.go).map(({ key, file }) => ({ key: ['topology', ...key], file }));
  return [...composeFilesOf(topology), ...pgo];
}

/** What messages call the services that a scenario itself describes. */
export const servicesName = 'topology.services';

/** The compose files of a topology, each with the key that names it. */
export function composeFilesOf({ compose, composeFiles, services, overlays = [] }: ComposeTopology): NamedFile[] {
  const listed = composeFiles?.map((file, index) => ({ key: ['topology', 'compose', index], file }));
  return [
    ...(services ? [] : (listed ?? [{ key: ['topology', 'compose'], file: compose }])),
    ...overlays.map((file, index) => ({ key: ['topology', 'overlays', index], file })),
  ];
}

/** The folders that services without a compose file are built in, each with the key that names it. */
export function serviceFoldersOf({ services = {} }: ComposeTopology): NamedFile[] {
  return Object.entries(services).map(([name, { folder }]) => ({
    key: ['topology', 'services', name, 'folder'],
    file: folder,
  }));
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
  const withBody = <T extends RequestSpec>(request: T): T =>
    request.bodyFile === undefined ? request : { ...request, bodyFile: absolute(request.bodyFile) };
  return {
    ...scenario,
    topology: isComposed(topology)
      ? { ...overlaid(topology), ...composePaths(topology, absolute), ...kubePathsOf(topology, folder) }
      : isManifested(topology)
        ? withManifestPaths(topology, folder)
        : externalPaths(topology, absolute),
    target: {
      ...target,
      ...('socket' in target ? { socket: absolute(target.socket) } : {}),
      ...(tls ? { tls: { ...tls, ...pathsOf(tls, absolute) } } : {}),
    },
    load: {
      ...load,
      requests: load.requests.map(withBody),
      ...(load.flows ? { flows: load.flows.map((flow) => ({ ...flow, requests: flow.requests.map(withBody) })) } : {}),
      arrivals:
        typeof load.arrivals === 'object' ? { ...load.arrivals, file: absolute(load.arrivals.file) } : load.arrivals,
      feeders: mapped(load.feeders, (each) => ({ ...each, file: absolute(each.file) })),
    },
    ...(variants ? { variants: mapped(variants, overlaid) } : {}),
  };
}

function externalPaths(topology: ExternalTopology, absolute: Absolute): ExternalTopology {
  const { kubeconfig } = topology;
  return kubeconfig === undefined ? topology : { ...topology, kubeconfig: absolute(kubeconfig) };
}

function kubePathsOf({ kube }: ComposeTopology, folder: string): Pick<ComposeTopology, 'kube'> {
  return kube ? { kube: kubePaths(kube, folder) } : {};
}

type Absolute = (file: string) => string;

function composePaths({ compose, composeFiles, services }: ComposeTopology, absolute: Absolute) {
  if (services) {
    const placed = mapped(services, (service) => ({ ...service, folder: absolute(service.folder) }));
    return { compose: join(Object.values(placed)[0]?.folder ?? '', servicesName), services: placed };
  }
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

/** A request and the key at which it stands. */
interface KeyedRequest {
  readonly key: Key;
  readonly request: RequestSpec;
  /** The requests before it in its flow; undefined where it stands alone. */
  readonly before?: readonly FlowRequestSpec[];
}

/** Every request of a load: those that stand alone, of which only `load.request` has no name, then those of flows. */
export function keyedRequests({ requests, flows = [] }: Pick<LoadSpec, 'requests' | 'flows'>): KeyedRequest[] {
  return [
    ...requests.map((request, index) => ({
      key: request.name === '' ? ['load', 'request'] : ['load', 'requests', index],
      request,
    })),
    ...flows.flatMap((flow, index) =>
      flow.requests.map((request, at) => ({
        key: ['load', 'flows', index, 'requests', at],
        request,
        before: flow.requests.slice(0, at),
      })),
    ),
  ];
}
