/** The finding about locks that goroutines queue for. */
import { formatNumber } from '../../model/units.ts';
import { observe, worstOf } from './observed.ts';
import type { FindingRule } from './rule.ts';

const lockFloor = 10;

/** Steps in which goroutines queued for a mutex, by the names that Go has given these waits since 1.20. */
export const lockWaits: FindingRule = {
  id: 'lock-waits',
  role: 'cause',
  explains: ['goroutine-pile-up'],
  find({ steps }) {
    const reasons = ['sync.Mutex.Lock', 'sync.RWMutex.Lock', 'sync.RWMutex.RLock'];
    const seen = reasons
      .flatMap((reason) => observe(steps, `goroutines.waiting.${reason}`, 'mean'))
      .filter((at) => at.value >= lockFloor);
    const advice =
      'Hold the lock for less, split it, or take the work out of it; the mutex profile (MUTEX_PROFILE_FRACTION) names the holder.';
    const about = {
      series: 'goroutines.waiting.sync.Mutex.Lock',
      severity: 'warning',
      title: 'Goroutines wait for a lock',
      advice,
    } as const;
    return worstOf(seen, about, (at) => `${at.step}, ${at.target}: ${formatNumber(at.value)} waiting on average`);
  },
};
