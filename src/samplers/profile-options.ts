/** The options under `observe.profiles`: `true` for the usual ones, or which, and for how long. */
import { z } from 'zod';
import { parseDurationMs } from '../model/units.ts';
import type { ProfileOptions } from './profile-plan.ts';

const usualCpu = '5s';

function flag(description: string) {
  return z.boolean({ error: 'must be true or false (example: true)' }).default(true).describe(description);
}

function duration(example: string, leastMs: number, wholeSeconds: boolean) {
  const what = wholeSeconds ? 'whole seconds' : `at least ${leastMs} ms`;
  const message = `must be a duration of ${what} (example: ${example})`;
  return z.string({ error: message }).transform((text, context) => {
    const ms = parseDurationMs(text);
    if (ms !== undefined && ms >= leastMs && ms <= 3_600_000 && (!wholeSeconds || ms % 1000 === 0)) return ms;
    context.addIssue(message);
    return z.NEVER;
  });
}

const chosen = z
  .strictObject({
    cpu: z
      .union([z.literal(false), duration(usualCpu, 1000, true)], {
        error: `must be a duration of whole seconds, or false (example: ${usualCpu})`,
      })
      .prefault(usualCpu)
      .describe('Length of the CPU profile in each measured step; a short step has a shorter one'),
    heap: flag('Heap profiles at the edges of steps'),
    mutex: flag('Mutex profiles at the edges of steps; empty unless the service calls runtime.SetMutexProfileFraction'),
    block: flag('Block profiles at the edges of steps; empty unless the service calls runtime.SetBlockProfileRate'),
    dump: flag('All goroutines as text (debug=2) when the load is over, for rampart inspect'),
    trace: z
      .strictObject({
        for: duration('500ms', 100, false).prefault('500ms'),
        step: z.string({ error: 'must be the name of a step' }).optional(),
      })
      .optional()
      .describe('One execution trace at the end of a step, without a name of the last measured one'),
  })
  .transform(
    ({ cpu, trace, ...rest }): ProfileOptions => ({
      ...rest,
      cpuMs: cpu === false ? undefined : cpu,
      trace: trace ? { forMs: trace.for, step: trace.step } : undefined,
    }),
  );

const usual = chosen.parse({});

/** Checks what stands under `observe.profiles`; a scenario has these options. */
export const profileOptions: z.ZodType<ProfileOptions> = z
  .union([z.literal(true).transform(() => usual), chosen], {
    error: 'must be true, or say which profiles (example: { cpu: 5s, heap: false })',
  })
  .describe('Which profiles to take of each target, from its net/http/pprof endpoint');
