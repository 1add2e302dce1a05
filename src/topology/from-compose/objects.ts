/** The objects of one service: a workload and the names by which others find it; pure. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import { servicePorts } from './container.ts';
import { type Raw, type ServicePart, without } from './part.ts';

/** By this label a workload knows its pods. */
const serviceLabel = 'dev.rampart.service';

/** What a pod carries beside its container. */
export interface PodGiven {
  /** Of the workload. */
  readonly name: string;
  readonly container: Raw;
  readonly volumes: readonly Raw[];
  readonly security: Raw;
  readonly annotations: Readonly<Record<string, string>>;
  readonly hostname: string | undefined;
  readonly dnsOptions: readonly Raw[];
  readonly sharesProcesses: boolean;
  readonly platform: Readonly<Record<string, string>> | undefined;
}

/** A Deployment, a StatefulSet where replicas have addresses of their own, or a Job for what runs to its end. */
export function workloadOf(
  part: ServicePart,
  given: PodGiven,
  job: { readonly restarts: boolean } | undefined,
): KubeObject {
  const { name } = given;
  const { replicas, hostNetwork } = part;
  const labels = { [serviceLabel]: name };
  const metadata = { name, labels };
  const template = {
    metadata: { labels: hostNetwork ? { ...labels, ...sameNode } : labels, ...annotated(given.annotations) },
    spec: podSpec(part, given),
  };
  if (job) {
    const spec = { ...template.spec, restartPolicy: job.restarts ? 'OnFailure' : 'Never' };
    return {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata,
      spec: {
        // Compose starts it again without end; the run's own patience ends it.
        backoffLimit: job.restarts ? 1000 : 0,
        completions: replicas,
        parallelism: replicas,
        template: { ...template, spec },
      },
    };
  }
  const selector = { matchLabels: labels };
  if (!hostNetwork)
    return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec: { replicas, selector, template } };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: { replicas, serviceName: name, podManagementPolicy: 'Parallel', ordinals: { start: 1 }, selector, template },
  };
}

/** Loopback addresses lead from one pod to another on one node only. */
const sameNode = { 'dev.rampart.same-node': 'true' };

function annotated(annotations: PodGiven['annotations']): Raw {
  return Object.keys(annotations).length > 0 ? { annotations } : {};
}

function podSpec({ service, hostNetwork }: ServicePart, given: PodGiven): Raw {
  const { container, volumes, security, hostname, dnsOptions, sharesProcesses, platform } = given;
  const sameNodeOnly = {
    podAffinity: {
      requiredDuringSchedulingIgnoredDuringExecution: [
        { labelSelector: { matchLabels: sameNode }, topologyKey: 'kubernetes.io/hostname' },
      ],
    },
  };
  return without({
    // A container of Compose has neither variables of other services nor an account of the cluster.
    enableServiceLinks: false,
    automountServiceAccountToken: false,
    // What Docker waits where nothing is said.
    terminationGracePeriodSeconds: Math.ceil((service.stopGraceMs ?? 10_000) / 1000),
    ...(hostNetwork ? { hostNetwork, dnsPolicy: 'ClusterFirstWithHostNet', affinity: sameNodeOnly } : {}),
    hostname,
    dnsConfig: dnsOptions.length > 0 ? { options: dnsOptions } : undefined,
    shareProcessNamespace: sharesProcesses || undefined,
    nodeSelector: platform,
    securityContext: security,
    containers: [container],
    volumes: volumes.length > 0 ? volumes : undefined,
  });
}

/**
 * Services without an address of their own: DNS gives the pods', all ports of which are open and of which none has to be ready, as names do
 * in a network of Docker. Ports that are published beyond this machine get a NodePort.
 */
export function servicesOf(
  { service, hostNetwork }: Pick<ServicePart, 'service' | 'hostNetwork'>,
  workload: string,
  names: readonly string[],
  publishedName: string,
): readonly KubeObject[] {
  const selector = { [serviceLabel]: workload };
  const ports = servicePorts(service).map(({ port, protocol }) => ({
    name: `${protocol.toLowerCase()}-${port}`,
    port,
    targetPort: port,
    protocol,
  }));
  const headless = names.map(
    (name): KubeObject => ({
      apiVersion: 'v1',
      kind: 'Service',
      metadata: { name },
      spec: { clusterIP: 'None', publishNotReadyAddresses: true, selector, ...(ports.length > 0 ? { ports } : {}) },
    }),
  );
  const isOpen = (port: number, protocol: string) =>
    service.ports.some(
      (one) => one.target === port && one.protocol.toUpperCase() === protocol && !isLoopback(one.hostIp),
    );
  const open = ports.filter(({ port, protocol }) => isOpen(port, protocol));
  if (open.length === 0 || hostNetwork) return headless;
  const published: KubeObject = {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: publishedName },
    spec: { type: 'NodePort', selector, ports: open },
  };
  return [...headless, published];
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && (/^127\./.test(address) || address === '::1' || address === 'localhost');
}

/** A workload of a service whose image is there; `arch` where it is to be kept off nodes of another. */
export function withImage(
  workload: KubeObject,
  { ref, pullPolicy }: { readonly ref: string; readonly pullPolicy: string },
  arch: string | undefined,
): KubeObject {
  const { spec } = workload as unknown as {
    spec: Raw & { template: Raw & { spec: Raw & { containers: readonly Raw[] } } };
  };
  const { template } = spec;
  const containers = template.spec.containers.map((each) => ({ ...each, image: ref, imagePullPolicy: pullPolicy }));
  const placed =
    arch === undefined ? {} : { nodeSelector: { 'kubernetes.io/os': 'linux', 'kubernetes.io/arch': arch } };
  const pod = { ...template.spec, ...placed, containers };
  return { ...workload, spec: { ...spec, template: { ...template, spec: pod } } };
}
