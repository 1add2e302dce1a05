/** The findings about faults that the run put in force: what users saw of each, and a system that keeps itself down when it is over. */
import type { FaultOutcome } from '../../model/fault-outcome.ts';
import { medianOf } from '../../model/median.ts';
import type { Series } from '../../model/run-result.ts';
import { formatCount, formatLatencyUs, formatNumber } from '../../model/units.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { pointsOf, pointsWithin } from '../run/series-lookup.ts';
import { didHarm, stepsOf } from './fault-times.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';

/** Faults that hurt users. */
export const faultEffect: FindingRule = {
  id: 'fault-effect',
  role: 'cause',
  find(run) {
    const { faults = [] } = run;
    return faults
      .filter((fault) => didHarm(fault) && fault.recovery.metastable !== true)
      .map((fault) => ({
        ...aboutOf(run, fault),
        severity: fault.recovery.state === 'recovered' ? 'warning' : 'critical',
        title: `Users felt the fault ${fault.name} ${feltWords(fault)}`,
        evidence: [`${fault.what}: ${fault.recovery.why}`, ...harmWords(fault)],
        advice:
          'This was done by the run. Look at how soon those that are left take over: health checks, timeouts and retries with a budget in who calls, and what is kept ready for it.',
      }));
  },
};

/** So much more than before is no longer the same. */
const grown = 1.2;

/** Faults that are long over while users are not well. */
export const metastable: FindingRule = {
  id: 'metastable',
  role: 'cause',
  explains: [
    'failures',
    'throughput-ceiling',
    'latency-knee',
    'goroutine-pile-up',
    'retry-amplification',
    'run-queue-backlog',
    'machine-cpu',
    'response-leaves-service',
    'connection-churn',
  ],
  find(run) {
    const { faults = [] } = run;
    return faults
      .filter(({ recovery }) => recovery.metastable === true)
      .map((fault) => ({
        ...aboutOf(run, fault),
        severity: 'critical',
        title: `The system keeps itself down: it was not well again long after the end of the fault ${fault.name}`,
        evidence: [`${fault.what}: ${fault.recovery.why}`, ...harmWords(fault), ...keptWords(run, fault)],
        advice:
          'What was left behind keeps it busy with work that nobody waits for: give retries a budget (one in ten requests at most) and back off, drop what has waited too long, bound queues, and let callers pass on their deadlines.',
      }));
  },
};

function aboutOf({ steps }: RunEvidence, fault: FaultOutcome): Pick<Found, 'steps' | 'targets' | 'sinceUs' | 'charts'> {
  return {
    steps: stepsOf(fault, steps).map(({ name }) => name),
    targets: [...fault.targets],
    sinceUs: Math.max(0, Math.round(fault.startUs ?? fault.askedUs)),
    charts: [
      { target: generatorTarget, series: 'load.response_p99_us' },
      { target: generatorTarget, series: 'load.failed_rps' },
    ],
  };
}

function feltWords({ recovery, startUs = 0, endUs }: FaultOutcome): string {
  if (recovery.state !== 'recovered')
    return endUs === undefined ? 'as long as it was in force' : 'to the last, though it was over';
  const again =
    recovery.afterEndUs !== undefined && recovery.afterEndUs > 0 && startUs + (recovery.afterUs ?? 0) < (endUs ?? 0);
  const after = `until ${formatLatencyUs(recovery.afterUs ?? 0)} after it began`;
  return again ? `${after}, and once more until ${formatLatencyUs(recovery.afterEndUs ?? 0)} after its end` : after;
}

function harmWords({ lost, slow, broken }: FaultOutcome): string[] {
  const words = (what: string, { observed, expected, odds }: NonNullable<FaultOutcome['lost']>) =>
    `${formatCount(observed)} arrivals ${what}, ${formatNumber(expected)} would be usual (by chance: ${odds < 0.001 ? 'less than 1 in 1,000' : formatNumber(odds)})`;
  return [
    ...(lost && lost.observed > 0 ? [words('were lost', lost)] : []),
    ...(slow && slow.observed > 0 ? [words('were slow', slow)] : []),
    ...broken.map(({ rule, totalUs }) => `${rule} did not hold for ${formatLatencyUs(totalUs)}`),
  ];
}

/** What has not gone back to where it was before the fault: requests that are sent again, a backlog, goroutines. */
function keptWords({ series, targets }: RunEvidence, { band, askedUs, endUs = askedUs }: FaultOutcome): string[] {
  const before = (points: Series['points']) => levelOf(points, band?.fromUs ?? 0, band?.toUs ?? askedUs);
  const after = (points: Series['points']) => levelOf(points, endUs, Number.POSITIVE_INFINITY);
  const told = (name: string, target: string, words: (from: string, to: string) => string) => {
    const points = pointsOf(series, target, name);
    const [from, to] = [before(points), after(points)];
    return from !== undefined && to !== undefined && to > grown * from
      ? [words(formatNumber(from), formatNumber(to))]
      : [];
  };
  const sent = pointsOf(series, generatorTarget, 'load.sent_rps');
  return [
    ...targets.flatMap(({ id }) =>
      amplification(id, { sent, arrived: pointsOf(series, id, 'app.requests_per_second') }, { before, after }),
    ),
    ...told('load.in_flight', generatorTarget, (from, to) => `requests under way: ${from} before, ${to} after its end`),
    ...targets.flatMap(({ id }) =>
      told('goroutines.total', id, (from, to) => `${id}: ${from} goroutines before, ${to} after its end`),
    ),
    ...targets.flatMap(({ id }) =>
      told('go.goroutines', id, (from, to) => `${id}: ${from} goroutines before, ${to} after its end`),
    ),
  ];
}

interface Levels {
  readonly before: (points: Series['points']) => number | undefined;
  readonly after: (points: Series['points']) => number | undefined;
}

/** How many requests arrive there for each arrival of the load. */
function amplification(
  id: string,
  { sent, arrived }: { readonly sent: Series['points']; readonly arrived: Series['points'] },
  { before, after }: Levels,
): string[] {
  const [sentBefore, sentAfter, then, now] = [before(sent), after(sent), before(arrived), after(arrived)];
  if (!sentBefore || !sentAfter || !then || !now) return [];
  const [usual, kept] = [then / sentBefore, now / sentAfter];
  return kept > grown * usual
    ? [`${id}: ${formatNumber(usual)} requests for each arrival before, ${formatNumber(kept)} after its end`]
    : [];
}

function levelOf(points: Series['points'], fromUs: number, untilUs: number): number | undefined {
  const own = pointsWithin(points, fromUs, untilUs);
  return own.length === 0 ? undefined : medianOf(own.map(([, value]) => value));
}
