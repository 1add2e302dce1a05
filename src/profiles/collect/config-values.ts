/** Values of the file that says what to collect which stand at more than one place of it. */
import { z } from 'zod';
import { pause, refusal, text } from '../../scenario/values.ts';
import { labelMap } from '../discovery/label-map.ts';

const leastMs = 1000;

/** A duration between two looks or until an answer, to milliseconds; `example` is what a mistake shows. */
export function interval(example: string) {
  return pause.transform((ms, context) => {
    if (ms >= leastMs && ms <= 7 * 86_400_000) return ms;
    context.addIssue(refusal('a duration from 1s to 168h', `${ms}ms`, example));
    return z.NEVER;
  });
}

/** A list; `wanted` and `example` are what a mistake says. */
export function list<Item extends z.ZodType>(item: Item, wanted: string, example: string) {
  return z.array(item, { error: (issue) => refusal(wanted, issue.input, example) });
}

/** Labels that stand on every profile. */
export const labelsSchema = labelMap(text('a text', 'prod')).meta({ description: 'Go onto every profile' });
