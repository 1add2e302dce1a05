/** The part of `result.json` that tells how long the local run queue of each P was, over time. */
import { z } from 'zod';

const count = z.number().int().nonnegative();

/** The local run queues of one target, in a bounded number of cells. */
export const localQueuesSchema = z
  .object({
    target: z.string(),
    procs: count.describe('The most Ps (GOMAXPROCS) that it had at a look'),
    psPerRow: z
      .number()
      .int()
      .positive()
      .describe(
        'How many Ps of neighbouring numbers a row stands for: 1 up to 16 Ps, beyond them 2, 4, 8 ...; a row has the longest of their queues',
      ),
    columnUs: z
      .number()
      .positive()
      .optional()
      .describe(
        'How long the stretch of time is of which a column has the longest queues. Absent: each column is one look',
      ),
    atUs: z
      .array(z.number())
      .describe(
        'Of each column, in the order of time, when its first look was, microseconds since the origin of the run',
      ),
    lengths: z
      .array(z.array(count))
      .describe(
        'Of each column the goroutines on the queue of each row, row 0 from P 0 on; fewer rows where there were fewer Ps',
      ),
  })
  .describe(
    'Goroutines on the local run queue of each P, as GODEBUG=schedtrace printed them: at most 240 columns of 16 rows, in which the longest is never lost',
  );

/** The local run queues of one target. */
export type LocalQueues = z.infer<typeof localQueuesSchema>;
