/** The discoveries that a configuration asks for. */
import { pause } from '../../host/clock.ts';
import { connectDocker } from '../../host/docker.ts';
import { connectKube } from '../../host/kube/connect.ts';
import { serveProxy } from '../../host/kube/proxy.ts';
import { isLinux } from '../../host/machine.ts';
import { shownUrl } from '../../host/page-url.ts';
import { probe } from '../../topology/observe/probe-runtime.ts';
import { containerDiscovery } from '../discovery/containers.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { fileDiscovery } from '../discovery/file-watch.ts';
import { listFiles } from '../discovery/list-files.ts';
import { type PodMeans, type PodProfileChoice, podDiscovery } from '../discovery/pods.ts';
import { repeating } from '../discovery/repeating.ts';
import { staticDiscovery } from '../discovery/static-list.ts';
import type { DiscoveryChoice } from './discovery-schema.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** One way to find targets, ready to be opened; throws an environment error where the address of the Docker engine is none. */
export function discoveryOf(
  { from, service, labels, wishes }: DiscoveryChoice,
  env: Env,
  nowMs: () => number,
): Discovery {
  if ('urls' in from) {
    const named = from.urls.map((url) => ({ url, service, labels, wishes }));
    return staticDiscovery(from.urls.map(shownUrl).join(', '), named);
  }
  if ('files' in from) return fileDiscovery(from.files.join(', '), from.files, listFiles);
  if ('pods' in from) return podDiscovery(podsName(from.pods), from.pods, podMeans(from.pods, env, nowMs));
  const means = {
    docker: connectDocker(env),
    isLinux,
    nowMs,
    probe: (urls: readonly string[]) => probe(urls, []),
    again: repeating,
  };
  if ('compose' in from)
    return containerDiscovery(`compose project ${from.compose}`, { project: from.compose, labels: [] }, means);
  const name = from.containers.length > 0 ? `containers with ${from.containers.join(', ')}` : 'labelled containers';
  return containerDiscovery(name, { labels: from.containers }, means);
}

function podsName({ namespaces, selector }: PodProfileChoice): string {
  const where = namespaces.length === 0 ? 'all namespaces' : `namespace ${namespaces.join(', ')}`;
  return `${selector === undefined ? 'annotated pods' : `pods with ${selector}`} of ${where}`;
}

function podMeans({ context, kubeconfig }: PodProfileChoice, env: Env, nowMs: () => number): PodMeans {
  return {
    nowMs,
    sleep: async (ms, signal) => await pause(ms, { signal }),
    probe: (urls) => probe(urls, []),
    again: repeating,
    connect: async () => {
      const cluster = await connectKube({ env, context, kubeconfig });
      const proxy = await serveProxy(cluster);
      return {
        cluster,
        proxy,
        close: async () => {
          await proxy.close();
          cluster.close();
        },
      };
    },
  };
}
