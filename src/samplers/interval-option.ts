/** The option that most samplers have: how often to look, as a duration in the scenario and as milliseconds here. */
import { z } from 'zod';
import { formatDurationMs, parseDurationMs } from '../model/units.ts';

/** Options of a sampler that looks at fixed times. */
export interface IntervalOptions {
  readonly everyMs: number;
}

/** A schema from a text such as `1s` to `{ everyMs: 1000 }`; its message names the least duration and an example. */
export function intervalOption(leastMs: number, example: string, description: string): z.ZodType<IntervalOptions> {
  const message = `must be a duration of at least ${formatDurationMs(leastMs)} (example: ${example})`;
  return z
    .string({ error: message })
    .describe(description)
    .transform((text, context) => {
      const everyMs = parseDurationMs(text);
      if (everyMs !== undefined && everyMs >= leastMs) return { everyMs };
      context.addIssue(message);
      return z.NEVER;
    });
}
