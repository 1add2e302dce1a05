/** A run as JUnit XML: a case for whether the run can be used, and one for each rule and step. */
import type { Reporter } from '../../model/contracts.ts';
import type { RunResult, SloOutcome } from '../../model/run-result.ts';
import { faultAnswer, faultHead } from '../words/fault-words.ts';
import { convergenceText } from '../words/membership-words.ts';
import { reasonTexts, stateWords } from '../words/state-words.ts';
import { type JunitCase, junitXml } from './xml.ts';

/** The cases have the same names in every run of a scenario. */
export const junitReporter: Reporter = {
  format: 'junit',
  fileName: 'junit.xml',
  render: (result) => {
    const cases = [runCase(result), ...result.slo.map((outcome) => ruleCase(outcome, result))];
    const properties = [
      ...Object.entries(result.tags ?? {}),
      ...faultProperties(result),
      ...convergenceProperties(result),
      ...findingProperties(result),
    ];
    return junitXml('rampart run', { name: result.scenario.name, startedAt: result.startedAt, cases, properties });
  },
};

/** What came of a fault fails nothing by itself: a rule about recovery does, and has a case of its own. */
function faultProperties({ faults = [] }: RunResult): [string, string][] {
  return faults.map((fault) => [`fault ${fault.name}`, `${faultHead(fault)}. ${faultAnswer(fault)}`]);
}

function convergenceProperties({ convergences = [] }: RunResult): [string, string][] {
  return convergences.map((each) => [
    `converged ${each.condition} after ${each.event === 'fault-end' ? `the end of ${each.after}` : each.after}`,
    convergenceText(each),
  ]);
}

/** By its stable name, so that it can be looked up in docs/findings.md; it fails nothing by itself. */
function findingProperties({ findings }: RunResult): [string, string][] {
  return findings.map(({ id, severity, title }) => [`finding ${id}`, `${severity}: ${title}`]);
}

function runCase(result: RunResult): JunitCase {
  const name = 'run';
  const { failure, status, validity } = result;
  const texts = [...(failure ? [failure.message] : []), ...reasonTexts(result)];
  if (status === 'complete' && validity.verdict === 'valid') return { name };
  // The rule that ended it fails in a case of its own.
  if (result.endedEarly && validity.verdict === 'valid') return { name, output: stateWords(result).sentence };
  const message = texts.length > 0 ? texts.join('; ') : stateWords(result).sentence;
  return { name, problem: { kind: 'error', type: status === 'complete' ? 'invalid' : status, message } };
}

function ruleCase({ rule, step, observed, outcome }: SloOutcome, { validity }: RunResult): JunitCase {
  const name = step === undefined ? rule : `${rule} at step ${step}`;
  const seen = `observed ${observed}`;
  if (validity.verdict === 'invalid')
    return { name, problem: { kind: 'skipped', message: `${seen}, in a run that is invalid` } };
  if (outcome === 'fail') return { name, problem: { kind: 'failure', type: 'rule', message: seen } };
  if (outcome === 'not-run') return { name, problem: { kind: 'skipped', message: observed } };
  if (outcome !== 'pass') return { name, problem: { kind: 'failure', type: 'inconclusive', message: observed } };
  return { name, output: seen };
}
