/** The options under `observe.profiles`: `true` for the usual ones, or which, and for how long. */
import { z } from 'zod';
import { parseDurationMs } from '../model/units.ts';
import type { ProfileOptions } from './profile-plan.ts';

const usualCpu = '5s';
/** Three times the p99 is more than the noise of a busy machine, and less than any queue that grows. */
const usualKnee = 3;

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

const chosenTrace = z
  .strictObject({
    for: duration('500ms', 100, false).prefault('500ms'),
    step: z.string({ error: 'must be the name of a step' }).optional(),
    knee: z
      .number({ error: `must be a number above 1 (example: ${usualKnee})` })
      .gt(1, `must be a number above 1 (example: ${usualKnee})`)
      .optional()
      .describe(
        'Trace the first measured step whose p99 is over so many times that of the step before, or that falls behind its schedule',
      ),
  })
  .refine(
    ({ step, knee }) => step === undefined || knee === undefined,
    'must name a step or look for the knee, not both',
  );

const chosen = z
  .strictObject({
    cpu: z
      .union([z.literal(false), duration(usualCpu, 1000, true)], {
        error: `must be a duration of whole seconds, or false (example: ${usualCpu})`,
      })
      .prefault(usualCpu)
      .describe('Length of the CPU profile in each measured step; a short step has a shorter one'),
    heap: flag('Heap profiles at the edges of steps'),
    gc: z
      .boolean({ error: 'must be true or false (example: true)' })
      .default(false)
      .describe(
        'Collect garbage before each heap profile, so that it is of that moment and not of the last collections',
      ),
    mutex: flag('Mutex profiles at the edges of steps; empty unless the service calls runtime.SetMutexProfileFraction'),
    block: flag('Block profiles at the edges of steps; empty unless the service calls runtime.SetBlockProfileRate'),
    goroutineleak: flag(
      'Goroutines that nothing can wake any more, when the load is over; absent unless Go is 1.27 or later, or 1.26 with GOEXPERIMENT=goroutineleakprofile',
    ),
    dump: flag('All goroutines as text (debug=2) when the load is over, for rampart inspect'),
    trace: z
      .union([z.literal('knee').transform(() => ({ for: 500, knee: usualKnee, step: undefined })), chosenTrace], {
        error: 'must be knee, or say which (example: { for: 500ms, step: 3000/s })',
      })
      .optional()
      .describe(
        'One execution trace at the end of a step: the one named, the knee of the load, or the last measured one',
      ),
  })
  .transform(
    ({ cpu, trace, ...rest }): ProfileOptions => ({
      ...rest,
      cpuMs: cpu === false ? undefined : cpu,
      trace: trace ? { forMs: trace.for, step: trace.step, knee: trace.knee } : undefined,
    }),
  );

const usual = chosen.parse({});

/** Checks what stands under `observe.profiles`; a scenario has these options. */
export const profileOptions: z.ZodType<ProfileOptions> = z
  .union([z.literal(true).transform(() => usual), chosen], {
    error: 'must be true, or say which profiles (example: { cpu: 5s, heap: false })',
  })
  .describe('Which profiles to take of each target, from its net/http/pprof endpoint');
