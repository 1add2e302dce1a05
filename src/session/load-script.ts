/** Load that is decided on while it runs: steps are sent one lot after the other, and the run's record of them is of one piece. */
import { wholeSecondAfter } from '../host/clock.ts';
import type { LoadContext, LoadEngine } from '../model/contracts.ts';
import type { LoadEnd, LoadMessage, LoadPlan } from '../model/load.ts';
import type { LoadStep } from '../model/scenario.ts';

/** Sends some steps; resolves when all their arrivals have an outcome. Step indexes in messages count from the run's first step. */
export type SendSteps = (steps: readonly LoadStep[], onMessage?: (message: LoadMessage) => void) => Promise<void>;

/** What is sent in a run, lot by lot. */
export type LoadScript = (send: SendSteps) => Promise<void>;

/** The sender of one run. */
export interface LoadSender {
  readonly send: SendSteps;
  /** Says that nothing more is sent. */
  finish(): void;
}

/** A sender over a plan, whose first lot starts when the plan says; `ending` ends the lot that is being sent, and no more are. */
export function createLoadSender(
  engine: LoadEngine,
  plan: LoadPlan,
  { ending, ...context }: LoadContext & { readonly ending: AbortSignal },
  emit: (message: LoadMessage) => void,
): LoadSender {
  let sent = 0;
  let end: LoadEnd | undefined;
  const engineContext = { ...context, signal: AbortSignal.any([context.signal, ending]) };
  return {
    async send(steps, onMessage) {
      if (ending.aborted) return;
      const first = sent;
      sent += steps.length;
      const startUs = first === 0 ? plan.startUs : wholeSecondAfter(context.clock.nowUs() + engine.leadMs * 1000);
      for await (const message of engine.run({ ...plan, steps, startUs, seed: plan.seed + first }, engineContext)) {
        const own = message.kind === 'end' ? message : inRun(message, first);
        if (own.kind === 'end') end = own;
        else emit(own);
        onMessage?.(own);
      }
      context.signal.throwIfAborted();
    },
    finish() {
      if (end) emit(end);
    },
  };
}

/** A message of a lot whose first step is the run's `first`. */
function inRun<Message extends Exclude<LoadMessage, LoadEnd>>(message: Message, first: number): Message {
  const step = message.step + first;
  if (message.kind !== 'tick' || !message.openUs) return { ...message, step };
  return { ...message, step, openUs: message.openUs.map(([own, us]) => [own + first, us] as const) };
}
