/** A sampler's context whose clock moves only when the test says so, and whose log lines the test writes itself. */
import type { SamplerContext } from '../../src/model/contracts.ts';
import type { Sample } from '../../src/model/sample.ts';
import { createSecrets } from '../../src/model/secrets.ts';
import type { LogLine, Target } from '../../src/model/topology.ts';

/** What a test does with it, and what the sampler emitted. */
export interface ManualRun {
  readonly context: SamplerContext;
  readonly samples: Sample[];
  readonly logged: string[];
  readonly abort: AbortController;
  /** A line of a target's stderr that arrives at `atMs`. */
  line(target: string, atMs: number, text: string, stream?: LogLine['stream']): void;
  /** Moves the clock on, waking sleepers in their order, and lets everything that follows happen. */
  advance(ms: number): Promise<void>;
}

interface Sleeper {
  readonly wakeUs: number;
  readonly wake: () => void;
}

/** A target of that name with nothing known of it. */
export function bareTarget(id: string): Target {
  return { id, service: id, ports: {} };
}

/** A context for these targets at time zero. */
export function manualRun(targets: readonly Target[]): ManualRun {
  let nowUs = 0;
  let sleepers: Sleeper[] = [];
  const listeners = new Set<(line: LogLine) => void>();
  const samples: Sample[] = [];
  const logged: string[] = [];
  const abort = new AbortController();
  const sleep = (ms: number, signal?: AbortSignal) =>
    new Promise<void>((resolve, reject) => {
      if (signal?.aborted) reject(signal.reason);
      signal?.addEventListener('abort', () => reject(signal.reason));
      sleepers.push({ wakeUs: nowUs + Math.max(0, ms) * 1000, wake: resolve });
    });
  const context: SamplerContext = {
    runId: 'manual',
    clock: { nowUs: () => nowUs, originHrUs: 0, originWallMs: 0, sleep },
    signal: abort.signal,
    secrets: createSecrets(),
    log: { info: (message) => logged.push(message), warn: (message) => logged.push(message) },
    env: {},
    targets,
    steps: [],
    onLog(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    emit: (sample) => samples.push(sample),
  };
  return {
    context,
    samples,
    logged,
    abort,
    line(target, atMs, text, stream = 'stderr') {
      nowUs = Math.max(nowUs, atMs * 1000);
      for (const listener of listeners) listener({ atUs: atMs * 1000, target, stream, text });
    },
    async advance(ms) {
      const untilUs = nowUs + ms * 1000;
      for (;;) {
        await settle();
        const next = sleepers.toSorted((a, b) => a.wakeUs - b.wakeUs)[0];
        if (!next || next.wakeUs > untilUs) break;
        nowUs = Math.max(nowUs, next.wakeUs);
        sleepers = sleepers.filter((sleeper) => sleeper !== next);
        next.wake();
      }
      nowUs = untilUs;
    },
  };
}

/** Lets every promise that is ready go on. */
function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
