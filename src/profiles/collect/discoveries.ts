/** The discoveries that a configuration asks for. */
import { connectDocker } from '../../host/docker.ts';
import { isLinux } from '../../host/machine.ts';
import { shownUrl } from '../../host/page-url.ts';
import { probe } from '../../topology/observe/probe-runtime.ts';
import { containerDiscovery } from '../discovery/containers.ts';
import type { Discovery } from '../discovery/discovery.ts';
import { fileDiscovery } from '../discovery/file-watch.ts';
import { listFiles } from '../discovery/list-files.ts';
import { repeating } from '../discovery/repeating.ts';
import { staticDiscovery } from '../discovery/static-list.ts';
import type { DiscoveryChoice } from './config-schema.ts';

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
