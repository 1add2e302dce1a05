/** Namespaces of runs in a cluster: made with the mark of their owner, removed with all that is in them, also those that earlier runs left. */
import { createHash } from 'node:crypto';
import type { KubeCluster, KubeObject } from '../../host/kube/cluster.ts';
import { isLastingRefusal } from '../../host/kube/failures.ts';
import { environmentError, messageOf } from '../../model/errors.ts';
import type { Clock, Log } from '../../model/host.ts';
import type { KeptNamespaces } from '../../model/kept-namespaces.ts';
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
  const owner = ownOwner() ?? '';
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
/** More than most pods are given to end, of which two minutes are over by then. */
const podsGoneMs = 300_000;
const retryMs = 500;

/** Resolves when it is gone; asks again while the cluster does not answer. Rejects when that takes too long. */
async function removeNamespace(
  cluster: Pick<KubeCluster, 'get' | 'remove'>,
  name: string,
  clock: Clock,
  { ms = goneMs, signal }: { readonly ms?: number; readonly signal?: AbortSignal } = {},
): Promise<void> {
  const untilUs = clock.nowUs() + ms * 1000;
  for (let pauseMs = 50; ; pauseMs = Math.min(retryMs, pauseMs * 2)) {
    try {
      const found = await cluster.get({ ...kind, name });
      if (!found) return;
      if (found.metadata.deletionTimestamp === undefined) await cluster.remove({ ...kind, name });
      if (clock.nowUs() > untilUs) throw new Error(`it is still there after ${ms / 1000} s: ${whyThere(found)}`);
    } catch (error) {
      if (isLastingRefusal(error) || clock.nowUs() > untilUs) throw error;
    }
    await clock.sleep(pauseMs, signal);
  }
}

function whyThere(namespace: KubeObject): string {
  const { conditions = [] } = (namespace['status'] ?? {}) as { conditions?: { status: string; message: string }[] };
  const said = conditions.filter(({ status }) => status === 'True').map(({ message }) => message);
  return said.join('; ') || 'the cluster does not say why';
}

/** What orphans are removed with. */
export interface OrphanParts extends Pick<NamespaceParts, 'runId' | 'clock' | 'log'> {
  readonly cluster: Pick<KubeCluster, 'get' | 'list' | 'remove'>;
  readonly signal: AbortSignal;
  /** What this run goes on with. */
  readonly kept?: KeptNamespaces | undefined;
}

/**
 * Removes those that nobody else will remove, with a line for each, and gives their names. Others' are left, and whatever rampart did not
 * make. Rejects when the cluster does not answer, and when pods in one stay: beside them nothing can be measured.
 */
export async function removeOrphanNamespaces(parts: OrphanParts): Promise<readonly string[]> {
  const { cluster, clock, runId, kept } = parts;
  const ownIds = [runId, ...[...(kept?.values() ?? [])].map((each) => each.runId)];
  const { items } = await cluster.list(kind, { labels: runLabel });
  const nowMs = clock.originWallMs + clock.nowUs() / 1000;
  const orphans = items.filter((item) => isOrphanNamespace(item, nowMs, ownIds));
  await Promise.all(orphans.map((orphan) => removeOrphan(orphan, parts)));
  return orphans.map(({ metadata }) => metadata.name);
}

async function removeOrphan({ metadata }: KubeObject, parts: OrphanParts): Promise<void> {
  const { cluster, clock, log, signal } = parts;
  const { name, deletionTimestamp, annotations = {} } = metadata;
  const whose = annotations[ownerLabel] === ownOwner() ? 'an earlier run of this command' : 'a run that was killed';
  log.warn(`removing namespace ${name}, left behind by ${whose}`);
  try {
    await removeNamespace(cluster, name, clock, { ms: deletionTimestamp === undefined ? goneMs : leavingMs, signal });
  } catch (error) {
    signal.throwIfAborted();
    log.warn(`namespace ${name} was not removed: ${messageOf(error)}`);
    await untilNoPods(name, error, parts);
  }
}

/** What else keeps a namespace takes nothing from what is measured. */
async function untilNoPods(namespace: string, why: unknown, { cluster, clock, signal }: OrphanParts): Promise<void> {
  const untilUs = clock.nowUs() + podsGoneMs * 1000;
  for (;;) {
    const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
    const names = items.filter(mayRun).map(({ metadata }) => metadata.name);
    if (names.length === 0) return;
    if (clock.nowUs() > untilUs)
      throw environmentError(
        'namespace-left',
        `pods of an earlier run are still there, beside which nothing can be measured: ${names.join(', ')} in namespace ${namespace}; ${messageOf(why)}`,
        `See what keeps them (kubectl -n ${namespace} describe pods) and remove them (kubectl -n ${namespace} delete pods --all --force); a shorter terminationGracePeriodSeconds lets pods end that heed no SIGTERM.`,
        why,
      );
    await clock.sleep(retryMs, signal);
  }
}

function mayRun(pod: KubeObject): boolean {
  const { phase } = (pod['status'] ?? {}) as { readonly phase?: string };
  return phase !== 'Succeeded' && phase !== 'Failed';
}

/**
 * Whether nobody else will remove it: its owner died on this machine, or lived in a pod and was not seen for ten minutes, or is this very
 * process, which has one run at a time, and it is of none of its ids: that of this run, and those of what it goes on with.
 */
export function isOrphanNamespace(
  { metadata }: Pick<KubeObject, 'metadata'>,
  nowMs: number,
  ownIds: readonly string[],
): boolean {
  const { name, labels = {}, annotations = {} } = metadata;
  const owner = annotations[ownerLabel];
  if (!name.startsWith(prefix) || labels[runLabel] === undefined || owner === undefined) return false;
  if (owner === ownOwner()) return !ownIds.some((id) => labels[runLabel] === labelText(id));
  if (isOrphanOwner(owner)) return true;
  const seenMs = Date.parse(annotations[seenMark] ?? '');
  return Number.isFinite(seenMs) && nowMs - seenMs > unseenMs;
}

function ownOwner(): string | undefined {
  return ownerLabels('')[ownerLabel];
}
