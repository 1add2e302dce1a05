/** The faults that an engine has in force: each is taken back once, by whoever undoes it, or when all is taken down. */
import { messageOf } from '../../model/errors.ts';
import type { FaultAction } from '../../model/fault.ts';
import type { Log } from '../../model/host.ts';
import type { FaultInForce, FaultTools, Target } from '../../model/topology.ts';

/** A fault in force as an engine makes it. */
export interface HeldFault extends FaultInForce {
  /** What is to be done of its undoing where the targets are taken down anyway: nothing is started again for that. */
  letGo?(): Promise<void>;
}

/** Puts a fault in force; see `FaultTools`. */
export type Inject = (action: FaultAction, targets: readonly Target[], signal: AbortSignal) => Promise<HeldFault>;

/** What is in force. */
export interface KeptFaults {
  readonly tools: FaultTools;
  /** Ends what is just being put in force or undone, and lets go of the rest; never rejects, may be called twice. */
  close(): Promise<void>;
}

/** Nothing in force; `inject` does the work. */
export function keepFaults(inject: Inject, log: Log): KeptFaults {
  const closing = new AbortController();
  const held = new Set<HeldFault>();
  const working = new Set<Promise<unknown>>();

  async function during<Result>(signal: AbortSignal, work: (stop: AbortSignal) => Promise<Result>): Promise<Result> {
    const stop = AbortSignal.any([signal, closing.signal]);
    stop.throwIfAborted();
    const one = work(stop);
    working.add(one);
    try {
      return await one;
    } finally {
      working.delete(one);
    }
  }

  function keep(fault: HeldFault): FaultInForce {
    const { message, heldUs, undo } = fault;
    if (!undo) return { message, heldUs };
    held.add(fault);
    return {
      message,
      heldUs,
      undo: async (signal) => {
        if (!held.has(fault)) return;
        await during(signal, undo);
        held.delete(fault);
      },
    };
  }

  return {
    tools: {
      inject: async (action, targets, signal) =>
        await during(signal, async (stop) => keep(await inject(action, targets, stop))),
    },
    close: async () => {
      closing.abort(new Error('the topology is taken down'));
      await Promise.allSettled(working);
      // The last that came is the first to go, as it may lie over those before.
      for (const fault of [...held].reverse()) {
        held.delete(fault);
        await fault
          .letGo?.()
          .catch((error: unknown) => log.warn(`not taken back: ${fault.message}: ${messageOf(error)}`));
      }
    },
  };
}
