/** Which profiles are taken of a target, how often and for how long, as a zod schema. */
import { z } from 'zod';
import { pause, refusal, text } from '../../scenario/values.ts';
import {
  type CollectedType,
  collectedTypes,
  overlaid,
  readWish,
  type TypeWish,
  type TypeWishes,
} from '../discovery/type-wishes.ts';
import { interval } from './config-values.ts';

function seconds(example: string) {
  const wanted = 'a duration of whole seconds from 1s to 1h';
  return pause.transform((ms, context) => {
    if (ms >= 1000 && ms <= 3_600_000 && ms % 1000 === 0) return ms / 1000;
    context.addIssue(refusal(wanted, `${ms}ms`, example));
    return z.NEVER;
  });
}

const wishSchema = z
  .union(
    [
      z.boolean().transform((isOn): TypeWish | false => (isOn ? {} : false)),
      z.string().transform((words, context): TypeWish | false => {
        const wish = readWish(words);
        if (wish !== undefined) return wish;
        context.addIssue(refusal('on, off, or how long in whole seconds', words, '10s'));
        return z.NEVER;
      }),
      z
        .strictObject({
          for: seconds('10s').optional().meta({ description: 'How long the target collects (?seconds=N)' }),
          every: interval('5m').optional(),
          path: text('a path', '/debug/fgprof')
            .optional()
            .meta({ description: "Below the target's path, or from the root where it begins with /" }),
        })
        .transform(({ for: each, every, path }): TypeWish => ({ seconds: each, intervalMs: every, path })),
    ],
    { error: (issue) => refusal('true, false, how long, or a map of for, every and path', issue.input, '10s') },
  )
  .meta({ description: 'How long the target collects: the window of a CPU profile, of others the difference over it' });

/** By type: on, off, or how. */
export const typesSchema = z
  .strictObject(
    Object.fromEntries(collectedTypes.map((type) => [type, wishSchema.optional()])) as Record<
      CollectedType,
      z.ZodOptional<typeof wishSchema>
    >,
  )
  .transform((types): TypeWishes => overlaid(types as TypeWishes))
  .meta({ description: 'allocs has the same numbers as heap, and is not taken beside it' });
