/** Outcomes of rules in text: one line for each rule, naming the steps that decide it. */
import type { RunResult, SloOutcome } from '../../model/run-result.ts';
import { counted } from './number-format.ts';
import { sloWords, type Tone } from './state-words.ts';

/** One rule over all steps it was judged on; as bad as its worst step. */
export interface RuleLine {
  readonly tone: Tone;
  readonly rule: string;
  readonly text: string;
}

/** Every rule of the result once, in its order. */
export function ruleLines({ slo }: RunResult): readonly RuleLine[] {
  return [...new Set(slo.map(({ rule }) => rule))].map((rule) => {
    const own = slo.filter((outcome) => outcome.rule === rule);
    const of = (outcome: SloOutcome['outcome']) => own.filter((one) => one.outcome === outcome);
    const [failed, open, silent, passed] = [of('fail'), of('cannot-tell'), of('no-data'), of('pass')];
    const left = of('not-run');
    const worst = failed[0] ?? open[0] ?? silent[0] ?? passed[0] ?? left[0];
    const parts = [
      ...(failed.length > 0 ? [`fails: ${listText(failed)}`] : []),
      ...(open.length > 0 ? [`cannot tell: ${listText(open)}`] : []),
      ...(silent.length > 0 ? [`no data: ${listText(silent)}`] : []),
      ...(passed.length > 0 ? [heldText(passed)] : []),
      ...(left.length > 0 ? [`not run: ${left.map(({ step, observed }) => step ?? observed).join(', ')}`] : []),
    ];
    return { tone: sloWords[worst?.outcome ?? 'no-data'].tone, rule, text: parts.join('; ') };
  });
}

/** Rules that are of no step say what they saw. */
function heldText(passed: readonly SloOutcome[]): string {
  const [first] = passed;
  return first && first.step === undefined ? `holds: ${first.observed}` : `holds in ${counted(passed.length, 'step')}`;
}

/** The first three in full, the number of the others. */
function listText(outcomes: readonly SloOutcome[]): string {
  const named = outcomes.slice(0, 3).map(stepText).join(', ');
  return outcomes.length > 3 ? `${named} and ${counted(outcomes.length - 3, 'more step')}` : named;
}

function stepText({ step, observed }: SloOutcome): string {
  return step === undefined ? observed : `${step} (${observed})`;
}
