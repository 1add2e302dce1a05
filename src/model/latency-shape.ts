/** Parts of `result.json` that tell the whole shape of latencies: how far into the tail, and when. */
import { z } from 'zod';

const count = z.number().int().nonnegative();
const us = z.number().nonnegative();

const curve = z.array(z.tuple([z.number().min(0).max(100).describe('Percentile'), us.describe('Microseconds')]));

/** Also what a chart of percentiles on an axis of nines is drawn from. */
export const spectrumSchema = z
  .object({ responseUs: curve, serviceUs: curve })
  .describe(
    'Latency by percentile: 0 (the least), 50, 75, 90, 95, 99, 99.5, 99.9, and so on to the last that ten or more arrivals lie beyond, then 100 (the greatest). Absent where there was none, and in runs of older versions',
  );

/** How response latencies were spread at each time of a run, in a bounded number of cells. */
export const heatSchema = z
  .object({
    fromUs: z.number().describe('Where the first column begins, microseconds since the origin of the run'),
    columnUs: z.number().positive().describe('How long a column is, whole seconds; a column follows on the other'),
    boundsUs: z
      .array(us)
      .describe(
        'Edges of the rows, rising: row i holds latencies from boundsUs[i] to less than boundsUs[i + 1]; twenty rows for each power of ten',
      ),
    columns: z
      .array(z.array(count))
      .describe('Of each column, in the order of time, pairs of a row and how many arrivals due then lie in it'),
  })
  .describe(
    'Response latencies of all arrivals over the time they were due; absent where none is known, and in runs of older versions',
  );

/** Percentiles of one step, of response and service. */
export type Spectrum = z.infer<typeof spectrumSchema>;
/** The heat map of one run. */
export type Heat = z.infer<typeof heatSchema>;
