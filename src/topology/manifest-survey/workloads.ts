/** What the Deployments and StatefulSets of manifests are: containers, ports, probes, and what their annotations say; pure. */
import { type KnownImage, knownImage } from '../survey/known-images.ts';
import type { ManifestObject } from './documents.ts';
import { type Probe, probesOf } from './probes.ts';
import { type Fields, fieldsOf, mapsOf, portOf, textMapOf, textOf, textsOf } from './values.ts';

/** A port that a container declares. */
interface DeclaredPort {
  readonly number: number;
  readonly name: string | undefined;
}

/** What runs as pods. */
export interface Workload {
  readonly kind: 'Deployment' | 'StatefulSet';
  readonly name: string;
  readonly namespace: string | undefined;
  readonly file: string;
  /** Of its pods. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The image of its first container that is no helper of a mesh. */
  readonly image: string | undefined;
  readonly known: KnownImage | undefined;
  readonly ports: readonly DeclaredPort[];
  readonly probes: readonly Probe[];
  /** Variables with a value of their own. */
  readonly environment: Readonly<Record<string, string>>;
  /** Words that its containers are started with. */
  readonly words: readonly string[];
}

/** Kinds that rampart measures as services. */
export const workloadKinds: readonly string[] = ['Deployment', 'StatefulSet'];

const helpers =
  /^(?:istio-proxy|linkerd-proxy|envoy-sidecar|cloud-?sql-proxy|vault-agent|config-reloader|fluent-?bit)$/;

/** The workload that an object is; undefined of every other kind. */
export function workloadOf({ kind, name, namespace, spec, file }: ManifestObject): Workload | undefined {
  if (kind !== 'Deployment' && kind !== 'StatefulSet') return undefined;
  const template = fieldsOf(spec['template']);
  const metadata = fieldsOf(template['metadata']);
  const all = mapsOf(fieldsOf(template['spec'])['containers']);
  const own = all.filter((one) => !helpers.test(textOf(one['name']) ?? ''));
  const containers = own.length > 0 ? own : all;
  const ports = containers.flatMap(declaredPorts);
  const byName = new Map(
    ports.flatMap(({ name: port, number }) => (port === undefined ? [] : [[port, number] as const])),
  );
  const image = textOf(containers[0]?.['image']);
  return {
    kind,
    name,
    namespace,
    file,
    labels: textMapOf(metadata['labels']),
    annotations: textMapOf(metadata['annotations']),
    image,
    known: image === undefined ? undefined : knownImage(image),
    ports,
    probes: containers.flatMap((container) => probesOf(container, byName)),
    environment: Object.assign({}, ...containers.map(variablesOf)),
    words: containers.flatMap((container) => [...textsOf(container['command']), ...textsOf(container['args'])]),
  };
}

function declaredPorts(container: Fields): DeclaredPort[] {
  return mapsOf(container['ports']).flatMap((port) => {
    const number = portOf(port['containerPort']);
    const isTcp = (textOf(port['protocol']) ?? 'TCP').toUpperCase() === 'TCP';
    return number === undefined || !isTcp ? [] : [{ number, name: textOf(port['name']) }];
  });
}

function variablesOf(container: Fields): Record<string, string> {
  return Object.fromEntries(
    mapsOf(container['env']).flatMap((one) => {
      const [name, value] = [textOf(one['name']), textOf(one['value'])];
      return name === undefined || value === undefined ? [] : [[name, value] as const];
    }),
  );
}
