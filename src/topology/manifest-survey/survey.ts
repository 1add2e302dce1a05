/** What manifests describe, for those who must choose whom load goes to: workloads, who reaches them, what their ports are for; pure. */
import { otherProtocol } from '../survey/known-images.ts';
import { type JudgedPort, judgePorts } from '../survey/port-purpose.ts';
import type { ManifestObject } from './documents.ts';
import { type Route, routesOf, type ServiceObject, type ServicePort, selects, serviceOf } from './doors.ts';
import { type Looks, looksOf, portNamed } from './looks.ts';
import { portOf } from './values.ts';
import { type Workload, workloadKinds, workloadOf } from './workloads.ts';

/** A Service before a workload: which of its ports leads to which of the pods. */
interface Door {
  readonly service: ServiceObject;
  readonly ports: readonly { readonly port: ServicePort; readonly target: number }[];
}

/** A route before a workload, and the port of the pods that it leads to. */
interface RoutedPort {
  readonly route: Route;
  readonly target: number;
}

/** A workload with all that is known of it. */
export interface SurveyedWorkload extends Workload {
  /** Those most likely to take load first; without the ones that only pprof or metrics have. */
  readonly judged: readonly JudgedPort[];
  readonly doors: readonly Door[];
  readonly routes: readonly RoutedPort[];
  readonly looks: Looks;
  /** Names of Services that its variables and arguments hold. */
  readonly calls: readonly string[];
}

/** Everything that the objects say. */
export interface ManifestSurvey {
  readonly workloads: readonly SurveyedWorkload[];
  /** Objects that make pods, and are no service to measure: `Job migrate`. */
  readonly otherPods: readonly string[];
}

const podKinds = [
  'DaemonSet',
  'Job',
  'CronJob',
  'Pod',
  'ReplicaSet',
  'Rollout',
  'ReplicationController',
  'DeploymentConfig',
];

/** Puts objects together; two of one name count once, the later as `kubectl apply` would leave it. */
export function surveyManifests(objects: readonly ManifestObject[]): ManifestSurvey {
  const last = new Map(objects.map((one) => [`${one.group}/${one.kind}/${one.namespace ?? ''}/${one.name}`, one]));
  const all = [...last.values()];
  const services = all.flatMap((one) => serviceOf(one) ?? []);
  const routes = all.flatMap(routesOf);
  const monitors = all.filter(({ kind }) => kind === 'ServiceMonitor' || kind === 'PodMonitor');
  const workloads = all.flatMap((one) => workloadOf(one) ?? []);
  const parts = { services, routes, monitors, names: [...new Set(services.map(({ name }) => name))] };
  return {
    workloads: workloads.map((workload) => surveyed(workload, parts)),
    otherPods: all
      .filter(({ kind }) => podKinds.includes(kind) && !workloadKinds.includes(kind))
      .map(({ kind, name }) => `${kind} ${name}`),
  };
}

interface Parts {
  readonly services: readonly ServiceObject[];
  readonly routes: readonly Route[];
  readonly monitors: readonly ManifestObject[];
  readonly names: readonly string[];
}

function surveyed(workload: Workload, { services, routes, monitors, names }: Parts): SurveyedWorkload {
  const doors = services
    .filter((service) => selects(service, workload))
    .map((service) => ({
      service,
      ports: service.ports.flatMap((port) => {
        const target = portNamed(workload, port.target);
        return target === undefined ? [] : [{ port, target }];
      }),
    }));
  const own = new Set(doors.map(({ service }) => service.name));
  const looks = looksOf(
    workload,
    doors.map(({ service }) => service),
    monitors,
  );
  return {
    ...workload,
    doors,
    looks,
    routes: routes.flatMap((route) => routedPort(route, doors)),
    judged: judgedPorts(
      workload,
      doors,
      looks,
      names.filter((name) => !own.has(name)),
    ),
    calls: names.filter((name) => !own.has(name) && mentions(workload, name)),
  };
}

function routedPort(route: Route, doors: readonly Door[]): RoutedPort[] {
  const door = doors.find(({ service }) => service.name === route.service);
  const found = door?.ports.find(
    ({ port }) => route.port === undefined || route.port === String(port.number) || route.port === port.name,
  );
  return found ? [{ route, target: found.target }] : [];
}

/** Whether a variable or an argument holds the name as that of a host. */
function mentions({ environment, words }: Workload, name: string): boolean {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const host = new RegExp(`(?:^|[\\s/@,;=(])${escaped}(?:\\.[a-z0-9-]+)*(?::\\d+|[/,;\\s)]|$)`, 'i');
  return [...Object.values(environment), ...words].some((text) => host.test(text));
}

function judgedPorts(workload: Workload, doors: readonly Door[], looks: Looks, peers: readonly string[]): JudgedPort[] {
  const served = doors.flatMap(({ ports }) => ports.map(({ target }) => target));
  const declared = workload.ports.map(({ number }) => number);
  const probed = workload.probes.map(({ port }) => port);
  const known = [...served, ...declared, ...probed];
  const all = [...new Set(known.length > 0 ? known : toldPorts(workload))];
  const names = new Map<number, string>();
  for (const { number, name } of workload.ports) if (name !== undefined) names.set(number, name);
  for (const { port, target } of doors.flatMap(({ ports }) => ports)) {
    const said = [names.get(target), port.name, port.protocol].filter((one) => one !== undefined);
    if (said.length > 0) names.set(target, [...new Set(said)].join(' '));
  }
  const { environment, words } = workload;
  const judged = judgePorts(all, { environment, words, labels: {}, names, peers }).map((port) =>
    probedPort(port, workload),
  );
  const isLooked = ({ port }: JudgedPort) => port === looks.pprof?.port || port === looks.metrics?.port;
  const besides = judged.filter((port) => !isLooked(port));
  if (besides.length === 0) return judged;
  // A number alone tells nothing of the only port there is.
  const isCustomary = besides.every(({ purpose, because }) => purpose === 'metrics' && because === undefined);
  return isCustomary ? besides.map((port) => ({ ...port, purpose: 'unknown' })) : besides;
}

/** Where it is told to listen, for want of anything better: `PORT: "8080"`, `--listen-addr=:8080`, `-addr :8080`. */
function toldPorts({ environment, words }: Workload): number[] {
  const flags = words.flatMap((word, index): (readonly [string, string])[] => {
    const [, flag, value] = /^(--?[\w.-]+)=(.*)$/.exec(word) ?? [];
    const before = words[index - 1] ?? '';
    return flag === undefined ? (before.startsWith('-') ? [[before, word]] : []) : [[flag, value ?? '']];
  });
  return [...Object.entries(environment), ...flags].flatMap(([name, value]) => {
    const port = /^(?:(?:0\.0\.0\.0|\[::\]|\*)?:)?(\d{2,5})$/.exec(value)?.[1];
    return port !== undefined && /port|addr|listen|bind/i.test(name) ? (portOf(port) ?? []) : [];
  });
}

/** A probe knows what is spoken; the number of another protocol outweighs the name of a flag that says only that it is a port. */
function probedPort(judged: JudgedPort, { probes }: Workload): JudgedPort {
  const asks = probes.filter(({ port }) => port === judged.port);
  const probe = asks.find(({ speaks }) => speaks === 'grpc') ?? asks.find(({ speaks }) => speaks !== 'tcp');
  const other = otherProtocol(judged.port);
  if (probe && (probe.speaks === 'grpc' || judged.purpose === 'unknown'))
    return {
      ...judged,
      purpose: probe.speaks === 'tcp' ? 'unknown' : probe.speaks,
      because: `its ${probe.when} probe`,
    };
  if (probe || other === undefined || /http|web|api/i.test(judged.because ?? '')) return judged;
  return { ...judged, purpose: 'none', because: `${judged.port} is that of ${other}` };
}
