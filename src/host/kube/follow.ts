/** What is there and what becomes of it, for as long as somebody wants to know. */
import { messageOf } from '../../model/errors.ts';
import type { KubeChoice, KubeCluster, KubeEvent, KubeKind, KubeObject } from './cluster.ts';
import { statusOf } from './failures.ts';

/** Which objects to follow, and who is told whether the cluster answers meanwhile. */
export interface FollowChoice extends KubeChoice {
  readonly signal: AbortSignal;
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
  /** Told of each question that the cluster does not answer as it should. */
  readonly onTrouble?: (message: string) => void;
  /** Told each time that all up to now is known: by a list alone, or by a watch after it. */
  readonly onKnown?: (by: 'list' | 'watch') => void;
}

/** What no asking again mends. */
const refusals = [401, 403, 404];

const shortestPauseMs = 100;
const longestPauseMs = 5000;

/**
 * Every object as it is (`ADDED`), then every change, until the signal aborts, which ends it without an error. A cluster that stops
 * answering is asked again; what went meanwhile is told as `DELETED`. Only first questions that are refused throw: there are two, what is
 * there and what becomes of it, and each takes a right of its own.
 */
export async function* followKube(
  cluster: Pick<KubeCluster, 'list' | 'watch'>,
  kind: KubeKind,
  choice: FollowChoice,
): AsyncGenerator<KubeEvent> {
  const { signal, sleep, onTrouble, onKnown } = choice;
  const known = new Map<string, KubeObject>();
  let hasListed = false;
  let hasWatched = false;
  let failures = 0;
  const onWatched = () => {
    hasWatched = true;
    failures = 0;
    onKnown?.('watch');
  };
  while (!signal.aborted) {
    try {
      const { items, resourceVersion } = await cluster.list(kind, choice);
      yield* differences(known, items);
      hasListed = true;
      onKnown?.('list');
      // That a list is answered says nothing of the watch, which may break off each time.
      yield* changes(cluster.watch(kind, { ...choice, resourceVersion }), known, onWatched);
      onWatched();
    } catch (error) {
      if (signal.aborted) return;
      const status = statusOf(error);
      const isRefused = status !== undefined && refusals.includes(status);
      if (isRefused && !(hasListed && hasWatched)) throw error;
      // A version that the server no longer keeps is no trouble: list anew.
      if (status !== 410) {
        failures++;
        onTrouble?.(messageOf(error));
      }
    }
    await sleep(Math.min(shortestPauseMs * 2 ** failures, longestPauseMs), signal).catch(() => undefined);
  }
}

async function* changes(
  events: AsyncIterable<KubeEvent>,
  known: Map<string, KubeObject>,
  onWatched: () => void,
): AsyncGenerator<KubeEvent> {
  for await (const event of events) {
    onWatched();
    const key = keyOf(event.object);
    if (event.type === 'DELETED') known.delete(key);
    else known.set(key, event.object);
    yield event;
  }
}

function* differences(known: Map<string, KubeObject>, items: readonly KubeObject[]): Generator<KubeEvent> {
  const here = new Set(items.map(keyOf));
  for (const [key, object] of [...known]) {
    if (here.has(key)) continue;
    known.delete(key);
    yield { type: 'DELETED', object };
  }
  for (const object of items) {
    const before = known.get(keyOf(object));
    known.set(keyOf(object), object);
    if (!before) yield { type: 'ADDED', object };
    else if (before.metadata.resourceVersion !== object.metadata.resourceVersion) yield { type: 'MODIFIED', object };
  }
}

/** An object that was made anew under an old name is another one. */
function keyOf({ metadata: { uid, namespace = '', name } }: KubeObject): string {
  return uid ?? `${namespace}/${name}`;
}
