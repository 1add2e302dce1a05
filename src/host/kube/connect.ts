/** The way to a Kubernetes cluster. */
import type { KubeCluster, KubeRight, PodPort } from './cluster.ts';
import { type KubePlace, readAccess } from './config.ts';
import { execIn } from './exec.ts';
import { createObjects, createServed } from './objects.ts';
import { createResources } from './resources.ts';
import { createStreams } from './streams.ts';
import { createTransport, type KubeTransport } from './transport.ts';

/** Finds the cluster that the environment or the arguments name; nothing is asked of it yet. */
export async function connectKube(place: KubePlace): Promise<KubeCluster> {
  const access = await readAccess(place);
  const { context, server, namespace } = access;
  const transport = createTransport(access);
  const resource = createResources(transport);
  const served = createServed(resource, context);
  return {
    server,
    context,
    namespace,
    version: async (timeoutMs) => {
      const asked = { asked: 'say its version', path: '/version', timeoutMs };
      return (await transport.json<{ gitVersion?: string }>(asked)).gitVersion ?? 'unknown';
    },
    resource,
    ...createObjects(transport, served),
    ...createStreams(transport, served, access),
    podHttp: (pod, path, limits) => transport.whole(podAsk(pod, path), limits),
    nodeHttp: (node, path, limits) =>
      transport.whole(
        { asked: `ask the kubelet of node ${node}`, path: `/api/v1/nodes/${encodeURIComponent(node)}/proxy${path}` },
        limits,
      ),
    podStream: async (pod, path, signal) => {
      const answer = await transport.open({ ...podAsk(pod, path), signal });
      return { status: answer.statusCode ?? 0, headers: answer.headers, body: answer };
    },
    upgrade: (pod, path, headers, signal) => transport.upgrade({ ...podAsk(pod, path), headers, signal }),
    exec: (place, command, signal) => execIn(transport, place, command, signal),
    may: async (rights) => {
      const missing = await Promise.all(rights.map((right) => isMissing(transport, right)));
      return rights.filter((_right, index) => missing[index]);
    },
    close: transport.close,
  };
}

function podAsk({ namespace, pod, port }: PodPort, path: string): { readonly asked: string; readonly path: string } {
  return {
    asked: `reach port ${port} of pod ${namespace}/${pod}`,
    path: podProxyPath({ namespace, pod, port }, path),
  };
}

async function isMissing(
  transport: KubeTransport,
  { verb, group, resource: whole, namespace }: KubeRight,
): Promise<boolean> {
  const [resource, subresource] = whole.split('/');
  const review = await transport.json<{ status?: { allowed?: boolean } }>({
    asked: 'say what this user may do',
    method: 'POST',
    path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
    body: {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectAccessReview',
      spec: { resourceAttributes: { verb, group, resource, subresource, namespace } },
    },
  });
  return review.status?.allowed !== true;
}

/** Where the API server forwards to a port of a pod; `path` begins with a slash. */
export function podProxyPath({ namespace, pod, port }: PodPort, path: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}:${port}/proxy${path}`;
}
