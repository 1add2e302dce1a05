/** Keeps looks rare that cost much. */
import { ownCpuUs } from '../host/own-cpu.ts';
import type { Clock } from '../model/host.ts';
import type { PolledTarget } from './poll.ts';

/** No more than this part of one core may go into a look that is repeated. */
const mostShare = 0.03;

/** Leaves a look out while the one before it, by the CPU time it took, would use up more than 3 % of a core. */
export function sparing(
  clock: Pick<Clock, 'nowUs'>,
  look: PolledTarget['look'],
  cpuUs = ownCpuUs,
): PolledTarget['look'] {
  let nextUs = 0;
  return async (signal) => {
    const atUs = clock.nowUs();
    if (atUs < nextUs) return;
    const beforeUs = cpuUs();
    await look(signal);
    nextUs = atUs + (cpuUs() - beforeUs) / mostShare;
  };
}
