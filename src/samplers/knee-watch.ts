/**
 * Sees the knee of a load while it is sent: the first measured step that is much slower than the one before, or falls behind its schedule.
 */
import { mergeHistograms, summarise } from '../model/histogram.ts';
import type { LoadMessage } from '../model/load.ts';
import type { PlannedStep } from '../model/scenario.ts';

/** What is known of the steps of a run up to now. */
export interface KneeWatch {
  add(message: LoadMessage): void;
  /** Why this step is the knee, by what was known when it was first asked; undefined when it is not. Only one step is. */
  at(step: number): string | undefined;
  /** True when a step was found to be it. */
  seen(): boolean;
}

interface Known {
  readonly responses: string[];
  due: number;
  sent: number;
}

/** The p99 of fewer arrivals is the latency of one of them. */
const leastArrivals = 100;
/** A step that has sent less than this share of what was due does not keep its schedule. */
const leastSentShare = 0.99;

/**
 * Nothing known yet; a step is the knee whose p99 is more than `times` that of the measured step before. `onKnee` gets its name and why.
 */
export function createKneeWatch(
  steps: readonly PlannedStep[],
  times: number,
  onKnee: (name: string, why: string) => void,
): KneeWatch {
  const known = new Map<number, Known>();
  const asked = new Set<number>();
  let knee: { readonly step: number; readonly why: string } | undefined;

  function of(step: number): Known {
    const own = known.get(step) ?? { responses: [], due: 0, sent: 0 };
    known.set(step, own);
    return own;
  }

  function why(step: number): string | undefined {
    const { due, sent } = of(step);
    if (due >= leastArrivals && sent < leastSentShare * due)
      return `it sent ${sent} of the ${due} arrivals that were due`;
    const before = steps.findLastIndex(({ measure }, index) => measure && index < step);
    const [now, then] = [step, before].map((index) => summarise(mergeHistograms(of(index).responses)));
    if (!now || !then || Math.min(now.count, then.count) < leastArrivals || now.p99 <= times * then.p99)
      return undefined;
    return `its p99 is ${ms(now.p99)}, over ${times} times the ${ms(then.p99)} of the step before`;
  }

  return {
    add(message) {
      if (message.kind === 'window') of(message.step).responses.push(message.response);
      if (message.kind !== 'tick') return;
      const own = of(message.step);
      own.due += message.due;
      own.sent += message.sent;
    },
    at(step) {
      if (!knee && !asked.has(step)) {
        const found = why(step);
        if (found !== undefined) {
          knee = { step, why: found };
          onKnee(steps[step]?.name ?? '', found);
        }
      }
      asked.add(step);
      return knee?.step === step ? knee.why : undefined;
    },
    seen: () => knee !== undefined,
  };
}

function ms(us: number): string {
  return `${(us / 1000).toFixed(1)} ms`;
}
