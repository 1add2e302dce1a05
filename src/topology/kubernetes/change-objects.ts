/** What a scenario sets for the services of manifests: replicas, images, limits, variables, GODEBUG, the network of the node; pure. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import type { ManifestTopology, ServiceLimits } from '../../model/topology-spec.ts';
import { withGoDebug } from '../go-build/go-debug.ts';
import { type Fields, fieldsOf, mapsOf, textMapOf, textOf } from '../manifest-survey/values.ts';
import { containersOf, fieldAt, templateOf, withContainers, withField, withTemplate } from './fields.ts';
import { coresText, readQuantity } from './quantity.ts';
import { containerPorts, declaredPorts, isService, measuredContainer } from './workloads.ts';

/** What is to be set. */
export interface Changes extends Pick<ManifestTopology, 'scale' | 'env' | 'images' | 'limits'> {
  readonly goDebug: readonly string[];
  readonly hostNetwork: boolean;
}

/** The objects as changed, and everything that could not be done: settings of what is not there. */
export interface Changed {
  readonly objects: readonly KubeObject[];
  readonly mistakes: readonly string[];
}

/** Settings of `SERVICE` go to the container of it that is measured, those of `SERVICE/CONTAINER` to that one. */
export function changeObjects(objects: readonly KubeObject[], changes: Changes): Changed {
  const mistakes = unknownNames(objects, changes);
  const configs = configMaps(objects);
  const changed = objects.map((object) => {
    const scaled = withReplicas(object, changes.scale, mistakes);
    const set = isService(object) ? withSettings(scaled, changes, configs) : scaled;
    return changes.hostNetwork ? onHostNetwork(set, objects) : set;
  });
  return { objects: changed, mistakes };
}

function unknownNames(objects: readonly KubeObject[], { scale, env, images = {}, limits = {} }: Changes): string[] {
  const workloads = objects.filter(isService);
  const names = workloads.map(({ metadata }) => metadata.name);
  const containers = workloads.flatMap((object) =>
    containersOf(templateOf(object) ?? {}).map(({ name }) => `${object.metadata.name}/${name}`),
  );
  return Object.entries({ scale, env, images, limits }).flatMap(([key, map]) =>
    Object.keys(map)
      .filter((name) => !names.includes(name) && (key === 'scale' || !containers.includes(name)))
      .map((name) => {
        const isContainer = name.includes('/') && names.includes(name.split('/')[0] ?? '');
        const has = isContainer ? `containers: ${containers.join(', ')}` : `workloads: ${names.join(', ')}`;
        return `topology.${key}.${name} is not among what the manifests make (${has})`;
      }),
  );
}

function withReplicas(object: KubeObject, scale: Changes['scale'], mistakes: string[]): KubeObject {
  const replicas = scale[object.metadata.name];
  if (replicas === undefined || !isService(object)) return object;
  if (object.kind !== 'Pod' && object.kind !== 'DaemonSet')
    return withField(object, ['spec', 'replicas'], replicas) as unknown as KubeObject;
  mistakes.push(`topology.scale.${object.metadata.name}: a ${object.kind} has no number of replicas`);
  return object;
}

function withSettings(object: KubeObject, changes: Changes, configs: Configs): KubeObject {
  const { name } = object.metadata;
  const measured = measuredContainer(object)?.['name'];
  return withContainers(object, (container) => {
    const key = `${name}/${textOf(container['name'])}`;
    const isMeasured = container['name'] === measured;
    const of = <T>(map: Readonly<Record<string, T>> = {}): T | undefined =>
      map[key] ?? (isMeasured ? map[name] : undefined);
    const imaged = of(changes.images) === undefined ? container : { ...container, image: of(changes.images) };
    const limited = withLimits(imaged, of(changes.limits));
    const env = { ...(isMeasured ? changes.env[name] : {}), ...changes.env[key] };
    return withVariables(limited, env, isMeasured ? changes.goDebug : [], configs);
  });
}

function withLimits(container: Fields, limits: ServiceLimits | undefined): Fields {
  if (!limits) return container;
  const { cpus, memoryBytes } = limits;
  const wanted = [
    ...(cpus === undefined ? [] : [{ key: 'cpu', amount: cpus, text: coresText(cpus) }]),
    ...(memoryBytes === undefined ? [] : [{ key: 'memory', amount: memoryBytes, text: String(memoryBytes) }]),
  ];
  return wanted.reduce<Fields>((changed, { key, amount, text }) => {
    const limited = withField(changed, ['resources', 'limits', key], text);
    const request = fieldAt(changed, ['resources', 'requests', key]);
    const requested = typeof request === 'string' || typeof request === 'number' ? readQuantity(request) : undefined;
    // The API refuses a request above its limit.
    return requested !== undefined && requested > amount
      ? withField(limited, ['resources', 'requests', key], text)
      : limited;
  }, container);
}

/** What ConfigMaps of the same manifests hold, by name. */
type Configs = ReadonlyMap<string, Readonly<Record<string, string>>>;

function configMaps(objects: readonly KubeObject[]): Configs {
  return new Map(
    objects.flatMap((each) =>
      each.apiVersion === 'v1' && each.kind === 'ConfigMap' ? [[each.metadata.name, textMapOf(each['data'])]] : [],
    ),
  );
}

function withVariables(
  container: Fields,
  env: Readonly<Record<string, string>>,
  goDebug: readonly string[],
  configs: Configs,
): Fields {
  const own = mapsOf(container['env']);
  const present = { ...presentGoDebug(container, own, configs), ...env };
  const { GODEBUG } = withGoDebug(present, goDebug);
  const set: Record<string, string> = { ...env, ...(goDebug.length > 0 && GODEBUG !== undefined ? { GODEBUG } : {}) };
  if (Object.keys(set).length === 0) return container;
  const kept = own.filter(({ name }) => !Object.hasOwn(set, textOf(name) ?? ''));
  const added = Object.entries(set).map(([name, value]) => ({ name, value: escaped(value) }));
  return { ...container, env: [...kept, ...added] };
}

/** GODEBUG that the container would have anyway, from its own list or a ConfigMap of the same manifests. */
function presentGoDebug(container: Fields, own: readonly Fields[], configs: Configs): Record<string, string> {
  const fromMaps = mapsOf(container['envFrom']).flatMap(
    (each) => configs.get(textOf(fieldsOf(each['configMapRef'])['name']) ?? '')?.['GODEBUG'] ?? [],
  );
  const listed = own.find(({ name }) => name === 'GODEBUG');
  const reference = fieldsOf(fieldAt(listed ?? {}, ['valueFrom', 'configMapKeyRef']));
  const referred = configs.get(textOf(reference['name']) ?? '')?.[textOf(reference['key']) ?? ''];
  const found = textOf(listed?.['value']) ?? referred ?? fromMaps.at(-1);
  return found === undefined ? {} : { GODEBUG: found };
}

/** The kubelet takes `$(NAME)` for another variable. */
function escaped(value: string): string {
  return value.replaceAll('$(', () => '$$(');
}

/**
 * Pods on the network of their node: no ports are declared, as each would be taken of the node for itself, so that probes and Services name
 * them by number.
 */
function onHostNetwork(object: KubeObject, all: readonly KubeObject[]): KubeObject {
  if (object.kind === 'Service' && object.apiVersion === 'v1') return withPortNumbers(object, all);
  if (templateOf(object) === undefined) return object;
  const placed = withTemplate(object, (template) => {
    const onHost = withField(template, ['spec', 'hostNetwork'], true);
    return fieldAt(template, ['spec', 'dnsPolicy']) === undefined
      ? withField(onHost, ['spec', 'dnsPolicy'], 'ClusterFirstWithHostNet')
      : onHost;
  });
  return withContainers(placed, (container) => {
    const { ports: _ports, ...rest } = container;
    const byName = new Map(
      containerPorts(container).flatMap(({ name, number }) => (name === undefined ? [] : [[name, number]])),
    );
    return probes.reduce((changed, probe) => withProbePort(changed, probe, byName), rest as Fields);
  });
}

const probes = ['readinessProbe', 'livenessProbe', 'startupProbe'] as const;

function withProbePort(container: Fields, probe: string, byName: ReadonlyMap<string, number>): Fields {
  return ['httpGet', 'tcpSocket'].reduce((changed, kind) => {
    const number = byName.get(textOf(fieldAt(changed, [probe, kind, 'port'])) ?? '');
    return number === undefined ? changed : withField(changed, [probe, kind, 'port'], number);
  }, container);
}

function withPortNumbers(service: KubeObject, all: readonly KubeObject[]): KubeObject {
  const chosen = all.filter((object) => isSelected(service, object));
  const byName = new Map(
    chosen.flatMap(declaredPorts).flatMap(({ name, number }) => (name === undefined ? [] : [[name, number]])),
  );
  const ports = mapsOf(fieldAt(service, ['spec', 'ports'])).map((port) => {
    const number = byName.get(textOf(port['targetPort']) ?? '');
    return number === undefined ? port : { ...port, targetPort: number };
  });
  return withField(service, ['spec', 'ports'], ports) as unknown as KubeObject;
}

/** Whether a Service sends to the pods of an object. */
export function isSelected(service: KubeObject, object: KubeObject): boolean {
  const selector = Object.entries(textMapOf(fieldAt(service, ['spec', 'selector'])));
  const labels = textMapOf(fieldAt(templateOf(object) ?? {}, ['metadata', 'labels']));
  return selector.length > 0 && selector.every(([key, value]) => labels[key] === value);
}
