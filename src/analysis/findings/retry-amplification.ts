/** The finding about requests that a service sends again: behind it arrives more than users sent. */
import { groupBy } from '../../model/group-by.ts';
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';

/** So much more than at the quietest step is no longer noise of two clocks. */
const leastGrowth = 1.15;
/** Where the services behind fail, each failure that no user sees was sent again. */
const hiddenShare = 0.5;
const leastFailing = 0.03;
const leastRps = 5;

interface Arrived {
  readonly step: StepResult;
  readonly rps: number;
  readonly failedRps: number;
  /** Requests there for each that users sent, answered well or not. */
  readonly perRequest: number;
}

/** Services that get more requests for each that users sent as the load rises, or whose failures no user sees. */
export const retryAmplification: FindingRule = {
  id: 'retry-amplification',
  role: 'cause',
  explains: [
    'failures',
    'throughput-ceiling',
    'goroutine-pile-up',
    'run-queue-backlog',
    'latency-knee',
    'machine-cpu',
    'rate-limited',
  ],
  find(run) {
    const { target } = run.scenario;
    const entry = target && 'service' in target ? target.service : undefined;
    return [...groupBy(run.targets, ({ service }) => service)].flatMap(([service, same]) => {
      // What arrives where the load goes is what users sent: a counter there that says more counts the calls it makes.
      if (service === entry) return [];
      const arrived = run.steps.flatMap((step) =>
        arrivedAt(
          step,
          same.map(({ id }) => id),
        ),
      );
      return amplified(service, arrived, run);
    });
  },
};

function arrivedAt(step: StepResult, targets: readonly string[]): Arrived[] {
  const sum = (series: RegExp) =>
    targets.reduce((total, target) => {
      const own = Object.entries(step.targets[target] ?? {}).filter(([name]) => series.test(name));
      return total + own.reduce((all, [, { mean }]) => all + mean, 0);
    }, 0);
  const rps = sum(/^app\.requests_per_second$/);
  const usersRps = usersRpsOf(step);
  if (rps < leastRps || usersRps <= 0) return [];
  const failedRps = sum(/^app\.requests_per_second\.(5\d\d|5xx|429)$/);
  return [{ step, rps, failedRps, perRequest: rps / usersRps }];
}

function amplified(service: string, arrived: readonly Arrived[], { targets }: RunEvidence): Found[] {
  const base = Math.min(...arrived.map(({ perRequest }) => perRequest));
  const grown = arrived.filter(({ perRequest }) => perRequest >= leastGrowth * base);
  const hidden = arrived.filter(
    ({ step, rps, failedRps }) => failedRps >= leastFailing * rps && userFailuresRps(step) < hiddenShare * failedRps,
  );
  const seen = arrived.filter(
    (each) => hidden.includes(each) || (grown.includes(each) && each.failedRps >= leastFailing * each.rps),
  );
  const worst = seen.toSorted((a, b) => b.perRequest - a.perRequest)[0];
  if (!worst) return [];
  const usual = hidden.includes(worst) ? usualBehind(worst, arrived) : base;
  const times = worst.perRequest / Math.max(usual, 1e-9);
  if (times < leastGrowth) return [];
  return [
    {
      severity: 'critical',
      title: `${service} gets ${formatNumber(times)} times the requests that users sent: its failures are sent again`,
      evidence: seen
        .slice(0, 4)
        .map(
          ({ step, rps, failedRps, perRequest }) =>
            `${step.name}: ${formatNumber(rps)} requests/s at ${service}, ${formatNumber(perRequest)} for each that users sent; ${formatNumber(failedRps)}/s of them fail there, ${formatNumber(userFailuresRps(step))}/s at users`,
        ),
      advice:
        'Retries raise the load where it is too high already. Give them a budget (at most one in ten requests), back off with jitter, do not retry what was refused for overload, and retry at one level only.',
      steps: seen.map(({ step }) => step.name),
      targets: targets.filter((target) => target.service === service).map(({ id }) => id),
      charts: targets
        .filter((target) => target.service === service)
        .map(({ id }) => ({ target: id, series: 'app.requests_per_second' })),
    },
  ];
}

/**
 * Requests there for each that users send where hardly any fail. Where some fail in every step, what is answered well, as long as more arrive
 * than users sent: else whoever asks may as well do without those answers.
 */
function usualBehind(worst: Arrived, arrived: readonly Arrived[]): number {
  const well = arrived.filter(({ rps, failedRps }) => failedRps < leastFailing * rps);
  if (well.length > 0) return Math.min(...well.map(({ perRequest }) => perRequest));
  const least = Math.min(...arrived.map(({ perRequest }) => perRequest));
  return worst.perRequest >= leastGrowth ? Math.min(least, wellAnswered(worst)) : worst.perRequest;
}

/** What is answered well there for each request that is answered well to users: as many as it takes where nothing is sent again. */
function wellAnswered({ step, rps, failedRps }: Arrived): number {
  const usersRps = usersRpsOf(step) - userFailuresRps(step);
  return usersRps > 0 ? (rps - failedRps) / usersRps : Number.POSITIVE_INFINITY;
}

/** Requests that users sent, of which an arrival may have several. */
function usersRpsOf({ load }: StepResult): number {
  return load.requestsRps ?? load.sentRps;
}

function userFailuresRps({ load, durationUs }: StepResult): number {
  return (load.failed + load.timedOut + load.dropped) / (durationUs / 1e6);
}
