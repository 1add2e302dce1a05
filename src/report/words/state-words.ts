/** Status and validity of a run in words, the same in every report. */
import { isObservation } from '../../model/raw-run.ts';
import type { EarlyEnd, RunResult, SloOutcome } from '../../model/run-result.ts';
import { formatDurationMs } from '../../model/units.ts';

/** How a state is to be taken; each tone has one colour and one sign. */
export type Tone = 'good' | 'warn' | 'bad' | 'info';

/** The signs that carry a tone where there is no colour. */
export const signs: Readonly<Record<Tone, string>> = { good: '✓', warn: '!', bad: '✕', info: 'i' };

/** A state as one word for the badge, and one sentence that says what follows from it. */
export interface StateWords {
  readonly tone: Tone;
  readonly word: string;
  readonly sentence: string;
}

/** What the reader must know before any number: did it finish, and may its numbers be used. */
export function stateWords(result: RunResult): StateWords {
  const invalid = result.validity.verdict === 'invalid';
  const isLook = isObservation(result.scenario);
  if (result.status === 'failed') {
    return { tone: 'bad', word: 'Failed', sentence: 'The run did not reach its end. What it saw before is below.' };
  }
  if (invalid) {
    const sentence = isLook
      ? 'There is nothing here to judge the service by.'
      : 'These numbers must not be used to judge the service: the run itself went wrong.';
    const ended = result.endedEarly ? ` ${earlyEndText(result.endedEarly)}` : '';
    const word = result.status === 'partial' ? 'Partial, invalid' : 'Invalid';
    return { tone: 'bad', word, sentence: `${sentence}${ended}` };
  }
  if (result.endedEarly)
    return {
      tone: 'bad',
      word: 'Ended early',
      sentence: `${earlyEndText(result.endedEarly)} What was measured until then is sound.`,
    };
  if (result.status === 'partial') {
    return { tone: 'warn', word: 'Partial', sentence: 'The run ended early. What it measured until then is sound.' };
  }
  if (isLook) {
    const sentence = 'No load was sent: what the targets did by themselves or for others is below.';
    return { tone: 'good', word: 'Observed', sentence };
  }
  const open = 'The generator kept its schedule and every planned arrival is accounted for.';
  const closed = 'Every request is accounted for; a closed loop has no schedule to keep.';
  return { tone: 'good', word: 'Valid', sentence: result.scenario.load?.mode === 'closed' ? closed : open };
}

/** Which rule ended the run and where; what was not run says nothing of the service. */
function earlyEndText({ rule, brokenIn, step, atUs, observed, notRun }: EarlyEnd): string {
  const where = brokenIn === undefined ? 'over the run' : `in step ${brokenIn}`;
  const cut = brokenIn === step ? '' : `, in step ${step}`;
  const left =
    notRun.length === 0 ? '' : ` Not run: ${notRun.slice(0, 8).join(', ')}${notRun.length > 8 ? ', …' : ''}.`;
  return `A rule ended the run after ${formatDurationMs(Math.round(atUs / 1000))}${cut}: ${rule} was broken ${where} (${observed}).${left}`;
}

/** Why a run is invalid, one sentence each, with the step it concerns; a failure speaks for itself. */
export function reasonTexts(result: RunResult): readonly string[] {
  return result.validity.reasons
    .filter(({ code }) => code !== 'incomplete' || result.failure === undefined)
    .map(({ message, step }) => (step === undefined ? message : `${step}: ${message}`));
}

/** Outcome of a rule as tone and word. */
export const sloWords: Readonly<Record<SloOutcome['outcome'], { readonly tone: Tone; readonly word: string }>> = {
  pass: { tone: 'good', word: 'pass' },
  fail: { tone: 'bad', word: 'fail' },
  'cannot-tell': { tone: 'warn', word: 'cannot tell' },
  'no-data': { tone: 'warn', word: 'no data' },
  'not-run': { tone: 'info', word: 'not run' },
};

/** Severity of a finding as tone. */
export const severityTones = { info: 'info', note: 'info', warning: 'warn', critical: 'bad' } as const;
