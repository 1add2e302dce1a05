/** Labels as a map in a file, as a zod schema. */
import { z } from 'zod';
import { refusal } from '../../scenario/values.ts';

/** Prometheus' rule for the name of a label. */
export const labelName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A map of names to texts; each name that cannot be one is a mistake at its place. */
export function labelMap(value: z.ZodString) {
  return z
    .record(z.string(), value, { error: (issue) => refusal('a map of texts', issue.input, '{ env: prod }') })
    .superRefine((labels, context) => {
      for (const name of Object.keys(labels).filter((each) => !labelName.test(each)))
        context.addIssue({ code: 'custom', path: [name], message: nameRule });
    });
}

const nameRule = 'must be a label: letters, digits and _, no digit first (example: env)';
