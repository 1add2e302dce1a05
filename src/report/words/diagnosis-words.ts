/** The diagnosis in the words that every report shares. */
import type { Diagnosis } from '../../model/finding.ts';
import { formatNumber } from '../../model/units.ts';
import type { Tone } from './state-words.ts';

/** What the outcome looks like. */
export const outcomeTone: Readonly<Record<Diagnosis['outcome'], Tone>> = {
  healthy: 'good',
  cause: 'bad',
  'cannot-tell': 'warn',
};

/** The rates, each with what was seen there; what was not reached is said. */
export function rateRows({
  holdsRps,
  breaksRps,
  sign,
}: Diagnosis['capacity']): readonly (readonly [name: string, rate: string, note: string])[] {
  const held = holdsRps === undefined ? 'no rate' : `${formatNumber(holdsRps)}/s`;
  return [
    ['holds', held, holdsRps === undefined ? 'of those that were sent' : ''],
    breaksRps === undefined
      ? ['breaks', 'not seen', 'up to the highest rate that was sent']
      : ['breaks', `${formatNumber(breaksRps)}/s`, sign ? signNotes[sign] : ''],
  ];
}

const signNotes: Readonly<Record<NonNullable<Diagnosis['capacity']['sign']>, string>> = {
  throughput: 'fewer answers than arrivals',
  latency: 'p99 leaves its level',
  errors: 'arrivals without a good answer',
};

/** A moment of the run, such as `at 21.4 s`. */
export function momentText(atUs: number): string {
  return `at ${(atUs / 1e6).toFixed(1)} s`;
}
