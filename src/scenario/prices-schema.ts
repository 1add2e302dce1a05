/** `prices:` of a scenario: what a comparison counts as cost. */
import { z } from 'zod';
import type { Prices } from '../model/prices.ts';
import { refusal } from './values.ts';

/** Where only a core has a price, a GiB costs a seventh of it, as on the large clouds' general-purpose machines. */
const gibsPerCore = 7;

const price = z
  .number({ error: (issue) => refusal('a price per hour', issue.input, '0.04') })
  .nonnegative({ error: (issue) => refusal('a price per hour', issue.input, '0.04') });

/** What a core and a GiB cost per hour. */
export const pricesSchema = z
  .strictObject({
    core: price.meta({ description: 'One core for one hour' }),
    GiB: price.optional().meta({ description: 'One GiB for one hour; without it a seventh of a core' }),
    unit: z.string().max(12).default('').meta({ description: 'What prices are in, such as USD' }),
  })
  .transform(({ core, GiB, unit }): Prices => ({ core, gib: GiB ?? core / gibsPerCore, unit }));
