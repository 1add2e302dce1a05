/** Which process a profile is of, by its labels; pure. */
import type { StoredProfile } from '../../model/profile-store.ts';

/** Labels that name a process wherever they are in use: Prometheus, Kubernetes, Docker, and rampart's own runs. */
export const instanceKeys: readonly string[] = [
  ...['run', 'project', 'instance', 'target', 'replica', 'process', 'pid'],
  ...['namespace', 'pod', 'pod_name', 'node', 'host', 'hostname', 'container', 'container_id', 'task', 'task_id'],
];

/** A text that is the same for all profiles of one process. Other labels, such as a step, may change while it lives. */
export function instanceOf({ service, labels }: StoredProfile, keys = instanceKeys): string {
  const named = labels.filter(({ key }) => keys.includes(key)).map(({ key, value }) => [key, value]);
  return JSON.stringify([service, ...named]);
}
