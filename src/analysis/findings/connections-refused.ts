/** The finding about connections that nobody takes: a service dials where nothing listens, or nothing answers in time. */

import { medianOf } from '../../model/median.ts';
import type { StepResult } from '../../model/run-result.ts';
import { stepText } from '../../model/step-text.ts';
import { formatNumber } from '../../model/units.ts';
import { failedOfClass } from '../run/error-kinds.ts';
import { pointsOf } from '../run/series-lookup.ts';
import { diallers } from './dialled.ts';
import { whatUsersSee } from './harm.ts';
import { observe } from './observed.ts';
import type { FindingRule, RunEvidence } from './rule.ts';
import { hostTarget } from './vitals.ts';

const failed = 'net.failed_dials_per_second';
/** Of the connections that were begun; the rest is a server that restarts, or somebody else's. */
const mostRefused = 0.5;
const leastRps = 1;
/** So many refused connections for each failed request are why it failed. */
const leastPerFailure = 0.5;

/** Steps in which requests failed and as many connections were refused or given up. */
export const connectionsRefused: FindingRule = {
  id: 'connections-refused',
  role: 'cause',
  explains: [
    'connection-churn',
    'failures',
    'retry-amplification',
    'goroutine-pile-up',
    'request-sleeps',
    ...whatUsersSee,
  ],
  find(run) {
    const { steps } = run;
    const strayRps = strayOf(run);
    const seen = observe(steps, failed, 'mean').flatMap(({ step: name, target, value: all }) => {
      const step = steps.find((each) => each.name === name);
      const value = target === hostTarget ? all - strayRps : all;
      const dials = step?.targets[target]?.['net.dials_per_second']?.mean ?? 0;
      // The generator dials from the host's network, and says itself what was refused.
      if (!step || (target === hostTarget && failedOfClass(step, 'connect') > 0)) return [];
      const isWhy = value >= leastRps && value >= leastPerFailure * failedRps(step) && failedRps(step) >= leastRps;
      return isWhy && value >= mostRefused * dials ? [{ step, target, value, dials }] : [];
    });
    const worst = seen.toSorted((a, b) => b.value - a.value)[0];
    if (!worst) return [];
    const who = worst.target === hostTarget ? diallers(run)[0]?.[0] : worst.target;
    return [
      {
        severity: 'critical',
        title: `${formatNumber(worst.value)} connections a second that ${who ?? 'a service'} opens are refused or get no answer at ${stepText(worst.step)}`,
        evidence: seen
          .slice(0, 4)
          .map(
            ({ step, target, value, dials }) =>
              `${step.name}, ${target}: ${formatNumber(value)} of ${formatNumber(dials)} connections opened per second came to nothing; ${formatNumber(failedRps(step))} requests per second failed`,
          ),
        advice:
          'Look at the address that is dialled and whether anything listens there: the log of the service names both. Then at what it does meanwhile: fail at once, and try again with a pause.',
        steps: [...new Set(seen.map(({ step }) => step.name))],
        targets: who === undefined ? [] : [who],
        sinceUs: seen[0]?.step.startUs ?? worst.step.startUs,
        share: Math.min(1, failedRps(worst.step) / Math.max(1, worst.step.load.plannedRps)),
        charts: [{ target: worst.target, series: failed }],
      },
    ];
  },
};

/** What comes to nothing on the machine before anything is sent: an agent without its collector, or whoever else goes on dialling. */
function strayOf({ series, steps, windows }: RunEvidence): number {
  const loadUs = windows.reduce((least, { dueUs }) => Math.min(least, dueUs), steps[0]?.startUs ?? 0);
  const before = pointsOf(series, hostTarget, failed).filter(([atUs]) => atUs < loadUs);
  return before.length === 0 ? 0 : medianOf(before.map(([, value]) => value));
}

function failedRps({ load, durationUs }: StepResult): number {
  return ((load.failed + load.timedOut) / durationUs) * 1e6;
}
