/** When the steps of a load really begin and end: later than planned where the load starts late, or a closed loop waits for its last answers. */
import type { SamplerContext } from '../model/contracts.ts';

/** Why nothing is taken of steps that nobody can plan. */
export const noSteps =
  'none are taken: what is sent is decided while it is sent, so that nobody knows how long a step will last';

/** What is known of the steps by now; times in microseconds. */
export interface StepWatch {
  /** Aborts when nothing is sent any more. */
  readonly over: AbortSignal;
  /** How much later than planned a step begins, as soon as that is known; undefined when the load, or the watch, ends before. */
  lateUs(step: number): Promise<number | undefined>;
  /** The last step that has begun at that moment, by its index; -1 before the first. */
  lastBegun(nowUs: number): number;
  /** Resolves when nothing is sent any more, or the watch ends; where no load is, at once. */
  ended(): Promise<void>;
  forget(): void;
}

/** Watches until the signal aborts; where no load is sent, steps begin as planned. */
export function watchSteps(
  { steps, onLoad }: Pick<SamplerContext, 'steps' | 'onLoad'>,
  signal: AbortSignal,
): StepWatch {
  const startsUs = new Map<number, number>();
  const over = new AbortController();
  const waiting = new Set<() => void>();
  const tell = () => {
    for (const wake of waiting) wake();
    waiting.clear();
  };
  const news = () => new Promise<void>((resolve) => void waiting.add(resolve));
  const mayCome = () => !over.signal.aborted && !signal.aborted;
  if (!onLoad) for (const [step, { startUs }] of steps.entries()) startsUs.set(step, startUs);
  const forget = onLoad?.((message) => {
    if (message.kind === 'step') startsUs.set(message.step, message.startUs);
    else if (message.kind === 'end') over.abort();
    else return;
    tell();
  });
  signal.addEventListener('abort', tell, { once: true });
  return {
    over: over.signal,
    async lateUs(step) {
      while (!startsUs.has(step) && mayCome()) await news();
      const startUs = startsUs.get(step);
      return startUs === undefined ? undefined : startUs - (steps[step]?.startUs ?? startUs);
    },
    lastBegun: (nowUs) => Math.max(-1, ...[...startsUs].flatMap(([step, us]) => (us <= nowUs ? [step] : []))),
    async ended() {
      while (onLoad && mayCome()) await news();
    },
    forget() {
      signal.removeEventListener('abort', tell);
      forget?.();
    },
  };
}
