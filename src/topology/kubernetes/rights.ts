/** What rampart asks of a Kubernetes API, as rights of its RBAC: the one list that roles and checks are made of. */
import type { KubeRight } from '../../host/kube/cluster.ts';
import type { FaultAction } from '../../model/fault.ts';

/** One verb on one kind of thing, and what it is for. */
export interface ClusterRight extends Omit<KubeRight, 'namespace'> {
  readonly why: string;
  /** Whether the thing lies in no namespace. */
  readonly isClusterWide: boolean;
  /** Whether a run goes on without it, and warns of what it does not see. */
  readonly isOptional: boolean;
}

/** What is to be done on a cluster. */
export interface ClusterUse {
  /**
   * `look`: at a namespace that exists, changing nothing in it; `run`: in namespaces that rampart makes and removes; `load`: only with
   * pods that send it, in a namespace that exists; `own-load`: with them in one that rampart makes and removes.
   */
  readonly kind: 'look' | 'run' | 'load' | 'own-load';
  /** Faults that are put in force. */
  readonly faults?: readonly FaultAction['kind'][] | undefined;
  /** Resources that objects are made of, each with its API group, which is empty for the core. */
  readonly made?: readonly MadeResource[] | undefined;
  /** Runs of an experiment use one namespace, from which each takes out what it made, and the volumes that are claimed for pods. */
  readonly shared?: { readonly hasClaims: boolean } | undefined;
  /** Whether it is done from within a pod, where nobody outside sees whether a run still lives. */
  readonly isInPod?: boolean | undefined;
  /** Whether pods are made that send the load, beside what else is done. */
  readonly hasGenerators?: boolean | undefined;
  /** Whether a ConfigMap is to keep what came of a command. */
  readonly keepsResult?: boolean | undefined;
}

/** `deployments` of `apps`. */
export type MadeResource = Pick<KubeRight, 'group' | 'resource'>;

interface Need {
  readonly resources: readonly string[];
  readonly group?: string;
  readonly verbs: readonly string[];
  readonly isClusterWide?: boolean;
  readonly isOptional?: boolean;
  readonly why: string;
}

const looking: readonly Need[] = [
  {
    resources: ['pods'],
    verbs: ['get', 'list', 'watch'],
    why: 'replicas: where they are, when they are ready, how they end',
  },
  {
    resources: ['pods/log'],
    verbs: ['get'],
    why: 'what replicas print: schedtrace, gctrace, the last lines of one that crashed',
  },
  { resources: ['pods/proxy'], verbs: ['get'], why: 'pprof and metrics of replicas that are not reached directly' },
  { resources: ['events'], verbs: ['list', 'watch'], why: 'why a pod does not start, is evicted or is killed' },
  {
    resources: ['nodes'],
    verbs: ['get', 'list'],
    isClusterWide: true,
    isOptional: true,
    why: 'kernel, processor and kubelet of the nodes, and whether they are alike',
  },
  {
    resources: ['nodes'],
    verbs: ['watch'],
    isClusterWide: true,
    isOptional: true,
    why: 'pressure of the nodes, and whether they are ready, while load runs',
  },
  {
    resources: ['nodes/proxy'],
    verbs: ['get'],
    isClusterWide: true,
    isOptional: true,
    why: 'CPU, throttling and memory of containers, where their kubelets are asked through the API server',
  },
  {
    resources: ['nodes/metrics'],
    verbs: ['get'],
    isClusterWide: true,
    isOptional: true,
    why: 'CPU, throttling and memory of containers, where their kubelets are asked straight',
  },
];

const running: readonly Need[] = [
  { resources: ['services'], verbs: ['get'], why: 'ports and addresses that a Service gives to replicas' },
];

const owning: readonly Need[] = [
  {
    resources: ['namespaces'],
    verbs: ['create', 'delete', 'get', 'list'],
    isClusterWide: true,
    why: 'the namespace of each run, and those that killed runs left',
  },
];

/** What a run takes out of a namespace that the next one uses. */
function clearing(made: readonly MadeResource[], shared: ClusterUse['shared']): Need[] {
  if (!shared) return [];
  const why = 'runs of a comparison use one namespace: objects of one go before the next starts';
  const claims: Need = { resources: ['persistentvolumeclaims'], verbs: ['delete', 'list'], why };
  return [
    ...made.map(({ group, resource }): Need => ({ group, resources: [resource], verbs: ['delete'], why })),
    ...(shared.hasClaims ? [claims] : []),
  ];
}

const showingLife: readonly Need[] = [
  {
    resources: ['namespaces'],
    verbs: ['patch'],
    isClusterWide: true,
    why: 'a run within the cluster shows that it lives, or its namespace is taken for one that a killed run left',
  },
];

const generating: readonly Need[] = [
  {
    resources: ['pods', 'secrets'],
    verbs: ['create', 'delete'],
    why: 'pods that send the load, and what lets them in',
  },
  { resources: ['pods'], verbs: ['get', 'list'], why: 'whether they run, and what else is on their nodes' },
  { resources: ['pods/log'], verbs: ['get'], why: 'where they listen, and the last lines of one that does not' },
  { resources: ['pods/proxy'], verbs: ['get'], why: 'those that are not reached directly' },
  {
    resources: ['nodes'],
    verbs: ['get'],
    isClusterWide: true,
    isOptional: true,
    why: 'whether the node of one that was lost is ready',
  },
];

const keeping: readonly Need[] = [
  {
    resources: ['configmaps'],
    verbs: ['create', 'get', 'patch'],
    isOptional: true,
    why: 'verdict and summary in the ConfigMap that RAMPART_CONFIG_MAP names',
  },
];

const signalling: Need = {
  resources: ['pods/exec'],
  verbs: ['create', 'get'],
  why: 'faults kill and pause: signals to the processes of a replica',
};
/** A pod goes, and none comes in its place before it may. */
const replacing: readonly Need[] = [
  { resources: ['pods'], verbs: ['delete'], why: 'faults kill and restart: a pod goes' },
  {
    resources: ['resourcequotas'],
    verbs: ['create', 'delete'],
    why: 'faults kill and restart: no other pod comes before it may',
  },
  {
    group: 'apps',
    resources: ['replicasets', 'statefulsets'],
    verbs: ['patch'],
    why: 'faults kill and restart: then one comes at once',
  },
  {
    group: 'apps',
    resources: ['replicasets'],
    verbs: ['list'],
    why: 'faults kill and restart: those of a Deployment',
  },
];
const resizing: Need = {
  resources: ['pods/resize'],
  verbs: ['patch'],
  why: 'faults cpu and memory: limits of containers that run',
};

/** What is changed for each fault; what a command of the user or a replica itself is asked for needs nothing here. */
const faulting: { readonly [K in FaultAction['kind']]?: readonly Need[] } = {
  kill: [signalling, ...replacing],
  pause: [signalling],
  restart: replacing,
  scale: [
    {
      group: 'apps',
      resources: ['deployments/scale', 'statefulsets/scale'],
      verbs: ['patch'],
      why: 'fault scale: the number of replicas',
    },
    { resources: ['pods'], verbs: ['patch'], why: 'fault scale: which replicas go first' },
  ],
  cpu: [resizing],
  memory: [resizing],
};

/** What faults change of workloads that few have, where there are some. */
function rarelyFaulted(faults: readonly FaultAction['kind'][], made: readonly MadeResource[]): Need[] {
  const isReplaced = faults.some((fault) => fault === 'kill' || fault === 'restart');
  const isScaled = faults.includes('scale');
  return made.flatMap(({ group, resource }): Need[] => [
    ...(isReplaced && ['daemonsets', 'replicationcontrollers'].includes(resource)
      ? [{ group, resources: [resource], verbs: ['patch'], why: 'faults kill and restart: then one comes at once' }]
      : []),
    ...(isScaled && ['replicasets', 'replicationcontrollers'].includes(resource)
      ? [{ group, resources: [`${resource}/scale`], verbs: ['patch'], why: 'fault scale: the number of replicas' }]
      : []),
  ]);
}

/** Faults that change something in the cluster. */
export const clusterFaults = Object.keys(faulting) as readonly FaultAction['kind'][];

/** What most topologies are made of; a compose file makes Jobs of services that others wait to complete. */
export const usualResources: readonly MadeResource[] = [
  { group: '', resource: 'configmaps' },
  { group: '', resource: 'persistentvolumeclaims' },
  { group: '', resource: 'pods' },
  { group: '', resource: 'secrets' },
  { group: '', resource: 'serviceaccounts' },
  { group: '', resource: 'services' },
  { group: 'apps', resource: 'daemonsets' },
  { group: 'apps', resource: 'deployments' },
  { group: 'apps', resource: 'statefulsets' },
  { group: 'batch', resource: 'jobs' },
];

/** What a run asks after when it has made it: jobs, whether they are done, and DaemonSets, how many pods they want. */
const watched: readonly string[] = ['jobs', 'daemonsets'];

/** Every right that this use of a cluster needs, each once. */
export function rightsFor({
  kind,
  faults = [],
  made = [],
  hasGenerators = false,
  keepsResult = false,
  isInPod = false,
  shared,
}: ClusterUse): ClusterRight[] {
  const making = made.map(
    ({ group, resource }): Need => ({
      group,
      resources: [resource],
      verbs: watched.includes(resource) ? ['create', 'get'] : ['create'],
      why: 'objects of the topology',
    }),
  );
  const needs = [
    ...(kind === 'look' || kind === 'run' ? looking : []),
    ...(kind === 'run' ? running : []),
    ...(kind === 'run' || kind === 'own-load' ? [...owning, ...(isInPod ? showingLife : [])] : []),
    ...making,
    ...clearing(made, shared),
    ...(hasGenerators || kind === 'load' || kind === 'own-load' ? generating : []),
    ...(keepsResult ? keeping : []),
    ...faults.flatMap((fault) => faulting[fault] ?? []),
    ...rarelyFaulted(faults, made),
  ];
  const rights = new Map<string, ClusterRight>();
  for (const { resources, group = '', verbs, isClusterWide = false, isOptional = false, why } of needs)
    for (const resource of resources)
      for (const verb of verbs) {
        const right = { group, resource, verb, isClusterWide, isOptional, why };
        const text = rightText(right);
        if (!rights.has(text)) rights.set(text, right);
      }
  return [...rights.values()];
}

/** As messages name it: `create pods`, `patch deployments.apps/scale`. */
export function rightText({ group, resource, verb }: Pick<KubeRight, 'group' | 'resource' | 'verb'>): string {
  const [kind = '', part] = resource.split('/');
  return `${verb} ${kind}${group === '' ? '' : `.${group}`}${part === undefined ? '' : `/${part}`}`;
}
