/** The finding about requests that a service sends again: behind it arrives more than users sent, and whether it could serve those. */
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
/** Less than this share of what is wanted is too little. */
const enough = 0.9;
const aboutOne = 0.1;

interface Arrived {
  readonly step: StepResult;
  readonly rps: number;
  readonly failedRps: number;
  /** Requests there for each that users sent, answered well or not. */
  readonly perRequest: number;
}

/** A service that gets requests again, in the step where that is worst. */
interface Amplified {
  readonly service: string;
  /** Each step in which it is seen, in order, and the one that is told. */
  readonly seen: readonly Arrived[];
  readonly worst: Arrived;
  /** How many times as many requests as users sent arrive there. */
  readonly times: number;
  /** What would arrive there were nothing sent again. */
  readonly wantedRps: number;
  /** The step in which most was answered well there. */
  readonly best: Arrived;
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
  find: (run) => amplifications(run).map((each) => found(each, run)),
};

/** Each service that gets requests again. */
export function amplifications(run: Pick<RunEvidence, 'steps' | 'targets' | 'scenario'>): Amplified[] {
  const { target } = run.scenario;
  const entry = target && 'service' in target ? target.service : undefined;
  return [...groupBy(run.targets, ({ service }) => service)].flatMap(([service, same]) => {
    // What arrives where the load goes is what users sent: a counter there that says more counts the calls it makes.
    if (service === entry) return [];
    const ids = same.map(({ id }) => id);
    return amplified(
      service,
      run.steps.flatMap((step) => arrivedAt(step, ids)),
    );
  });
}

/** Whether the service answered fewer well in every step than would arrive were nothing sent again: then retries are not what it began with. */
export function isShort({ best, wantedRps }: Pick<Amplified, 'best' | 'wantedRps'>): boolean {
  return wellRps(best) < enough * wantedRps;
}

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

function amplified(service: string, arrived: readonly Arrived[]): Amplified[] {
  const base = Math.min(...arrived.map(({ perRequest }) => perRequest));
  const grown = arrived.filter(({ perRequest }) => perRequest >= leastGrowth * base);
  const hidden = arrived.filter(
    ({ step, rps, failedRps }) => failedRps >= leastFailing * rps && userFailuresRps(step) < hiddenShare * failedRps,
  );
  const seen = arrived.filter(
    (each) => hidden.includes(each) || (grown.includes(each) && each.failedRps >= leastFailing * each.rps),
  );
  const worst = seen.toSorted((a, b) => b.perRequest - a.perRequest)[0];
  const best = arrived.toSorted((a, b) => wellRps(b) - wellRps(a))[0];
  if (!worst || !best) return [];
  const usual = hidden.includes(worst) ? usualBehind(worst, arrived) : base;
  const times = worst.perRequest / Math.max(usual, 1e-9);
  if (times < leastGrowth) return [];
  const each = worst.perRequest / times;
  // Two clocks count a few more or fewer: about one is one.
  const wantedRps = usersRpsOf(worst.step) * (Math.abs(each - 1) < aboutOne ? 1 : each);
  return [{ service, seen, worst, times, wantedRps, best }];
}

function found(each: Amplified, { targets }: RunEvidence): Found {
  const { service, seen, worst, times, wantedRps } = each;
  const own = targets.filter((target) => target.service === service).map(({ id }) => id);
  const short = isShort(each);
  const [much, wanted] = [formatNumber(times), `${formatNumber(wantedRps)}/s`];
  return {
    severity: 'critical',
    title: short
      ? `${service} serves ${formatNumber(wellRps(worst))} of the ${wanted} that users want of it, and its failures are sent again: it gets ${much} times as many`
      : `${service} gets ${much} times the requests that users sent: its failures are sent again`,
    evidence: [
      ...seen
        .slice(0, 4)
        .map(
          ({ step, rps, failedRps, perRequest }) =>
            `${step.name}: ${formatNumber(rps)} requests/s at ${service}, ${formatNumber(perRequest)} for each that users sent; ${formatNumber(failedRps)}/s of them fail there, ${formatNumber(userFailuresRps(step))}/s at users`,
        ),
      orderText(each, own),
    ],
    advice: `${short ? `Find out what holds ${service} at ${formatNumber(wellRps(worst))}/s: if as many are served with retries turned off, that was there first. ` : ''}Retries raise the load where it is too high already. Give them a budget (at most one in ten requests), back off with jitter, do not retry what was refused for overload, and retry at one level only.`,
    steps: seen.map(({ step }) => step.name),
    targets: own,
    charts: own.map((target) => ({ target, series: 'app.requests_per_second' })),
  };
}

/** What was first: that the service could not serve what users want of it, or what is sent again. */
function orderText(each: Amplified, own: readonly string[]): string {
  const { service, worst, wantedRps, best } = each;
  const [most, wanted] = [`${formatNumber(wellRps(best))}/s well (${best.step.name})`, `${formatNumber(wantedRps)}/s`];
  if (!isShort(each))
    return `Retries came first: ${service} has answered ${most}, and users want no more than ${wanted} of it`;
  const underWay = own.flatMap((target) => worst.step.targets[target]?.['app.requests_in_flight']?.max ?? []);
  const limit =
    underWay.length === own.length
      ? `; it has at most ${formatNumber(underWay.reduce((sum, count) => sum + count, 0))} requests under way when it fails others`
      : '';
  return `${service} was short first, as far as was seen, and retries made it worse: it never answered more than ${most}, and users want ${wanted} of it${limit}`;
}

function wellRps({ rps, failedRps }: Arrived): number {
  return rps - failedRps;
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
