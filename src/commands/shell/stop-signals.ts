/** What the signals that end a program ask of a run; pure. */
import { type ExitCode, exitCodes } from '../../model/errors.ts';

/** The exit code of each signal that ends a run in order: 128 and its number, as shells have it. */
export const stopSignals = {
  SIGHUP: exitCodes.hungUp,
  SIGINT: exitCodes.interrupted,
  SIGQUIT: exitCodes.quit,
  SIGTERM: exitCodes.terminated,
} as const satisfies Readonly<Record<string, ExitCode>>;

/** One of the signals in `stopSignals`. */
export type StopSignal = keyof typeof stopSignals;

/** To end in order, to end at once, or nothing that was not asked before. */
export type AskedStop = 'in-order' | 'at-once' | 'nothing-new';

/** One Ctrl-C arrives twice under npm, the end of a session as SIGTERM and SIGHUP, each within milliseconds. */
const sameEventMs = 500;

/**
 * Reads the signals of one process, in turn. Only somebody who saw that it is ending can want it to end at once: what comes with the
 * first signal is the same wish, and a terminal that closes has nobody before it.
 */
export function readStopSignals(nowMs: () => number): (signal: StopSignal) => AskedStop {
  let firstMs: number | undefined;
  return (signal) => {
    if (firstMs === undefined) {
      firstMs = nowMs();
      return 'in-order';
    }
    return signal === 'SIGHUP' || nowMs() - firstMs < sameEventMs ? 'nothing-new' : 'at-once';
  };
}
