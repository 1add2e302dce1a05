/** The objects of Kubernetes that generators consist of: one Secret, and a bare pod for each. */
import type { OwnPod } from '../../host/kube/own-pod.ts';
import { type GeneratorPodsSpec, roleLabel } from '../../model/generator-pods.ts';

/** The annotation that names the pod of who made them, `namespace/name/uid`. */
export const coordinatorMark = 'dev.rampart.coordinator';
/** The container of a generator; others in its pod were put there by the cluster. */
export const containerName = 'generator';
/** Where a generator listens, but in the network of its node, where another may have the port. */
const podPort = 7070;
const tokenKey = 'token';

/** An object as the API server takes it. */
export interface PodObject {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod' | 'Secret';
  readonly metadata: {
    readonly name: string;
    readonly namespace: string;
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
    readonly ownerReferences?: readonly OwnerReference[];
  };
  readonly [part: string]: unknown;
}

/** With whose end the cluster removes an object (meta/v1 OwnerReference). */
interface OwnerReference {
  readonly apiVersion: 'v1';
  readonly kind: 'Pod';
  readonly name: string;
  readonly uid: string;
}

/** What the generators of one run have in common. */
export interface GeneratorPlace {
  readonly namespace: string;
  /** Stands before the name of each object; empty where the namespace is the run's own. */
  readonly prefix: string;
  /** Whose they are, as the sweep of killed runs reads it. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** The pod of who makes them, with which they are to go; absent where that is in none, or does not know it. */
  readonly coordinator?: OwnPod | undefined;
  /** What both sides of their connection know and nobody else. */
  readonly token: string;
  /** Whether they are in the network of their nodes. */
  readonly hostNetwork: boolean;
  /** Namespaces whose pods they must share no node with. */
  readonly apartFrom: readonly string[];
  /** After so long the cluster ends them, whoever still lives. */
  readonly lifeS: number;
}

/** The Secret and the pods, in the order in which they are made. */
export function generatorObjects(spec: GeneratorPodsSpec, place: GeneratorPlace): readonly PodObject[] {
  const pods = Array.from({ length: spec.pods }, (_, index) => podOf(index, spec, place));
  return [secretOf(place), ...pods];
}

function metadataOf(name: string, place: GeneratorPlace): PodObject['metadata'] {
  const { namespace, prefix, labels, annotations, coordinator } = place;
  return {
    name: `${prefix}${name}`,
    namespace,
    labels: { ...labels, [roleLabel]: 'generator' },
    annotations: { ...annotations, ...(coordinator && { [coordinatorMark]: coordinatorText(coordinator) }) },
    ...ownedBy(coordinator, namespace),
  };
}

function coordinatorText({ namespace, name, uid }: OwnPod): string {
  return `${namespace}/${name}/${uid}`;
}

/** An owner in another namespace would be taken for one that is gone, and the object removed at once. */
function ownedBy(coordinator: OwnPod | undefined, namespace: string): Pick<PodObject['metadata'], 'ownerReferences'> {
  if (coordinator?.namespace !== namespace) return {};
  const { name, uid } = coordinator;
  return { ownerReferences: [{ apiVersion: 'v1', kind: 'Pod', name, uid }] };
}

/** What the Secret of a run is called, by one of its pods; undefined for a pod with another name. */
export function secretNameOf(podName: string): string | undefined {
  const [, prefix] = /^(.*)generator-\d+$/.exec(podName) ?? [];
  return prefix === undefined ? undefined : `${prefix}generators`;
}

function secretOf(place: GeneratorPlace): PodObject {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: metadataOf('generators', place),
    type: 'Opaque',
    immutable: true,
    stringData: { [tokenKey]: place.token },
  };
}

/**
 * A pod and no Job: a generator that is lost is not to come again, and a Job would wait for what a mesh puts beside it. Requests are limits,
 * so that it is the last to be evicted, and has cores of its own where a kubelet gives them out (kubernetes.io, Control CPU Management
 * Policies). It runs as nobody, without rights in its container or in the cluster.
 */
function podOf(index: number, spec: GeneratorPodsSpec, place: GeneratorPlace): PodObject {
  const { hostNetwork } = place;
  const { image, resources, nodeSelector, tolerations, pullSecrets } = spec;
  const name = `generator-${index + 1}`;
  const metadata = metadataOf(name, place);
  const listen = hostNetwork ? '[$(POD_IP)]:0' : `0.0.0.0:${podPort}`;
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata,
    spec: {
      restartPolicy: 'Never',
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      activeDeadlineSeconds: place.lifeS,
      terminationGracePeriodSeconds: 5,
      ...(hostNetwork && { hostNetwork, dnsPolicy: 'ClusterFirstWithHostNet' }),
      ...(Object.keys(nodeSelector).length > 0 && { nodeSelector }),
      ...(tolerations.length > 0 && { tolerations }),
      ...(pullSecrets.length > 0 && { imagePullSecrets: pullSecrets.map((name) => ({ name })) }),
      affinity: { podAntiAffinity: antiAffinity(place) },
      securityContext: {
        runAsNonRoot: true,
        runAsUser: 65_534,
        runAsGroup: 65_534,
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: containerName,
          image,
          args: ['generator', '--listen', listen, '--name', name, '--allow-host', '*', '--once'],
          env: [
            { name: 'POD_IP', valueFrom: { fieldRef: { fieldPath: 'status.podIP' } } },
            {
              name: 'RAMPART_TOKEN',
              valueFrom: { secretKeyRef: { name: metadataOf('generators', place).name, key: tokenKey } },
            },
          ],
          resources: { requests: resources, limits: resources },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }],
        },
      ],
      volumes: [{ name: 'tmp', emptyDir: {} }],
    },
  };
}

/** Apart from the topology where that is asked for; from one another where nodes allow it. */
function antiAffinity({ apartFrom, labels }: GeneratorPlace) {
  const topologyKey = 'kubernetes.io/hostname';
  const others = { matchExpressions: [{ key: roleLabel, operator: 'NotIn', values: ['generator'] }] };
  const own = { matchLabels: { ...labels, [roleLabel]: 'generator' } };
  return {
    ...(apartFrom.length > 0 && {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { topologyKey, namespaces: [...apartFrom], labelSelector: others },
      ],
    }),
    preferredDuringSchedulingIgnoredDuringExecution: [
      { weight: 100, podAffinityTerm: { topologyKey, labelSelector: own } },
    ],
  };
}
