/** Local run queues of made-up targets, gathered as those of a run are. */
import { LocalQueueStrips } from '../../src/model/local-queue-strips.ts';
import type { LocalQueues } from '../../src/model/local-queues.ts';
import type { Reading } from '../../src/model/sample.ts';

/** What the scheduler printed of one target at a moment. */
export function queueLook(atUs: number, localQueues: readonly number[], target = 'api-1'): Reading {
  return { kind: 'reading', atUs, target, source: 'schedtrace', values: {}, localQueues };
}

/** The strip of looks at one target; undefined where all its queues were empty. */
export function stripOf(looks: Iterable<Reading>): LocalQueues | undefined {
  const strips = new LocalQueueStrips();
  for (const look of looks) strips.add(look);
  return strips.strips()[0];
}

/** Queues that become long after half of the time, the longest on P1; none is seen for a tenth of it. */
export function risingQueues(target: string, { procs = 4, looks = 60, everyUs = 1e6, longest = 100 } = {}) {
  const seen = Array.from({ length: looks }, (_, at) => {
    const share = Math.max(0, (2 * at) / looks - 1);
    const lengths = Array.from({ length: procs }, (_, p) =>
      Math.round((share * longest * (p === 1 ? 1 : 0.4 * (p % 3))) / 0.97),
    );
    return queueLook(
      4e6 + at * everyUs,
      lengths.map((length) => Math.min(256, length)),
      target,
    );
  });
  const strip = stripOf(seen.filter((_, at) => at < looks * 0.3 || at > looks * 0.4));
  if (!strip) throw new Error('these queues are empty');
  return strip;
}
