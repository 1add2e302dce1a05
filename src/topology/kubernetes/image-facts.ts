/** The images that pods of a run really have, and the nodes that they are on, for its result. */
import { imageFact, nodesFact } from '../../model/image-fact.ts';
import type { PodState } from '../pods/pod-state.ts';
import type { KubeReplica } from './replica.ts';

/** By service; images with the digest where the node knows one, for a tag may be given to another image at any time. */
export function imageFacts(replicas: readonly Pick<KubeReplica, 'workload' | 'state'>[]): Record<string, string> {
  const facts: Record<string, string> = {};
  for (const service of new Set(replicas.map(({ workload }) => workload.service))) {
    const own = replicas.filter(({ workload }) => workload.service === service);
    const pods = own.flatMap((replica) => replica.state() ?? []);
    if (pods.length === 0) continue;
    facts[`${imageFact}${service}`] = listed(pods.flatMap(imagesOf));
    facts[`${nodesFact}${service}`] = listed(pods.map(({ node }) => node));
  }
  return facts;
}

function imagesOf({ containers }: PodState): string[] {
  return containers.map(({ imageId }) => imageId.replace(/^docker-pullable:\/\//, ''));
}

function listed(texts: readonly string[]): string {
  return [...new Set(texts)].sort().join(', ');
}
