/** One pod as a target: where its pprof is, by which way, its labels, and what filters see of it. */
import type { KubeProxy } from '../../host/kube/proxy.ts';
import { listensHere, type PodUrl, podUrls, usualPorts } from '../../topology/pods/pod-places.ts';
import type { PodState } from '../../topology/pods/pod-state.ts';
import type { FoundTarget, Labels } from './discovery.ts';
import type { ProfileLabels } from './profile-labels.ts';

/** Where its pprof is, or why nobody knows. */
export interface SeenPlace {
  readonly place: PodUrl | undefined;
  /** Whether it answered there; a place that is only promised is asked for again. */
  readonly isSure: boolean;
  readonly why?: string | undefined;
}

type Probe = (
  urls: readonly string[],
) => Promise<{ readonly pprofUrl?: string | undefined; readonly asked: readonly string[] }>;

const usualPath = '/debug/pprof';

/** Asks for it: straight at the pod, then through the API server. */
export async function podPlaceOf(
  pod: PodState,
  said: ProfileLabels,
  proxy: Pick<KubeProxy, 'urlOf'>,
  probe: Probe,
): Promise<SeenPlace> {
  const here = listensHere(pod);
  const path = said.path ?? usualPath;
  const places = said.at ? [said.at] : usualPorts(pod, here).map((port) => ({ port, path }));
  const urls = places.flatMap((place) => podUrls(pod, place, proxy, here, said.scheme));
  if (urls.length === 0)
    return { place: undefined, isSure: false, why: 'it has no address that leads to it from here' };
  const { pprofUrl, asked } = await probe(urls.map(({ url }) => url));
  const place = urls.find(({ url }) => url === pprofUrl);
  if (place) return { place, isSure: true };
  const why = `no pprof (asked ${asked.join('; ')})`;
  // What an annotation promises is collected from, also while it does not answer yet; the last way is the surest.
  return { place: said.at ? urls.at(-1) : undefined, isSure: false, why };
}

/** The target at a place that answers, or that its annotations promise. */
export function podTargetAt(pod: PodState, said: ProfileLabels, { url, how, port, root }: PodUrl): FoundTarget {
  const [main] = pod.containers;
  const version = pod.labels['app.kubernetes.io/version'];
  const known = {
    instance: pod.name,
    namespace: pod.namespace,
    pod: pod.name,
    node: pod.node,
    container: main.name,
    image: main.image,
    ...(version ? { version } : {}),
  };
  return {
    id: `${pod.namespace}/${pod.name}`,
    url,
    service: said.service ?? pod.workload,
    labels: { ...known, ...said.labels },
    meta: metaOf(pod, port),
    how,
    process: `pod ${pod.uid} ${main.id}`,
    forwardedAt: how === 'directly' ? undefined : root,
    wishes: said.wishes,
    intervalMs: said.intervalMs,
  };
}

/** The names that Prometheus' kubernetes_sd gives to pods (discovery/kubernetes/pod.go). */
function metaOf(pod: PodState, port: number): Labels {
  const [main] = pod.containers;
  const named = (kind: string, texts: Labels) =>
    Object.entries(texts).flatMap(([key, value]): [string, string][] => {
      const safe = key.replace(/[^A-Za-z0-9_]/g, '_');
      return [
        [`__meta_kubernetes_pod_${kind}_${safe}`, value],
        [`__meta_kubernetes_pod_${kind}present_${safe}`, 'true'],
      ];
    });
  const address = pod.address ?? '';
  return {
    ...Object.fromEntries([...named('label', pod.labels), ...named('annotation', pod.annotations)]),
    // A filter sees the pod, also where profiles come by another way.
    __address__: `${address.includes(':') ? `[${address}]` : address}:${port}`,
    __meta_kubernetes_namespace: pod.namespace,
    __meta_kubernetes_pod_name: pod.name,
    __meta_kubernetes_pod_uid: pod.uid,
    __meta_kubernetes_pod_ip: address,
    __meta_kubernetes_pod_node_name: pod.node,
    __meta_kubernetes_pod_phase: pod.phase,
    __meta_kubernetes_pod_ready: String(pod.isReady),
    __meta_kubernetes_pod_container_name: main.name,
    __meta_kubernetes_pod_container_image: main.image,
    __meta_kubernetes_pod_container_port_number: String(port),
    __meta_kubernetes_pod_controller_name: pod.workload,
  };
}
