/** What rented cores and memory cost, as a scenario says and a comparison keeps it. */
import { z } from 'zod';

/** See `Prices`. */
export const pricesSchema = z.object({
  core: z.number().describe('A core for an hour'),
  gib: z.number().describe('A GiB of memory for an hour'),
  unit: z.string().describe('Of both, any currency; empty where costs are only relative'),
});

/** What a core and a GiB of memory cost per hour. */
export type Prices = Readonly<z.infer<typeof pricesSchema>>;
