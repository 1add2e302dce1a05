/** Namespaces of runs in a cluster: made with the mark of their owner, removed with all that is in them, also those that killed runs left. */
import { createHash } from 'node:crypto';
import type { KubeCluster, KubeObject } from '../../host/kube/cluster.ts';
import { statusOf } from '../../host/kube/failures.ts';
import { messageOf } from '../../model/errors.ts';
import type { Clock, Log } from '../../model/host.ts';
import { isOrphanOwner, ownerLabel, ownerLabels, runLabel } from './containers.ts';

const kind = { apiVersion: 'v1', kind: 'Namespace' };
const prefix = 'rampart-';
/** Kept up to date by owners inside of a cluster, whom nobody outside can see living. */
const seenMark = 'dev.rampart.seen';
const seenEveryMs = 30_000;
const unseenMs = 600_000;

/** The name of a run's namespace: at most 63 small letters, digits and dashes (RFC 1123). */
export function namespaceName(runId: string): string {
  const name = `${prefix}${labelText(runId)
    .toLowerCase()
    .replace(/[^a-z0-9-]/g, '-')}`;
  if (name.length <= 63) return name.replace(/-+$/, '');
  return `${name.slice(0, 54).replace(/-+$/, '')}-${createHash('sha256').update(runId).digest('hex').slice(0, 8)}`;
}

/** A run's id as the value of a label, by which everything of it is found. */
export function labelText(runId: string): string {
  return runId
    .replace(/[^A-Za-z0-9._-]/g, '-')
    .slice(0, 63)
    .replace(/^[^A-Za-z0-9]+|[^A-Za-z0-9]+$/g, '');
}

/** Labels of everything that is made for a run. */
export function runLabels(runId: string): Record<string, string> {
  return { [runLabel]: labelText(runId) };
}

/** A namespace of a run. */
export interface RunNamespace {
  readonly name: string;
  /** Ends all that is in it; never rejects: what is left is told, and removed by the next start. */
  remove(): Promise<void>;
}

/** What it is made with. */
export interface NamespaceParts {
  readonly cluster: KubeCluster;
  readonly runId: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Whether this process runs in a pod, and has to show that it lives. */
  readonly isInPod: boolean;
}

/** Makes it; rejects where it may not. */
export async function makeNamespace(parts: NamespaceParts): Promise<RunNamespace> {
  const { cluster, runId, clock, log, isInPod } = parts;
  const name = namespaceName(runId);
  const { [ownerLabel]: owner = '' } = ownerLabels(runId);
  const annotations = { [ownerLabel]: owner, ...(isInPod ? { [seenMark]: nowText(clock) } : {}) };
  await cluster.create({ ...kind, metadata: { name, labels: runLabels(runId), annotations } });
  const ending = new AbortController();
  if (isInPod) void showLife(parts, name, ending.signal);
  let removing: Promise<void> | undefined;
  return {
    name,
    remove: () => {
      ending.abort();
      removing ??= removeNamespace(cluster, name, clock).catch((error: unknown) =>
        log.warn(`namespace ${name} was not removed, the next start does it: ${messageOf(error)}`),
      );
      return removing;
    },
  };
}

function nowText({ originWallMs, nowUs }: Clock): string {
  return new Date(originWallMs + nowUs() / 1000).toISOString();
}

async function showLife({ cluster, clock }: NamespaceParts, name: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await clock.sleep(seenEveryMs, signal).catch(() => undefined);
    if (signal.aborted) return;
    await cluster
      .patch({ ...kind, name }, { metadata: { annotations: { [seenMark]: nowText(clock) } } })
      .catch(() => undefined);
  }
}

const goneMs = 120_000;
/** One that was to go before this start, and has not, may never: its pods or what it has in it keep it. */
const leavingMs = 10_000;
const retryMs = 500;

/** Resolves when it is gone; asks again while the cluster does not answer. Rejects when that takes too long. */
async function removeNamespace(cluster: KubeCluster, name: string, clock: Clock, ms = goneMs): Promise<void> {
  const untilUs = clock.nowUs() + ms * 1000;
  for (let pauseMs = 50; ; pauseMs = Math.min(retryMs, pauseMs * 2)) {
    try {
      const found = await cluster.get({ ...kind, name });
      if (!found) return;
      if (found.metadata.deletionTimestamp === undefined) await cluster.remove({ ...kind, name });
      if (clock.nowUs() > untilUs) throw new Error(`it is still there after ${ms / 1000} s: ${whyThere(found)}`);
    } catch (error) {
      const status = statusOf(error);
      const isLasting = status !== undefined && status < 500 && status !== 409 && status !== 429;
      if (isLasting || clock.nowUs() > untilUs) throw error;
    }
    await clock.sleep(pauseMs);
  }
}

function whyThere(namespace: KubeObject): string {
  const { conditions = [] } = (namespace['status'] ?? {}) as { conditions?: { status: string; message: string }[] };
  const said = conditions.filter(({ status }) => status === 'True').map(({ message }) => message);
  return said.join('; ') || 'the cluster does not say why';
}

/** Removes those whose owner no longer lives, with a line for each; never rejects. Others' are left, and whatever rampart did not make. */
export async function removeOrphanNamespaces(cluster: KubeCluster, clock: Clock, log: Log): Promise<readonly string[]> {
  try {
    const { items } = await cluster.list(kind, { labels: runLabel });
    const nowMs = clock.originWallMs + clock.nowUs() / 1000;
    const orphans = items.filter((item) => isOrphanNamespace(item, nowMs));
    await Promise.all(
      orphans.map(async ({ metadata: { name, deletionTimestamp } }) => {
        log.warn(`removing namespace ${name}, left behind by a run that was killed`);
        await removeNamespace(cluster, name, clock, deletionTimestamp === undefined ? goneMs : leavingMs).catch(
          (error: unknown) => log.warn(`namespace ${name} was not removed: ${messageOf(error)}`),
        );
      }),
    );
    return orphans.map(({ metadata }) => metadata.name);
  } catch (error) {
    log.warn(`could not look for namespaces of killed runs: ${messageOf(error)}`);
    return [];
  }
}

/** Whether nobody will remove it: its owner died on this machine, or lived in a pod and was not seen for ten minutes. */
export function isOrphanNamespace({ metadata }: Pick<KubeObject, 'metadata'>, nowMs: number): boolean {
  const { name, labels = {}, annotations = {} } = metadata;
  const owner = annotations[ownerLabel];
  if (!name.startsWith(prefix) || labels[runLabel] === undefined || owner === undefined) return false;
  if (isOrphanOwner(owner)) return true;
  const seenMs = Date.parse(annotations[seenMark] ?? '');
  return Number.isFinite(seenMs) && nowMs - seenMs > unseenMs;
}
