/** The options under `observe.trace`: `true` for the usual ones, or how many windows are kept, how long each is, and how often. */
import { z } from 'zod';
import type { TraceOptions } from '../model/run-traces.ts';
import { parseDurationMs } from '../model/units.ts';

const usualWindow = '1s';
const usualEvery = '5s';
const usualSlowest = 20;
const mostSlowest = 200;
/** A window that is asked for before the one before it was sent would be late. */
const leastBetweenMs = 500;

function duration(example: string, leastMs: number, mostMs: number, what: string) {
  const message = `must be a duration of ${what} (example: ${example})`;
  return z
    .string({ error: message })
    .prefault(example)
    .transform((text, context) => {
      const ms = parseDurationMs(text);
      if (ms !== undefined && ms >= leastMs && ms <= mostMs) return ms;
      context.addIssue(message);
      return z.NEVER;
    });
}

const wrongSlowest = `must be a whole number from 1 to ${mostSlowest} (example: ${usualSlowest})`;

const chosen = z
  .strictObject({
    slowest: z
      .int({ error: wrongSlowest })
      .min(1, wrongSlowest)
      .max(mostSlowest, wrongSlowest)
      .default(usualSlowest)
      .describe(
        'How many windows of each step and target are kept for the slow responses in them; as many others are kept beside them',
      ),
    window: duration(usualWindow, 100, 10_000, '100 ms to 10 s').describe('How long each trace is'),
    every: duration(usualEvery, 1000, 3_600_000, 'at least 1 s').describe(
      'One trace is taken in each such stretch of a step, of the next target each time',
    ),
  })
  .refine(
    ({ window, every }) => every >= window + leastBetweenMs,
    `must leave ${leastBetweenMs} ms from the end of a window to the next (example: { window: ${usualWindow}, every: ${usualEvery} })`,
  )
  .transform(({ slowest, window, every }): TraceOptions => ({ slowest, windowMs: window, everyMs: every }));

const usual = chosen.parse({});

/** Checks what stands under `observe.trace`; a scenario has these options. */
export const traceOptions: z.ZodType<TraceOptions> = z
  .union([z.literal(true).transform(() => usual), chosen], {
    error: `must be true, or say which windows (example: { slowest: ${usualSlowest}, window: ${usualWindow}, every: ${usualEvery} })`,
  })
  .describe(
    'Short execution traces over the measured steps, of one target at a time; those around the slowest responses are kept',
  );
