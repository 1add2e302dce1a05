/** What of faults and conditions a run of several is kept by, so that rounds of them can be held against each other. */
import { z } from 'zod';
import { convergenceSchema, faultOutcomeSchema } from './fault-outcome.ts';

/** One fault of one run. */
export const armFaultSchema = z.object({
  name: z.string(),
  state: faultOutcomeSchema.shape.recovery.shape.state,
  metastable: z.boolean().optional(),
  afterUs: z.number().optional().describe('From the beginning of the fault to recovery; only where recovered'),
  lost: z
    .object({ observed: z.number(), expected: z.number() })
    .optional()
    .describe('Arrivals that were not answered well, to recovery or the end; absent where nobody could tell'),
  why: z.string(),
});

/** One condition of one run after one event. */
export const armConvergenceSchema = convergenceSchema.pick({
  condition: true,
  after: true,
  event: true,
  state: true,
  tookUs: true,
});

/** See `armFaultSchema`. */
export type ArmFault = z.infer<typeof armFaultSchema>;
/** See `armConvergenceSchema`. */
export type ArmConvergence = z.infer<typeof armConvergenceSchema>;

/** What a time to wait for comes to in one run: a number only where it came to its end. `none`: nothing had to be waited for. */
export type Waited =
  | { readonly kind: 'took'; readonly us: number }
  | { readonly kind: 'none' }
  | { readonly kind: 'never' }
  | { readonly kind: 'unknown' };

/** How long a system took to recover. */
export function recoveryOf({ state, afterUs }: ArmFault): Waited {
  if (state === 'recovered') return afterUs === undefined ? { kind: 'unknown' } : { kind: 'took', us: afterUs };
  return { kind: ({ 'no-harm': 'none', 'not-recovered': 'never', 'cannot-tell': 'unknown' } as const)[state] };
}

/** How long a condition took to hold. */
export function convergenceOf({ state, tookUs }: ArmConvergence): Waited {
  if (state === 'held') return { kind: 'none' };
  if (state === 'not-converged') return { kind: 'never' };
  return tookUs === undefined ? { kind: 'unknown' } : { kind: 'took', us: tookUs };
}

/** `members=5 after start`, `members=3 after leader-lost`, `members=3 after the end of leader-lost`. */
export function convergenceName({ condition, after, event }: ArmConvergence): string {
  return `${condition} after ${event === 'fault-end' ? `the end of ${after}` : after}`;
}
