/** A run as JUnit XML: a case for whether the run can be used, and one for each rule and step. */
import type { Reporter } from '../../model/contracts.ts';
import type { RunResult, SloOutcome } from '../../model/run-result.ts';
import { reasonTexts, stateWords } from '../words/state-words.ts';
import { type JunitCase, junitXml } from './xml.ts';

/** The cases have the same names in every run of a scenario. */
export const junitReporter: Reporter = {
  format: 'junit',
  fileName: 'junit.xml',
  render: (result) => {
    const cases = [runCase(result), ...result.slo.map((outcome) => ruleCase(outcome, result))];
    return junitXml('rampart run', { name: result.scenario.name, startedAt: result.startedAt, cases });
  },
};

function runCase(result: RunResult): JunitCase {
  const name = 'run';
  const { failure, status, validity } = result;
  const texts = [...(failure ? [failure.message] : []), ...reasonTexts(result)];
  if (status === 'complete' && validity.verdict === 'valid') return { name };
  const message = texts.length > 0 ? texts.join('; ') : stateWords(result).sentence;
  return { name, problem: { kind: 'error', type: status === 'complete' ? 'invalid' : status, message } };
}

function ruleCase({ rule, step, observed, outcome }: SloOutcome, { validity }: RunResult): JunitCase {
  const name = step === undefined ? rule : `${rule} at step ${step}`;
  const seen = `observed ${observed}`;
  if (validity.verdict === 'invalid')
    return { name, problem: { kind: 'skipped', message: `${seen}, in a run that is invalid` } };
  if (outcome === 'fail') return { name, problem: { kind: 'failure', type: 'rule', message: seen } };
  if (outcome !== 'pass') return { name, problem: { kind: 'failure', type: 'inconclusive', message: observed } };
  return { name, output: seen };
}
