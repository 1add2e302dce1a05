/** Whether users are well again while the load goes on, by what it tells. */
import type { SamplerContext } from '../model/contracts.ts';
import type { LoadMessage } from '../model/load.ts';
import type { FaultMoment } from '../model/sample.ts';

/** Is told of all that becomes known of the load and done to the system, from the start. */
export interface RecoveryJudge {
  take(message: LoadMessage | FaultMoment): void;
  /** Whether response times, errors and throughput are in their band of before this fault, and have stayed there. */
  hasRecovered(fault: string): boolean;
}

/** Resolves when after another second of load it is so; rejects when the signal aborts, which without a judge is all that can happen. */
export function whenRecovered(
  judge: RecoveryJudge | undefined,
  onLoad: SamplerContext['onLoad'],
  fault: string,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const forget = onLoad?.(({ kind }) => {
      if (kind === 'tick' && judge?.hasRecovered(fault)) finish(resolve);
    });
    const onAbort = () => finish(() => reject(signal.reason));
    const finish = (settle: () => void) => {
      forget?.();
      signal.removeEventListener('abort', onAbort);
      settle();
    };
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
