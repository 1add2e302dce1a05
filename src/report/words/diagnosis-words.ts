/** The diagnosis in the words that every report shares. */
import type { Diagnosis } from '../../model/finding.ts';
import { formatNumber } from '../../model/units.ts';
import type { Tone } from './state-words.ts';

const outcomeTone: Readonly<Record<Diagnosis['outcome'], Tone>> = {
  healthy: 'good',
  cause: 'bad',
  'cannot-tell': 'warn',
};

/** What the outcome looks like: a fault that was found in what held every rate is nothing that broke. */
export function toneOf(diagnosis: Diagnosis): Tone {
  return isFoundOnly(diagnosis) ? 'warn' : outcomeTone[diagnosis.outcome];
}

/** What the sentence of a diagnosis answers, as a question. */
export function sentenceQuestion(diagnosis: Diagnosis): string {
  return isFoundOnly(diagnosis) ? 'It held. What was found?' : 'What gave way first?';
}

function isFoundOnly({ outcome, capacity: { holdsRps, untoldRps, breaksRps } }: Diagnosis): boolean {
  return outcome === 'cause' && holdsRps !== undefined && untoldRps === undefined && breaksRps === undefined;
}

/** The rates, each with what was seen there; what was not reached is said. */
export function rateRows({
  holdsRps,
  untoldRps,
  breaksRps,
  sign,
}: Diagnosis['capacity']): readonly (readonly [name: string, rate: string, note: string])[] {
  const rate = (rps: number) => `${formatNumber(rps)}/s`;
  const held: readonly [string, string] =
    holdsRps !== undefined
      ? [rate(holdsRps), untoldRps === undefined ? '' : `of ${rate(untoldRps)} cannot be told`]
      : untoldRps !== undefined
        ? ['cannot tell', `of ${rate(untoldRps)}`]
        : ['no rate', 'of those that were sent'];
  return [
    ['holds', ...held],
    breaksRps === undefined
      ? ['breaks', 'not seen', 'up to the highest rate that was sent']
      : ['breaks', rate(breaksRps), sign ? signNotes[sign] : ''],
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
