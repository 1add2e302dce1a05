/** The diagnosis of a run: at which rate it broke, what gave way first, what to try; or that it cannot be told. */
import type { Diagnosis, Finding } from '../../model/finding.ts';
import type { InvalidReason } from '../../model/run-result.ts';
import type { RunEvidence } from '../findings/rule.ts';
import { breakOf } from '../run/break-step.ts';
import { timeParts } from '../waits/time-parts.ts';
import { capacityOf } from './capacity-sentence.ts';
import { chainOf } from './chain.ts';
import { moversOf } from './first-move.ts';
import { namesCause } from './order.ts';

/** From findings in order of cause, see `byCause`, and the reasons for which the run is not valid. */
export function diagnose(
  { steps, series, scenario, waits }: RunEvidence,
  ordered: readonly Finding[],
  invalid: readonly InvalidReason[],
): Diagnosis {
  const broken = breakOf({ steps, series, slo: scenario.slo });
  const cause = ordered.find(namesCause);
  const capacity = capacityOf(broken, { slo: scenario.slo, cause, invalid });
  const movers = moversOf(broken.holds, broken.breaks, series);
  const told = waits.find(({ step }) => step === (broken.breaks ?? broken.holds));
  const decomposition = told && timeParts(told, scenario);
  const about = {
    capacity,
    chain: chainOf(cause, ordered, movers, broken),
    movers,
    ...(decomposition ? { decomposition } : {}),
  };
  if (cause) return { outcome: 'cause', sentence: cause.title, advice: cause.advice, cause: cause.id, ...about };
  if (broken.breaks) return { outcome: 'cannot-tell', ...unexplained, ...about };
  if (steps.length === 0) return { outcome: 'cannot-tell', ...nothingMeasured, ...about };
  return { outcome: 'healthy', ...nothingGaveWay, ...about };
}

const unexplained = {
  sentence: 'Nothing that was looked at tells why',
  advice:
    'Look at more: observe.goroutines and observe.metrics say where requests wait, observe.profiles what they do; the report tells what could not be looked at',
};

const nothingMeasured = {
  sentence: 'No measured step was sent',
  advice: 'Look at why the run ended, and run it again',
};

const nothingGaveWay = {
  sentence: 'Nothing gave way',
  advice: 'Send more to find the rate at which it breaks',
};
