/** What all imports say in the same way, and how they place the load. */
import { formatCount } from '../../model/units.ts';
import type { ImportedRequest, OutsideValue } from '../../traffic/requests/imported-request.ts';
import type { WrittenStep } from '../../traffic/scenario-text.ts';
import type { ImportRequest } from './flags.ts';

/** How a load is sent, as keys of `load:`, steps, and words. */
export interface Sending {
  readonly load: Readonly<Record<string, unknown>>;
  readonly steps: readonly WrittenStep[];
  readonly sent: string;
}

/** Requests by weight, at the rate that was asked for. */
export function byWeight({ rate, forMs }: ImportRequest, usualRate: string, usualFor: string): Sending {
  const name = rate ?? usualRate;
  const length = forMs === undefined ? usualFor : `${forMs / 1000}s`;
  return { load: {}, steps: [{ name, rate: name, for: length }], sent: `Sent: by weight, at ${name}, evenly spaced.` };
}

/** How many were left out, and why. */
export function leftOutLine(leftOut: ReadonlyMap<string, number>): string[] {
  if (leftOut.size === 0) return [];
  const all = [...leftOut].sort(([, a], [, b]) => b - a).map(([why, count]) => `${formatCount(count)} (${why})`);
  return [`Left out: ${all.join(', ')}.`];
}

/** What was put out of sight. */
export function redactedLine(redacted: ReadonlyMap<string, number>): string[] {
  if (redacted.size === 0) return [];
  const all = [...redacted].map(([what, count]) => `${what} (${formatCount(count)})`);
  return [`Put out of sight, as "redacted" stands in their place: ${all.join(', ')}.`];
}

/** What the user sets before a run. */
export function outsideLine(values: readonly OutsideValue[]): string[] {
  if (values.length === 0) return [];
  const all = values.map(({ variable, what }) => `${variable} (${what})`);
  return [`To be set in the environment before a run: ${all.join(', ')}.`];
}

const toldRequests = 10;

/** The first requests by name, each with its weight. */
export function requestLines(requests: readonly ImportedRequest[]): string[] {
  const shown = requests
    .slice(0, toldRequests)
    .map(({ name, weight }) => `  ${name}${(weight ?? 1) > 1 ? `, ${weight} times` : ''}`);
  const more = requests.length - shown.length;
  return [...shown, ...(more > 0 ? [`  and ${more} more`] : [])];
}
