/** The lines of a container of a pod, followed over the ends of streams: each line once. */
import type { KubeCluster, KubeLine } from '../../host/kube/cluster.ts';
import { messageOf } from '../../model/errors.ts';
import type { Clock } from '../../model/host.ts';
import type { UnseenSpan } from './unseen-span.ts';

/** Which container, from when on, and who is told. */
export interface LogFollower {
  readonly namespace: string;
  readonly pod: string;
  readonly container: string;
  /** `now`: only what is printed from now on; `start`: everything. */
  readonly from: 'now' | 'start';
  /** When a line was printed, microseconds of our clock, by its stamp and when it came. */
  date(stamp: string, arrivalUs: number): number;
  onLine(text: string, atUs: number): void;
  /** Told once each time that lines cannot be read. */
  onTrouble(message: string): void;
  /** Told of a time of which lines may be missing for good. */
  onLost(span: Required<UnseenSpan>): void;
}

const longestPauseMs = 5000;
const firstPauseMs = 100;
/** A stream that gives no line for so long may be of a container that says nothing, or of a server that hangs or has gone. */
const silentMs = 30_000;
/** At the end nobody waits so long: what gave a line shortly before is not asked again, and what is asked is to answer soon. */
const atEnd = { silentMs: 2000, answerMs: 5000 };

const tornWords = 'its log no longer has the last line that was read: it was rotated, or the container began anew';

/**
 * Follows until the signal aborts. A stream ends with its container; what that printed after its next start comes then. One that is silent
 * is given up for a question that is answered whole, and within a time: what it has missed comes with that.
 */
export class PodLog {
  /** Resolves when it follows no more; never rejects. */
  readonly over: Promise<void>;
  private readonly cluster: Pick<KubeCluster, 'logs'>;
  private readonly follower: LogFollower;
  private readonly clock: Pick<Clock, 'sleep' | 'nowUs'>;
  private readonly signal: AbortSignal;
  private readonly seen = createSeen();
  /** The last line only, from which on all is new; whatever there is; or that and what comes. */
  private ask: 'last' | 'whole' | 'follow';
  private sinceTime: string | undefined;
  private pauseMs = firstPauseMs;
  private trouble: string | undefined;
  /** Up to when everything that was printed has come. */
  private heardUs: number;
  /** Whether a stream broke off, and nothing came since that tells whether lines went with it. */
  private isTorn = false;
  private giveUp = () => {};
  private onAnswer = () => {};

  constructor(
    cluster: Pick<KubeCluster, 'logs'>,
    follower: LogFollower,
    clock: Pick<Clock, 'sleep' | 'nowUs'>,
    signal: AbortSignal,
  ) {
    this.cluster = cluster;
    this.follower = follower;
    this.clock = clock;
    this.signal = signal;
    this.ask = follower.from === 'now' ? 'last' : 'follow';
    this.heardUs = follower.from === 'now' ? clock.nowUs() : 0;
    this.over = this.follow();
  }

  /**
   * Tells of lines that have not come up to now; `silence` is why the cluster answers nothing. Where a stream was silent shortly before, it
   * is asked whether there are any. Never rejects.
   */
  async lastLook(silence: string | undefined): Promise<void> {
    const isSilent = this.clock.nowUs() - this.heardUs > atEnd.silentMs * 1000;
    if (silence === undefined && this.trouble === undefined && isSilent) await this.askOnceMore();
    const why = silence ?? this.trouble ?? (this.isTorn && this.sinceTime !== undefined ? tornWords : undefined);
    if (why !== undefined) this.lose(this.clock.nowUs(), why);
  }

  private async askOnceMore(): Promise<void> {
    const answered = new AbortController();
    this.onAnswer = () => answered.abort();
    this.giveUp();
    await this.clock.sleep(atEnd.answerMs, AbortSignal.any([answered.signal, this.signal])).then(
      () => {
        this.trouble = 'no answer came at the end';
      },
      () => undefined,
    );
  }

  private lose(untilUs: number, why: string): void {
    const atUs = this.heardUs;
    this.follower.onLost({ atUs, untilUs: Math.max(atUs, untilUs), message: `lines may be missing: ${why}` });
  }

  private async follow(): Promise<void> {
    while (!this.signal.aborted) {
      let mayComeLater = true;
      try {
        mayComeLater = await this.readOnce();
      } catch (error) {
        if (this.signal.aborted) return;
        const message = messageOf(error);
        if (this.trouble !== message) this.follower.onTrouble(message);
        this.trouble = message;
        this.isTorn = true;
        this.onAnswer();
      }
      if (!mayComeLater) continue;
      await this.clock.sleep(this.pauseMs, this.signal).catch(() => undefined);
      this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs);
    }
  }

  /** One answer to its end; false where the next question is to be asked at once. */
  private async readOnce(): Promise<boolean> {
    const { ask, sinceTime } = this;
    const { namespace, pod, container } = this.follower;
    const choice = { last: { tailLines: 1 }, whole: { sinceTime }, follow: { follow: true, sinceTime } }[ask];
    const askedUs = this.clock.nowUs();
    this.seen.beginStream();
    const isSilent = await this.readStream(ask === 'follow', (ends) =>
      this.cluster.logs(namespace, pod, container, { ...choice, signal: ends }),
    );
    this.ask = isSilent ? 'whole' : 'follow';
    if (isSilent) {
      this.isTorn = true;
      return false;
    }
    this.trouble = undefined;
    if (sinceTime === undefined) this.isTorn = false;
    if (!this.isTorn) this.heardUs = Math.max(this.heardUs, ask === 'follow' ? this.clock.nowUs() : askedUs);
    this.onAnswer();
    return ask === 'follow';
  }

  private take(line: KubeLine): void {
    const wasTorn = this.isTorn;
    this.isTorn = false;
    this.trouble = undefined;
    if (!this.seen.isNew(line)) return;
    const nowUs = this.clock.nowUs();
    const atUs = this.ask === 'last' ? nowUs : Math.max(this.heardUs, this.follower.date(line.time, nowUs));
    // A question from a line on is answered with that line first.
    if (wasTorn && this.sinceTime !== undefined) this.lose(atUs, tornWords);
    this.heardUs = atUs;
    // Of a container that has ended each stream repeats the last lines, and says nothing new.
    this.pauseMs = firstPauseMs;
    this.sinceTime = line.time;
    if (this.ask === 'last') this.seen.passOver(line);
    else this.follower.onLine(line.text, atUs);
  }

  /** Reads to the end, or until nothing has come for a while, if it is not to wait for ever: then true. */
  private async readStream(
    isFollowed: boolean,
    open: (ends: AbortSignal) => AsyncIterable<KubeLine>,
  ): Promise<boolean> {
    const own = new AbortController();
    const ends = AbortSignal.any([this.signal, own.signal]);
    let lines = 0;
    let isSilent = false;
    this.giveUp = () => {
      isSilent = isFollowed;
      if (isFollowed) own.abort();
    };
    const giveUpWhenSilent = async () => {
      for (let before = -1; before !== lines; ) {
        before = lines;
        await this.clock.sleep(silentMs, ends);
      }
      this.giveUp();
    };
    if (isFollowed) giveUpWhenSilent().catch(() => undefined);
    try {
      for await (const line of open(ends)) {
        lines += 1;
        this.take(line);
      }
    } catch (error) {
      if (!isSilent) throw error;
    } finally {
      own.abort();
    }
    return isSilent;
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
