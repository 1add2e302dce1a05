/** A file of waivers to checked values; every mistake is reported at once, with its place. */
import { z } from 'zod';
import { type RampartError, usageError } from '../model/errors.ts';
import { isFaultMetric, type Waiver, waiverSchema } from '../model/gate-terms.ts';
import { readYaml } from './read-yaml.ts';
import { show } from './values.ts';

/** The file's name for messages, its text, and the day (YYYY-MM-DD) on which it is read. */
interface WaiverSource {
  readonly file: string;
  readonly text: string;
  readonly today: string;
}

const example = '- { metric: p99, step: high, owner: jane, reason: why it is accepted, expires: 2030-12-31 }';

/** Steps may be called by a number, and YAML reads those as numbers. */
const fileSchema = z.array(
  waiverSchema.extend({ step: z.union([z.string(), z.number().transform(String)]).optional() }),
);

/** The waivers in a text, a list; throws one usage error that lists every mistake, expired waivers among them. */
export function waiversIn({ file, text, today }: WaiverSource): Waiver[] {
  const yaml = readYaml(file, text);
  if (!('document' in yaml)) throw refused(yaml);
  const { document, placeOf: place } = yaml;
  const parsed = fileSchema.safeParse(document.toJS() ?? []);
  if (!parsed.success)
    throw refused(
      parsed.error.issues.flatMap((issue) => wordings(issue).map((words) => `${place(issue.path)} ${words}`)),
    );
  const mistakes = parsed.data.flatMap((waiver, index) =>
    mistakesOf(waiver, today).map(({ key, message }) => `${place([index, key])} ${key} ${message}`),
  );
  if (mistakes.length > 0) throw refused(mistakes);
  return parsed.data;
}

function mistakesOf({ metric, step, of, expires, owner }: Waiver, today: string): { key: string; message: string }[] {
  const isDay = /^\d{4}-\d\d-\d\d$/.test(expires) && !Number.isNaN(Date.parse(expires));
  return [
    ...(isFaultMetric(metric) && of === undefined
      ? [{ key: 'of', message: `is missing: ${metric} is judged by fault or condition (example: of: leader-lost)` }]
      : []),
    ...(!isFaultMetric(metric) && of !== undefined
      ? [{ key: 'of', message: `does not go with ${metric}, which is of no fault and no condition` }]
      : []),
    ...(metric !== 'capacity' && !isFaultMetric(metric) && step === undefined
      ? [{ key: 'step', message: `is missing: ${metric} is judged by step` }]
      : []),
    ...(metric === 'capacity' && step !== undefined
      ? [{ key: 'step', message: 'does not go with capacity, which is of the whole ramp' }]
      : []),
    ...(isFaultMetric(metric) && step !== undefined
      ? [{ key: 'step', message: `does not go with ${metric}, which is of a fault or a condition: give of` }]
      : []),
    ...(isDay ? [] : [{ key: 'expires', message: `must be a day, got ${show(expires)} (example: 2030-12-31)` }]),
    ...(isDay && expires < today
      ? [{ key: 'expires', message: `was ${expires}: this waiver of ${owner} has expired; renew it or take it out` }]
      : []),
  ];
}

function wordings(issue: z.core.$ZodIssue): string[] {
  const key = issue.path.at(-1);
  const what = typeof key === 'string' ? key : key === undefined ? 'the file' : 'a waiver';
  if (issue.code === 'unrecognized_keys') return issue.keys.map((each) => `${each} is not a known key of a waiver`);
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return [`${what} is missing`];
  if (issue.code === 'invalid_type')
    return [
      `${what} must be a ${issue.expected === 'array' ? 'list' : issue.expected === 'object' ? 'map' : issue.expected}`,
    ];
  if (issue.code === 'invalid_value') return [`${what} must be one of ${issue.values.map(String).join(', ')}`];
  if (issue.code === 'too_small') return [`${what} must not be empty`];
  return [`${what} ${issue.message}`];
}

function refused(mistakes: readonly string[]): RampartError {
  return usageError('waivers-invalid', mistakes.join('\n'), `A waiver looks like this: ${example}`);
}
