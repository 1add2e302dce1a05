/** How long the local run queue of each P was, over the time of a run. */
import { LocalQueueStrips } from '../../model/local-queue-strips.ts';
import type { LocalQueues } from '../../model/local-queues.ts';
import type { ReadingTable } from '../../model/reading-table.ts';
import type { Reading } from '../../model/sample.ts';

/** Of the readings and of those that were `kept` in columns, sorted by target; nothing where no queue was ever longer than zero. */
export function localQueuesOf(
  readings: Iterable<Reading>,
  kept?: ReadingTable,
): { readonly localQueues?: LocalQueues[] } {
  const own = new LocalQueueStrips();
  for (const reading of readings) own.add(reading);
  const all = [...own.strips(), ...(kept?.localQueues() ?? [])];
  return all.length === 0 ? {} : { localQueues: all.sort((a, b) => (a.target < b.target ? -1 : 1)) };
}
