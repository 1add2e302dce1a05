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

/** Follows until the signal aborts. A stream ends with its container; what that printed after its next start comes then. */
export async function followPodLog(
  cluster: Pick<KubeCluster, 'logs'>,
  { namespace, pod, container, from, onLine, onTrouble }: LogFollower,
  clock: Pick<Clock, 'sleep'>,
  signal: AbortSignal,
): Promise<void> {
  const seen = createSeen();
  let sinceTime: string | undefined;
  let isBegun = from === 'start';
  let pauseMs = firstPauseMs;
  let trouble: string | undefined;
  while (!signal.aborted) {
    const choice = isBegun ? { follow: true, sinceTime } : { tailLines: 1 };
    try {
      seen.beginStream();
      for await (const line of cluster.logs(namespace, pod, container, { ...choice, signal })) {
        if (!seen.isNew(line)) continue;
        // Of a container that has ended each stream repeats the last lines, and says nothing new.
        pauseMs = firstPauseMs;
        sinceTime = line.time;
        if (isBegun) onLine(line.text);
        else seen.passOver(line);
      }
      trouble = undefined;
      if (!isBegun) {
        isBegun = true;
        continue;
      }
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
