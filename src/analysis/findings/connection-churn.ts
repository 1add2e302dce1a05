/** The finding about connections that are opened for single requests instead of being kept. */

import type { StepResult } from '../../model/run-result.ts';
import { saysClose } from '../../model/says-close.ts';
import { isClosedLoop } from '../../model/scenario.ts';
import { stepText } from '../../model/step-text.ts';
import { formatNumber, formatShare } from '../../model/units.ts';
import { answeredRps } from '../run/answered.ts';
import { failedOfClass } from '../run/error-kinds.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { type Cost, costOfConnecting, costOfDialling, costText, severityOfCost } from './dial-cost.ts';
import { type Closed, clientOf, closedAt, diallers } from './dialled.ts';
import { harmedSteps } from './harm.ts';
import { nameOf } from './places.ts';
import { loadPoolRps, machinePoolRps, servicePoolRps } from './pool-growth.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { hostTarget, serviceTables } from './vitals.ts';

/** Pools open a connection now and then; one for every so many requests is no longer a pool. */
const leastPerAnswer = 0.1;
const leastDialsRps = 30;
/** Of what is opened on the machine, so much has to be closed at the services for all of it to be theirs. */
const mostOf = 0.5;
/** One look may see a pool dial once; dialling takes so short that seldom two do. */
const leastLooks = 2;
const asMany = 0.9;
const noneKept = 0.9;
/** So many requests pay for a connection that it tells over any network, where it costs more than on one machine. */
const manyPay = 0.25;

interface Churn {
  readonly step: StepResult;
  /** Whose network it was counted in, `host` where all share one. */
  readonly target: string;
  readonly dialsRps: number;
  readonly perAnswer: number;
}

/** Steps in which services, or the generator against its will, opened a connection for a good part of the requests. */
export const connectionChurn: FindingRule = {
  id: 'connection-churn',
  role: 'cause',
  explains: ['resent', 'goroutine-pile-up', 'latency-knee'],
  find: (run) => [...closedByTarget(run), ...betweenServices(run)],
};

function closedByTarget(run: RunEvidence): Found[] {
  const { steps, scenario } = run;
  if (asksToClose(scenario)) return [];
  const seen = steps.flatMap((step) => churnOf(step, generatorTarget, closedRps(step, run)));
  const worst = worstOf(seen);
  if (!worst || seen.length <= steps.length / 2) return [];
  const cost = costOfConnecting(worst.step);
  return [
    {
      severity: severityOf(worst, cost, run),
      title: `The target closes connections: ${formatNumber(worst.perAnswer)} new ones for each answer at ${stepText(worst.step)}${costText(cost)}`,
      evidence: seen.slice(0, 4).map(words),
      advice:
        'Let it keep connections alive: no Connection: close, no SetKeepAlivesEnabled(false), an idle timeout longer than the gaps between requests, bodies read to their end. Each new one costs a handshake, and TLS several times that.',
      steps: seen.map(({ step }) => step.name),
      charts: [{ target: generatorTarget, series: 'load.opened_rps' }],
    },
  ];
}

function betweenServices(run: RunEvidence): Found[] {
  const { steps } = run;
  const all = steps.flatMap((step) => [...inOwnNetwork(step, run), ...onTheMachine(step, run)]);
  const worst = worstOf(all);
  const seen = all.filter(({ target }) => target === worst?.target);
  if (!worst || seen.length <= steps.length / 2) return [];
  const isShared = worst.target === hostTarget;
  const dialled = closedAt(worst.step, run.series).find(({ target }) => target !== worst.target);
  const who = isShared ? (diallers(run)[0]?.[0] ?? (dialled && callerOf(run, dialled.target))) : worst.target;
  const closed = closedIn(worst, run);
  const subject = who ?? dialled?.target;
  const cost = who === undefined ? {} : costOfDialling(run, worst.step, who);
  const title =
    who === undefined
      ? `${dialled ? nameOf(run, [dialled.target]) : 'A service'} gets a new connection for ${formatNumber(worst.perAnswer)} of each answer at ${stepText(worst.step)}, which nobody keeps`
      : `${nameOf(run, [who])} opens ${formatNumber(worst.perAnswer)} new connections for each answer at ${stepText(worst.step)} instead of keeping them${costText(cost)}`;
  const site = who === undefined ? undefined : siteOf(run, who);
  return [
    {
      severity: severityOf(worst, cost, run),
      title,
      evidence: [...seen.slice(0, 4).map(words), ...closedWords(worst, closed), ...notSeen(worst, cost)],
      ...(cost.time === undefined ? {} : { share: Number(cost.time.toFixed(3)) }),
      advice: adviceOf(closed),
      steps: seen.map(({ step }) => step.name),
      targets: subject === undefined ? [] : [subject],
      ...(site === undefined ? {} : { site }),
      charts: [{ target: worst.target, series: 'net.dials_per_second' }],
    },
  ];
}

function notSeen({ perAnswer }: Churn, { time }: Cost): string[] {
  if (perAnswer >= noneKept)
    return ['Hardly one is kept: over a network each request waits a round trip longer, with TLS two or three'];
  if (perAnswer >= manyPay)
    return [`Over a network ${formatShare(perAnswer)} of the requests wait a round trip longer, with TLS two or three`];
  return time === undefined
    ? ['What that costs requests was not looked at: observe.goroutines tells how many wait for a connection']
    : [];
}

/** Who has connections open to a service, or is the only one whose requests wait for an answer of another. */
function callerOf(run: RunEvidence, dialled: string): string | undefined {
  const service = run.targets.find(({ id }) => id === dialled)?.service;
  const waiting = run.waits
    .flatMap(({ sites }) => sites)
    .filter((site) => site.request && site.kind === 'network' && site.service !== service);
  const callers = new Set(waiting.map((site) => site.service));
  return clientOf(run, dialled) ?? (callers.size === 1 ? waiting[0]?.targets[0] : undefined);
}

/** Of a service that has a network of its own, whatever it opened is its own. */
function inOwnNetwork(step: StepResult, run: RunEvidence): Churn[] {
  return serviceTables(step).flatMap(([target, table]) => {
    const dials = table['net.dials_per_second']?.mean;
    return dials === undefined
      ? []
      : churnOf(step, target, dials - failedRps(step) - servicePoolRps(step, target, run));
  });
}

/** On a shared network everybody's are counted: those count that ended at a service, or all where one was seen dialling. */
function onTheMachine(step: StepResult, run: RunEvidence): Churn[] {
  const dials = step.targets[hostTarget]?.['net.dials_per_second']?.mean ?? 0;
  const counted = dials - openedRps(step) - failedRps(step) - machinePoolRps(step, run);
  const closed =
    closedAt(step, run.series).reduce((sum, each) => sum + each.byServerRps + each.byClientRps, 0) - openedRps(step);
  const [, looks = 0] = diallers(run)[0] ?? [];
  const isTheirs = looks >= leastLooks || closed >= mostOf * counted;
  return churnOf(step, hostTarget, isTheirs ? counted : Math.min(counted, closed));
}

/** By which end the connections were closed, as far as that is known. */
function closedIn({ step, target }: Churn, { series }: RunEvidence): Pick<Closed, 'byServerRps' | 'byClientRps'> {
  const all = closedAt(step, series);
  const sum = (of: (each: Closed) => number) => all.reduce((total, each) => total + of(each), 0);
  if (target === hostTarget) {
    return { byServerRps: sum(({ byServerRps }) => byServerRps), byClientRps: sum(({ byClientRps }) => byClientRps) };
  }
  // In a network of its own all that is in TIME_WAIT was closed by the service itself.
  return {
    byServerRps: sum((each) => (each.target === target ? 0 : each.byServerRps)),
    byClientRps: sum((each) => (each.target === target ? each.byServerRps : 0)),
  };
}

type Ends = ReturnType<typeof closedIn>;

const keep = 'answers read to their end and closed, and one http.Client for the whole process';

function adviceOf({ byServerRps, byClientRps }: Ends): string {
  if (byClientRps > 2 * byServerRps) {
    return `Let the pool keep as many connections as are used at once: MaxIdleConnsPerHost (http.Transport keeps 2 unless it is set) no smaller than the requests under way to one host, IdleConnTimeout longer than the gaps between them, ${keep}. Each new one costs a handshake, and TLS several times that.`;
  }
  if (byServerRps > 2 * byClientRps) {
    return `Turn keep-alives on at both ends: no DisableKeepAlives, no Connection: close, no SetKeepAlivesEnabled(false), an idle timeout of the server longer than that of its clients; ${keep}. Each new one costs a handshake, and TLS several times that.`;
  }
  return `Keep connections: MaxIdleConnsPerHost (2 unless set) no smaller than the requests under way at once, keep-alives on at both ends, ${keep}.`;
}

function closedWords({ step }: Churn, { byServerRps, byClientRps }: Ends): string[] {
  if (byServerRps + byClientRps < leastDialsRps / 2) return [];
  return [
    `${step.name}: at least ${formatNumber(byClientRps)} of them per second were closed first by the end that had opened them, ${formatNumber(byServerRps)} by the other (sockets in TIME_WAIT)`,
  ];
}

/** The function that sends the requests: where most goroutines of the service wait for an answer. */
function siteOf({ waits, targets }: RunEvidence, who: string): string | undefined {
  const service = targets.find(({ id }) => id === who)?.service ?? who;
  return waits
    .flatMap(({ sites }) => sites)
    .filter((site) => site.service === service && site.request && site.kind === 'network')
    .toSorted((a, b) => b.mean - a.mean)[0]?.site;
}

function openedRps(step: StepResult): number {
  return step.targets[generatorTarget]?.['load.opened_rps']?.mean ?? 0;
}

/** A request that is given up takes its connection with it, in front and behind. */
function failedRps({ load, durationUs }: StepResult): number {
  return ((load.failed + load.timedOut) / durationUs) * 1e6;
}

/**
 * Connections of the generator that were closed although it would have kept them: all that it opened, but for those that it keeps, and those
 * of requests whose time was up, which it closes itself. A closed load counts what it dials, whatever comes of it.
 */
function closedRps(step: StepResult, run: RunEvidence): number {
  const refused = run.scenario.load && isClosedLoop(run.scenario.load) ? failedOfClass(step, 'connect') : 0;
  const lostRps = ((step.load.timedOut + refused) / step.durationUs) * 1e6;
  return openedRps(step) - loadPoolRps(step, run) - lostRps;
}

function asksToClose({ load }: RunEvidence['scenario']): boolean {
  const requests = [...(load?.requests ?? []), ...(load?.flows ?? []).flatMap((flow) => flow.requests)];
  return requests.some(({ headers }) => saysClose(headers));
}

/** Without answers there is nothing to hold it against. */
function churnOf(step: StepResult, target: string, dialsRps: number): Churn[] {
  const answered = answeredRps(step.load);
  const perAnswer = dialsRps / Math.max(1, answered);
  return answered > 0 && perAnswer >= leastPerAnswer && dialsRps >= leastDialsRps
    ? [{ step, target, dialsRps, perAnswer }]
    : [];
}

/** Of steps with about as many for each answer the one with most of them. */
function worstOf(seen: readonly Churn[]): Churn | undefined {
  const most = Math.max(...seen.map(({ perAnswer }) => perAnswer));
  return seen.filter(({ perAnswer }) => perAnswer >= asMany * most).toSorted((a, b) => b.dialsRps - a.dialsRps)[0];
}

/** Where many requests pay for a connection, that tells, however cheap it is where it was measured; else what they cost counts. */
function severityOf(worst: Churn, cost: Cost, run: RunEvidence): Found['severity'] {
  return worst.perAnswer >= manyPay ? 'warning' : severityOfCost(cost, harmedSteps(run).has(worst.step.name));
}

function words({ step, target, dialsRps, perAnswer }: Churn): string {
  return `${step.name}, ${target}: ${formatNumber(dialsRps)} connections opened per second, ${formatNumber(perAnswer)} for each answer`;
}
