/** Where a workload shows its runtime: pprof and metrics by annotation, by monitors that name it, by the names of its ports; pure. */

import type { ManifestObject } from './documents.ts';
import type { ServiceObject } from './doors.ts';
import { type Fields, fieldsOf, mapsOf, portOf, textMapOf, textOf } from './values.ts';
import type { Workload } from './workloads.ts';

/** A place to look, and what says so. */
interface LookPlace {
  readonly port: number;
  readonly path: string | undefined;
  /** In words: `annotation prometheus.io/port`. */
  readonly because: string;
  /** Whether a run looks there: it goes by some annotations of the pods, and by nothing else. */
  readonly isHeeded: boolean;
}

/** Both, where something says so. */
export interface Looks {
  readonly pprof: LookPlace | undefined;
  readonly metrics: LookPlace | undefined;
}

/** Those that a run heeds come first. */
const heeded = ['rampart.pprof.port', 'profefe.com/port', 'rampart.metrics.port', 'prometheus.io/port'];
const pprofKeys = [
  'rampart.pprof.port',
  'profefe.com/port',
  'profiles.grafana.com/cpu.port',
  'pyroscope.io/port',
  'parca.dev/port',
];
const metricsKeys = ['rampart.metrics.port', 'prometheus.io/port'];

/** Where the pods of a workload may be looked at. */
export function looksOf(
  workload: Workload,
  services: readonly ServiceObject[],
  monitors: readonly ManifestObject[],
): Looks {
  const { annotations } = workload;
  const pprof = annotated(annotations, pprofKeys, ['rampart.pprof.path', 'profefe.com/path']) ?? profefe(annotations);
  const metrics = annotated(annotations, metricsKeys, ['rampart.metrics.path', 'prometheus.io/path']);
  return {
    pprof: pprof ?? namedPort(workload, /pprof|profil|^debug$/i) ?? conventionalPort(workload),
    metrics:
      metrics ?? monitored(workload, services, monitors) ?? namedPort(workload, /metric|prom(?:etheus)?(?![a-z])/i),
  };
}

function annotated(
  given: Workload['annotations'],
  ports: readonly string[],
  paths: readonly string[],
): LookPlace | undefined {
  const key = ports.find((one) => portOf(given[one]) !== undefined);
  const port = key === undefined ? undefined : portOf(given[key]);
  if (key === undefined || port === undefined) return undefined;
  const path = paths.map((one) => given[one]).find((one) => one !== undefined);
  return { port, path, because: `annotation ${key}`, isHeeded: heeded.includes(key) };
}

/** profefe takes 6060 where only its switch is set (kube-profefe, its README). */
function profefe(given: Workload['annotations']): LookPlace | undefined {
  if (given['profefe.com/enable'] !== 'true') return undefined;
  return { port: 6060, path: given['profefe.com/path'], because: 'annotation profefe.com/enable', isHeeded: true };
}

function namedPort({ ports }: Workload, pattern: RegExp): LookPlace | undefined {
  const found = ports.find(({ name }) => name !== undefined && pattern.test(name));
  return found && { port: found.number, path: undefined, because: `its port is called ${found.name}`, isHeeded: false };
}

function conventionalPort({ ports }: Workload): LookPlace | undefined {
  const found = ports.find(
    ({ number, name }) => number === 6060 && (name === undefined || !/http|web|api|grpc/i.test(name)),
  );
  return found && { port: 6060, path: undefined, because: 'where net/http/pprof usually is', isHeeded: false };
}

/** What a ServiceMonitor or PodMonitor of the Prometheus operator has scraped. */
function monitored(
  workload: Workload,
  services: readonly ServiceObject[],
  monitors: readonly ManifestObject[],
): LookPlace | undefined {
  for (const { kind, name, spec } of monitors) {
    const wanted = Object.entries(textMapOf(fieldsOf(spec['selector'])['matchLabels']));
    const takes = ({ labels }: Pick<Workload, 'labels'>) => wanted.every(([key, value]) => labels[key] === value);
    const isOfPods = kind === 'PodMonitor';
    const taken = isOfPods ? (takes(workload) ? [{ ports: [] }] : []) : services.filter(takes);
    for (const endpoint of mapsOf(spec[isOfPods ? 'podMetricsEndpoints' : 'endpoints'])) {
      const port = taken.map((service) => endpointPort(endpoint, workload, service)).find((one) => one !== undefined);
      if (port === undefined) continue;
      return { port, path: textOf(endpoint['path']), because: `${kind} ${name}`, isHeeded: false };
    }
  }
  return undefined;
}

/** An endpoint names a port of the Service, or one of the pod. */
function endpointPort(endpoint: Fields, workload: Workload, service: Pick<ServiceObject, 'ports'>): number | undefined {
  const name = textOf(endpoint['port']);
  const target = service.ports.find((one) => one.name !== undefined && one.name === name)?.target;
  return portNamed(workload, target ?? textOf(endpoint['targetPort']) ?? name);
}

/** A port of a workload's pods by number or name. */
export function portNamed({ ports }: Pick<Workload, 'ports'>, port: string | undefined): number | undefined {
  return portOf(port) ?? ports.find(({ name }) => name !== undefined && name === port)?.number;
}
