/** Words, tones and signed percentages of a gate, the same in every report of one. */
import type { CheckOutcome } from '../../model/gate-checks.ts';
import type { Verdict } from '../../model/gate-terms.ts';
import { formatSignedPercent } from '../../model/units.ts';
import type { Tone } from './state-words.ts';

/** A verdict as tone and word. */
export const gateVerdictWords: Readonly<Record<Verdict, { readonly tone: Tone; readonly word: string }>> = {
  pass: { tone: 'good', word: 'passed' },
  fail: { tone: 'bad', word: 'failed' },
  'cannot-tell': { tone: 'warn', word: 'cannot tell' },
  invalid: { tone: 'bad', word: 'invalid' },
};

/** The outcome of a check in words. */
export const outcomeWords: Readonly<Record<CheckOutcome, string>> = {
  'ruled-out': 'ruled out',
  worse: 'worse',
  waived: 'waived',
  met: 'met',
  missed: 'missed',
  open: 'cannot tell',
  'not-shown': 'not shown to be worse',
  'not-judged': 'not judged',
  invalid: 'invalid',
};

/** The outcome of a check as tone. */
export const outcomeTones: Readonly<Record<CheckOutcome, Tone>> = {
  'ruled-out': 'good',
  worse: 'bad',
  waived: 'warn',
  met: 'good',
  missed: 'bad',
  open: 'warn',
  'not-shown': 'info',
  'not-judged': 'info',
  invalid: 'bad',
};

/** A change in percent with its sign; null is unbounded. */
export function signedPercent(value: number | null): string {
  return value === null ? 'unbounded' : formatSignedPercent(value);
}
