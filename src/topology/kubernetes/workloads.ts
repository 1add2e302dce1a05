/** The services of manifests: what makes pods, which of their containers is measured, and what their annotations say of them; pure. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import { labelMistakes, readHints, type ServiceHints } from '../compose-file/service-labels.ts';
import { type Fields, fieldsOf, mapsOf, portOf, textMapOf, textOf } from '../manifest-survey/values.ts';
import { containersOf, fieldAt, groupOf, templateOf } from './fields.ts';
import type { NamedPort, RunWorkload } from './run-objects.ts';

const services = [
  'apps Deployment',
  'apps StatefulSet',
  'apps DaemonSet',
  'apps ReplicaSet',
  ' ReplicationController',
  ' Pod',
];

/** Whether its pods are targets. */
export function isService(object: KubeObject): boolean {
  return services.includes(`${groupOf(object)} ${object.kind}`);
}

/** Whether it makes pods that run to their end, once. */
export function isJob(object: KubeObject): boolean {
  return groupOf(object) === 'batch' && object.kind === 'Job';
}

/**
 * The container of a workload that is measured: the one that `kubectl.kubernetes.io/default-container` names, else the one that is called
 * like the workload, else the first.
 */
export function measuredContainer(object: KubeObject): Fields | undefined {
  const template = templateOf(object) ?? {};
  const containers = containersOf(template);
  const named = textMapOf(fieldAt(template, ['metadata', 'annotations']))['kubectl.kubernetes.io/default-container'];
  const byName = (name: string | undefined) => containers.find((each) => name !== undefined && each['name'] === name);
  return byName(named) ?? byName(object.metadata.name) ?? containers[0];
}

/** TCP ports that a container says it has. */
export function containerPorts(container: Fields): readonly NamedPort[] {
  return mapsOf(container['ports']).flatMap((port) => {
    const number = portOf(port['containerPort']);
    const isTcp = (textOf(port['protocol']) ?? 'TCP').toUpperCase() === 'TCP';
    return number === undefined || !isTcp ? [] : [{ number, name: textOf(port['name']) }];
  });
}

/** Ports of all containers of its pods. */
export function declaredPorts(object: KubeObject): readonly NamedPort[] {
  return containersOf(templateOf(object) ?? {}).flatMap(containerPorts);
}

/** How many pods it makes; undefined where the cluster decides. */
export function replicasOf(object: KubeObject): number | undefined {
  if (object.kind === 'DaemonSet') return undefined;
  const given = fieldsOf(object['spec'])['replicas'];
  return object.kind === 'Pod' || typeof given !== 'number' ? 1 : given;
}

/** Labels and annotations of a workload and of its pods; those of pods go before, and annotations before labels. */
function marksOf(object: KubeObject): Readonly<Record<string, string>> {
  const metadata = fieldsOf(fieldAt(templateOf(object) ?? {}, ['metadata']));
  return {
    ...textMapOf(object.metadata.labels),
    ...textMapOf(object.metadata.annotations),
    ...textMapOf(metadata['labels']),
    ...textMapOf(metadata['annotations']),
  };
}

/** What its marks say, with a named port as its number; mistakes go into the list. */
function hintsOf(object: KubeObject, replicas: Readonly<Record<string, number>>, mistakes: string[]): ServiceHints {
  const byName = new Map(
    declaredPorts(object).flatMap(({ name, number }) => (name === undefined ? [] : [[name, number]])),
  );
  const marks = Object.entries(marksOf(object)).map(([key, value]) =>
    /[./]port$/.test(key) && byName.has(value) ? [key, String(byName.get(value))] : [key, value],
  );
  const labels = Object.fromEntries(marks) as Record<string, string>;
  const { name } = object.metadata;
  mistakes.push(...labelMistakes(name, labels));
  return readHints(name, labels, replicas);
}

/** The workload of an object whose pods are targets, or run to their end. */
export function workloadOf(
  object: KubeObject,
  replicas: Readonly<Record<string, number>>,
  mistakes: string[],
): RunWorkload {
  const isOneShot = isJob(object);
  return {
    service: object.metadata.name,
    object,
    container: textOf(measuredContainer(object)?.['name']),
    hints: isOneShot ? {} : hintsOf(object, replicas, mistakes),
    ports: declaredPorts(object),
    replicas: isOneShot ? 1 : replicasOf(object),
    isOneShot,
    after: [],
  };
}
