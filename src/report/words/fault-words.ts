/** Faults in words: what users saw of each and when it was over, the same in every report. */
import type { FaultOutcome } from '../../model/fault-outcome.ts';
import type { RunResult } from '../../model/run-result.ts';
import { formatCount, formatNumber, formatTimeUs } from '../../model/units.ts';
import { counted, noValue, secondsText } from './number-format.ts';
import type { Tone } from './state-words.ts';

/** What chance alone brings more often than this is not owed to a fault. */
const mostOdds = 0.01;

type Harm = NonNullable<FaultOutcome['lost']>;

function isNeverInForce({ startUs }: FaultOutcome): boolean {
  return startUs === undefined;
}

/** How what came of a fault is to be taken; in a run whose numbers must not be used nothing is good. */
export function faultTone(fault: FaultOutcome, isUsable = true): Tone {
  if (!isUsable || fault.failed !== undefined || fault.recovery.state === 'cannot-tell') return 'warn';
  return fault.recovery.state === 'not-recovered' ? 'bad' : 'good';
}

/** The state of its recovery in two words. */
export function recoveryWord(fault: FaultOutcome): string {
  if (isNeverInForce(fault)) return 'not in force';
  const { state, metastable = false } = fault.recovery;
  if (state === 'not-recovered') return metastable ? 'metastable' : 'not recovered';
  return { recovered: 'recovered', 'no-harm': 'no harm', 'cannot-tell': 'cannot tell' }[state];
}

/** Its name and what was done, when: `leader-lost: killed db-2, at 12.0 s`. */
export function faultHead({ name, what, startUs, askedUs }: FaultOutcome): string {
  return `${name}: ${what.replace(/\.$/, '')}, at ${secondsText(startUs ?? askedUs)}`;
}

/** What must be known before it is read, where the run is invalid. */
export function faultCaution({ validity, faults = [] }: RunResult): string | undefined {
  if (faults.length === 0 || validity.verdict === 'valid') return undefined;
  return 'The run is invalid: what follows of its faults may be its own doing.';
}

/** What users saw of it and when it was over, in one sentence. */
export function faultAnswer(fault: FaultOutcome): string {
  const { failed, recovery } = fault;
  if (isNeverInForce(fault)) return `It could not be put in force${failed === undefined ? '' : `: ${ended(failed)}`}`;
  const undone = failed === undefined ? '' : ` It could not be taken back: ${ended(failed)}`;
  return `${seenText(fault)}${overText(fault)}${recovery.state === 'no-harm' ? '' : brokenText(fault)}${undone}`;
}

function seenText(fault: FaultOutcome): string {
  const { state } = fault.recovery;
  if (state === 'no-harm') {
    const stayed = 'response times, errors and throughput stayed in their band.';
    const lost = fault.lost?.observed ?? 0;
    if (lost === 0) return `Users saw nothing of it: ${stayed}`;
    return `${counted(lost, 'arrival')} lost in its time, no more than chance may bring: ${stayed}`;
  }
  const { detectedUs } = fault;
  const seen = detectedUs === undefined ? '' : `Users saw it ${detectedUs <= 0 ? '' : 'after '}${seenCell(fault)}`;
  const harm = harmWords(fault);
  if (seen === '') return harm === '' ? '' : `${harm[0]?.toUpperCase()}${harm.slice(1)}. `;
  return `${seen}${harm === '' ? '' : `; ${harm}`}. `;
}

function harmWords({ lost, slow }: FaultOutcome): string {
  const parts = [
    ...(lost && isOwed(lost) ? [`${counted(lost.observed, 'arrival')} lost${beyond(lost)}`] : []),
    ...(slow && isOwed(slow) ? [`${formatCount(slow.observed)} slow${beyond(slow)}`] : []),
  ];
  if (parts.length > 0) return parts.join(' and ');
  return lost && slow ? 'no more arrivals lost or slow than chance brings' : '';
}

/** Whether so many are more than chance brings. */
export function isOwed({ observed, odds }: Harm): boolean {
  return observed > 0 && odds <= mostOdds;
}

function beyond({ observed, expected }: Harm): string {
  return expected >= 0.05 * observed ? ` (${formatNumber(expected)} were to be expected)` : '';
}

function overText({ recovery, endUs }: FaultOutcome): string {
  const { state, afterUs, afterEndUs, uncertaintyUs, metastable = false, why } = recovery;
  if (state === 'no-harm') return '';
  if (state === 'cannot-tell') return `When it was over cannot be told: ${ended(why)}`;
  if (state === 'not-recovered') {
    const kept = metastable ? ', and the system keeps itself down (metastable)' : '';
    return `It was not over when the load ended${kept}. ${ended(why)}`;
  }
  if (afterUs === undefined) return ended(why);
  const precision = uncertaintyUs === undefined ? '' : ` ± ${formatTimeUs(uncertaintyUs)}`;
  return `All was well again ${formatTimeUs(afterUs)}${precision} after it began${fromEnd(afterEndUs, endUs)}.`;
}

function fromEnd(afterEndUs: number | undefined, endUs: number | undefined): string {
  if (afterEndUs === undefined) return endUs === undefined ? ', with the fault still in force' : '';
  if (afterEndUs < 0) return `, ${formatTimeUs(-afterEndUs)} before it ended`;
  return `, ${formatTimeUs(afterEndUs)} after it ended`;
}

function brokenText({ broken }: FaultOutcome): string {
  const own = broken.filter(({ totalUs }) => totalUs > 0);
  if (own.length === 0) return '';
  return ` Broken meanwhile: ${own.map(({ rule, totalUs }) => `${rule} for ${formatTimeUs(totalUs)}`).join(', ')}.`;
}

function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

/** `312`, with what was to be expected, or that chance brings as many; a dash where it is not known. */
export function harmCell(harm: Harm | undefined): string {
  if (!harm) return noValue;
  const { observed, expected } = harm;
  if (observed === 0) return '0';
  return `${formatCount(observed)} (${formatNumber(expected)} expected${isOwed(harm) ? '' : ', so perhaps chance'})`;
}

/** How often chance alone brings as many, for people. */
export function oddsText({ odds }: Harm): string {
  return odds < 1e-6 ? 'p < 1e-6' : `p = ${Number(odds.toPrecision(2))}`;
}

/** When it was over, or why that is not known. */
export function recoveryCell(fault: FaultOutcome): string {
  const { state, afterUs, uncertaintyUs, afterEndUs } = fault.recovery;
  if (isNeverInForce(fault)) return 'not in force';
  if (state !== 'recovered' || afterUs === undefined) return recoveryWord(fault);
  const precision = uncertaintyUs === undefined ? '' : ` ± ${formatTimeUs(uncertaintyUs)}`;
  const end =
    afterEndUs === undefined
      ? ''
      : afterEndUs < 0
        ? `, ${formatTimeUs(-afterEndUs)} before its end`
        : `, ${formatTimeUs(afterEndUs)} after its end`;
  return `${formatTimeUs(afterUs)}${precision}${end}`;
}

/** How long after its beginning the first arrival was due that failed or was slow because of it; before, where an engine took its time to say so. */
export function seenCell({ detectedUs }: FaultOutcome): string {
  if (detectedUs === undefined) return noValue;
  return detectedUs <= 0 ? 'at once' : formatTimeUs(detectedUs);
}

/** For how long each rule was broken. */
export function brokenCell({ broken }: FaultOutcome): string {
  const own = broken.filter(({ totalUs }) => totalUs > 0);
  return own.length === 0 ? noValue : own.map(({ rule, totalUs }) => `${rule}: ${formatTimeUs(totalUs)}`).join('; ');
}

/** How long it was in force. */
export function forceCell({ startUs, endUs }: FaultOutcome): string {
  if (startUs === undefined) return noValue;
  if (endUs === undefined) return 'to the end';
  return endUs > startUs ? formatTimeUs(endUs - startUs) : 'at once over';
}

/** Faults as a table of text, its heads first; empty where there are none. */
export function faultTable({ faults = [] }: RunResult): readonly (readonly string[])[] {
  if (faults.length === 0) return [];
  return [
    ['fault', 'targets', 'at', 'in force', 'seen after', 'lost', 'slow', 'rules broken for', 'recovered after'],
    ...faults.map((fault) => [
      fault.name,
      fault.targets.join(', ') || noValue,
      secondsText(fault.startUs ?? fault.askedUs),
      forceCell(fault),
      seenCell(fault),
      harmCell(fault.lost),
      harmCell(fault.slow),
      brokenCell(fault),
      recoveryCell(fault),
    ]),
  ];
}
