/** The lines of a container of a pod, followed over the ends of streams: each line once. */
import type { KubeCluster, KubeLine } from '../../host/kube/cluster.ts';
import { messageOf } from '../../model/errors.ts';
import type { Clock } from '../../model/host.ts';

/** Which container, from when on, and who is told. */
export interface LogFollower {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** `now`: only what is printed from now on; `start`: everything. */
  readonly from: 'now' | 'start';
  onLine(text: string): void;
  /** Told once each time that lines cannot be read. */
  onTrouble(message: string): void;
}

const longestPauseMs = 5000;
const firstPauseMs = 100;
/** A stream that gives no line for so long may be of a container that says nothing, or of a server that hangs or has gone. */
const silentMs = 30_000;

/**
 * Follows until the signal aborts. A stream ends with its container; what that printed after its next start comes then. One that is silent
 * is given up for a question that is answered whole, and within a time: what it has missed comes with that.
 */
export async function followPodLog(
  cluster: Pick<KubeCluster, 'logs'>,
  { namespace, pod, container, from, onLine, onTrouble }: LogFollower,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Promise<void> {
  const seen = createSeen();
  /** The last line only, from which on all is new; whatever there is; or that and what comes. */
  let ask: 'last' | 'whole' | 'follow' = from === 'now' ? 'last' : 'follow';
  let sinceTime: string | undefined;
  let pauseMs = firstPauseMs;
  let trouble: string | undefined;
  const take = (line: KubeLine) => {
    if (!seen.isNew(line)) return;
    // Of a container that has ended each stream repeats the last lines, and says nothing new.
    pauseMs = firstPauseMs;
    sinceTime = line.time;
    if (ask === 'last') seen.passOver(line);
    else onLine(line.text);
  };
  while (!signal.aborted) {
    const choice = { last: { tailLines: 1 }, whole: { sinceTime }, follow: { follow: true, sinceTime } }[ask];
    const open = (ends: AbortSignal) => cluster.logs(namespace, pod, container, { ...choice, signal: ends });
    try {
      seen.beginStream();
      const isSilent = await readStream(open, take, ask === 'follow' ? clock : undefined, signal);
      const isOver = ask === 'follow' && !isSilent;
      ask = isSilent ? 'whole' : 'follow';
      if (!isSilent) trouble = undefined;
      if (!isOver) continue;
    } catch (error) {
      if (signal.aborted) return;
      const message = messageOf(error);
      if (trouble !== message) onTrouble(message);
      trouble = message;
    }
    await clock.sleep(pauseMs, signal).catch(() => undefined);
    pauseMs = Math.min(pauseMs * 2, longestPauseMs);
  }
}

/** Reads to the end, or until nothing has come for a while by the clock, where there is one: then true. */
async function readStream(
  open: (ends: AbortSignal) => AsyncIterable<KubeLine>,
  take: (line: KubeLine) => void,
  clock: Pick<Clock, 'sleep'> | undefined,
  outer: AbortSignal,
): Promise<boolean> {
  const own = new AbortController();
  const ends = AbortSignal.any([outer, own.signal]);
  let lines = 0;
  let isSilent = false;
  const endWhenSilent = async ({ sleep }: Pick<Clock, 'sleep'>) => {
    for (let before = -1; before !== lines; ) {
      before = lines;
      await sleep(silentMs, ends);
    }
    isSilent = true;
    own.abort();
  };
  if (clock) endWhenSilent(clock).catch(() => undefined);
  try {
    for await (const line of open(ends)) {
      lines += 1;
      take(line);
    }
  } catch (error) {
    if (!isSilent) throw error;
  } finally {
    own.abort();
  }
  return isSilent;
}

/** Tells lines that came already: `sinceTime` counts in whole seconds, and several lines may bear the same stamp. */
function createSeen() {
  let floor = '';
  let latest = '';
  /** How often each line of the latest second has come, in all streams, and in this one. */
  let counts = new Map<string, number>();
  let inStream = new Map<string, number>();
  return {
    beginStream: () => {
      inStream = new Map();
    },
    /** It and whatever was printed before it is old. */
    passOver: ({ time }: KubeLine) => {
      floor = stampOf(time);
    },
    isNew: ({ time, text }: KubeLine): boolean => {
      const stamp = stampOf(time);
      const second = stamp.slice(0, secondLength);
      if (stamp <= floor || second < latest) return false;
      if (second > latest) {
        latest = second;
        counts = new Map();
        inStream = new Map();
      }
      const key = `${stamp} ${text}`;
      const count = (inStream.get(key) ?? 0) + 1;
      inStream.set(key, count);
      if (count <= (counts.get(key) ?? 0)) return false;
      counts.set(key, count);
      return true;
    },
  };
}

const secondLength = '2026-01-01T00:00:00'.length;

/** In an order: a fraction of a second has as many digits as it needs. */
function stampOf(time: string): string {
  return time.slice(0, secondLength) + (/\.(\d+)/.exec(time)?.[1] ?? '').padEnd(9, '0');
}
