/** Single values of a scenario as zod schemas: durations, rates, addresses; each refuses with what it got, what it wants and an example. */
import { z } from 'zod';
import { type UrlPurpose, urlMistake, withoutCredentials } from '../host/user-url.ts';
import { parseDurationMs, parseRateRps, parseSizeBytes } from '../model/units.ts';

/** The words of a refusal: `must be a positive rate, got "fast" (example: 500/s)`. */
export function refusal(wanted: string, got: unknown, example: string): string {
  return `must be ${wanted}, got ${show(got)} (example: ${example})`;
}

/** `open or closed`, `auto, compose or process`. */
export function oneOf(kinds: readonly string[]): string {
  return [kinds.slice(0, -1).join(', '), ...kinds.slice(-1)].filter((part) => part !== '').join(' or ');
}

/** A value as the user would recognise it. */
export function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  return typeof value === 'string' || typeof value !== 'object' ? JSON.stringify(value) : `a ${kindOf(value)}`;
}

/** What YAML calls this kind of value. */
function kindOf(value: object | null): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : 'map';
}

function measured(wanted: string, example: string, pattern: string, parse: (text: string) => number | undefined) {
  return z
    .string({ error: (issue) => refusal(wanted, issue.input, example) })
    .meta({ pattern, examples: [example] })
    .transform((text, context) => {
      const value = parse(text);
      if (value !== undefined && value > 0) return value;
      context.issues.push({ code: 'custom', input: text, message: refusal(wanted, text, example) });
      return z.NEVER;
    });
}

/** A positive duration such as `10s`, in milliseconds. */
export const duration = measured('a positive duration', '10s', '^(\\d+(\\.\\d+)?(us|µs|ms|s|m|h))+$', parseDurationMs);

/** A positive rate such as `500/s`, in requests per second. */
export const rate = measured('a positive rate', '500/s', '^\\d+(\\.\\d+)?k?/(s|m|h)$', parseRateRps);

/** A positive size such as `20GiB`, in bytes. */
export const size = measured('a positive size', '20GiB', '^\\d+(\\.\\d+)?(B|KiB|MiB|GiB)$', parseSizeBytes);

/** A duration that may be zero, in milliseconds. */
export const pause = z
  .string({ error: (issue) => refusal('a duration', issue.input, '2s') })
  .meta({ examples: ['2s'] })
  .transform((text, context) => {
    const value = parseDurationMs(text);
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', input: text, message: refusal('a duration', text, '2s') });
    return z.NEVER;
  });

/** A whole number of at least `least`. */
export function whole(least: number, most: number, example: string) {
  const wanted = `a whole number from ${least} to ${most}`;
  const error = (issue: { input?: unknown }) => refusal(wanted, issue.input, example);
  return z.number({ error }).int({ error }).min(least, { error }).max(most, { error });
}

/** Non-empty text. */
export function text(wanted: string, example: string) {
  const error = (issue: { input?: unknown }) => refusal(wanted, issue.input, example);
  return z.string({ error }).min(1, { error });
}

/** A URL that rampart may talk to, as far as it can be seen alone; its purpose says which parts it may have, and whether it is of this machine. */
export function givenUrl(example: string, purpose: UrlPurpose) {
  return text('a URL', example).superRefine((url, context) => {
    const mistake = url === '' ? undefined : urlMistake(url, purpose);
    if (mistake === undefined) return;
    const message = `${mistake}, got ${show(withoutCredentials(url))} (example: ${example})`;
    context.addIssue({ code: 'custom', message });
  });
}
