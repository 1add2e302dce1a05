/** The finding about requests that wait for one of a limited number: a connection of a pool, a place in a semaphore or a queue. */
import { isForeign } from '../../goruntime/package-names.ts';
import { shortFunction } from '../../model/function-name.ts';
import type { StepResult } from '../../model/run-result.ts';
import { formatCount, formatNumber } from '../../model/units.ts';
import { type TellingSite, tellingSites } from '../waits/telling.ts';
import { endedRps, type StepWaits, type WaitSite } from '../waits/wait-sites.ts';
import { type LostWorkers, lostWorkers } from './lost-workers.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { unevenSpread } from './same-program.ts';
import { aboutWait, ofService, severityOf, waitText } from './wait-words.ts';

/** What is waited for, and what to try. */
interface PoolWords {
  readonly one: string;
  readonly advice: string;
}

const hold =
  'Find out first what the ones that have it do with it: raise the number only where what is behind it can take more; else hold it for less.';
const pools: Readonly<Record<string, PoolWords>> = {
  'database/sql': {
    one: 'connection of database/sql',
    advice: `Raise SetMaxOpenConns if the database can take more, and SetMaxIdleConns with it; or hold each connection for less: close rows, keep slow work out of transactions. ${hold}`,
  },
  'http.Transport': {
    one: 'connection of an http.Transport',
    advice: `Raise MaxConnsPerHost (0 is no limit) and MaxIdleConnsPerHost with it, if the upstream can take more. ${hold}`,
  },
  'rate limiter': {
    one: 'token of a rate limiter',
    advice:
      'The limiter lets no more through: raise its rate, or refuse early (429) what it will not let through in time.',
  },
};
const queues: Readonly<Record<string, string>> = {
  'chan send': 'place in a channel',
  'chan receive': 'value from a channel',
  select: 'channel (select)',
  'sync.Cond.Wait': 'signal (sync.Cond)',
  semacquire: 'place in a semaphore',
};
/** With a gate, few are past it while many wait; more than this and it is something else. */
const fewPast = 0.5;

const leastWorker = 0.3;
/** A worker that has more to do than before rests less. */
const busier = 0.8;

/** Requests that wait for a connection, a place in a semaphore, or a worker. */
export const poolTooSmall: FindingRule = {
  id: 'pool-too-small',
  role: 'cause',
  explains: ['goroutine-pile-up', 'throughput-ceiling', 'latency-knee', 'response-leaves-service'],
  find: (run) =>
    tellingSites(run.waits, run.scenario, ['pool', 'queue'])
      .filter((telling) => telling.site.kind === 'pool' || isGate(telling))
      .map((telling) => found(telling, run)),
};

function found(telling: TellingSite, run: RunEvidence): Found {
  const { targets } = run;
  const { site, waits } = telling;
  const { one, advice } = wordsOf(site);
  const told = poolSeries(waits.step, site);
  const past = pastOf(telling);
  const workers = workersOf(telling);
  const lost = lostWorkers(telling, run);
  const wanted = wantedPast(telling);
  const busy = workers.find(({ kind }) => kind !== 'queue');
  const spread = unevenSpread(site, waits.step, targets);
  const number = told ? `one of ${formatNumber(told.max)} ${plural(one)}` : `a ${one}`;
  const about = aboutWait(telling);
  return {
    ...about,
    severity: severityOf(telling),
    title: `Requests wait ${waitText(site, waits)} for ${number}, in ${shortFunction(site.site)} ${ofService(site, targets)}${lost ? leftText(lost) : ''}`,
    evidence: [
      ...about.evidence,
      ...(lost
        ? [
            `${lost.target}: ${formatCount(lost.from)} goroutines ran ${lost.site} at first, ${formatCount(lost.to)} at the end of ${waits.step.name}`,
          ]
        : []),
      ...(told
        ? [
            `${told.target}: ${formatNumber(told.inUse)} of ${formatNumber(told.max)} in use on average (${told.series})`,
          ]
        : []),
      ...workers.map((worker) => workerText(worker, waits)),
      ...wanted.map(
        (each) =>
          `${each.service}: ${formatNumber(each.mean)} past it ${each.kind === 'lock' ? `wait for a lock (${each.what})` : 'run or wait for a CPU'} in ${each.site}`,
      ),
      ...(past === undefined
        ? []
        : [
            `${site.service}: ${formatNumber(past)} goroutines that serve a request are elsewhere: as many get past it at a time`,
          ]),
      ...(spread ? [spread.evidence] : []),
    ],
    advice: [
      ...(spread ? [spread.advice] : []),
      ...(lost ? [lostAdvice(lost)] : []),
      wanted.length > 0
        ? `Those that have one want a CPU or a lock: more of them would want the same. Make what they do with it cheaper: the CPU and mutex profiles name it.`
        : busy
          ? `${shortFunction(busy.site)} is busy with what they wait for. ${advice}`
          : advice,
    ].join(' '),
    ...(told ? { charts: [{ target: told.target, series: told.series }] } : { charts: chartsOf(waits.step, site) }),
  };
}

function leftText({ from, to }: LostWorkers): string {
  return `: of ${formatCount(from)} workers ${to === 0 ? 'none is' : to === 1 ? '1 is' : `${formatCount(to)} are`} left`;
}

function lostAdvice({ site }: LostWorkers): string {
  return `Look first at why goroutines of ${shortFunction(site)} end: a panic that is recovered outside of their loop, or an error on which they return, takes a worker away for good.`;
}

function wordsOf({ kind, what }: WaitSite): PoolWords {
  if (kind === 'queue') {
    const advice = `Requests queue for whoever takes from or gives to this channel: more places or workers if what they do can take more at a time. ${hold}`;
    return { one: queues[what] ?? what, advice };
  }
  return pools[what] ?? { one: what.includes(' ') ? `place (${what})` : `connection of ${what}`, advice: hold };
}

function plural(one: string): string {
  return one.replace(/^\w+/, (word) => `${word}s`);
}

/** The pool whose connections are all in use, among those that the service tells of. */
function poolSeries(step: StepResult, { targets, what }: WaitSite) {
  if (what === 'http.Transport' || what === 'rate limiter') return undefined;
  return targets
    .flatMap((target) =>
      Object.keys(step.targets[target] ?? {}).flatMap((series) => {
        const name = /^(pool\..+)\.connections_max$/.exec(series)?.[1];
        const max = step.targets[target]?.[series]?.last;
        const inUse = step.targets[target]?.[`${name}.in_use`]?.mean;
        return max !== undefined && inUse !== undefined && max > 0 && inUse >= 0.9 * max
          ? [{ target, series: `${name}.in_use`, max, inUse }]
          : [];
      }),
    )
    .sort((a, b) => b.inUse - a.inUse)[0];
}

/** What those past a pool are in, where most of them want a CPU or a lock: more of them would only want the same. */
function wantedPast({ site, waits }: TellingSite): WaitSite[] {
  const past = waits.sites.filter(
    (each) => each.service === site.service && each.request && each.kind !== 'idle' && each.what !== site.what,
  );
  const wanted = past.filter(({ kind }) => kind === 'runnable' || kind === 'lock');
  const count = (sites: readonly WaitSite[]) => sites.reduce((sum, { mean }) => sum + mean, 0);
  const isMost = site.kind === 'pool' && count(wanted) >= 1 && count(wanted) > count(past) / 2;
  return isMost ? wanted.toSorted((a, b) => b.mean - a.mean).slice(0, 2) : [];
}

/** How many requests of the service are not waiting there, where that is a few. */
function pastOf({ site, waits }: TellingSite): number | undefined {
  const isThere = ({ kind, what, site: at }: WaitSite) => kind === site.kind && what === site.what && at === site.site;
  const past = waits.sites
    .filter((each) => each.service === site.service && each.request && !isThere(each))
    .reduce((sum, { mean }) => sum + mean, 0);
  return past > 0 && past <= fewPast * site.mean ? past : undefined;
}

/**
 * Who takes from a queue: goroutines that serve no request and are busier than they were, most at work first. In a chain of queues all
 * are full up to the one whose worker does something else than hand on, so those that wait in a queue themselves stand last.
 */
function workersOf({ site, waits }: TellingSite): WaitSite[] {
  if (site.kind !== 'queue') return [];
  return waits.sites
    .filter(
      (each) =>
        each.service === site.service &&
        !each.request &&
        each.kind !== 'idle' &&
        !isForeign(each.site) &&
        each.mean >= leastWorker &&
        (each.excess >= each.mean / 2 || usualMean(each, waits) <= busier * each.mean),
    )
    .toSorted((a, b) => Number(a.kind === 'queue') - Number(b.kind === 'queue') || b.mean - a.mean)
    .slice(0, 2);
}

/** How many were there in the lowest step that held; without one, as many as now. */
function usualMean({ usualWaitUs = 0, mean }: WaitSite, { base }: StepWaits): number {
  return base ? (usualWaitUs * endedRps(base)) / 1e6 : mean;
}

function workerText(worker: WaitSite, waits: StepWaits): string {
  const usual = waits.base ? `, ${formatNumber(usualMean(worker, waits))} in ${waits.base.name}` : '';
  return `${worker.service}: ${formatNumber(worker.mean)} that serve no request are in ${worker.what} at ${worker.site}${usual}`;
}

/** A channel is a gate where those past it do something else than compute on a full processor. */
function isGate({ site, waits }: TellingSite): boolean {
  const own = waits.sites.filter(({ service }) => service === site.service);
  const running = own.filter(({ kind }) => kind === 'runnable').reduce((sum, { mean }) => sum + mean, 0);
  const procs = site.targets.reduce(
    (sum, target) => sum + (waits.step.targets[target]?.['sched.gomaxprocs']?.last ?? Number.POSITIVE_INFINITY),
    0,
  );
  return running < procs;
}

function chartsOf(step: StepResult, { targets, what }: WaitSite) {
  return targets.slice(0, 4).flatMap((target) => {
    const series = [`goroutines.waiting.${what}`, 'goroutines.waiting.select', 'goroutines.total'].find(
      (name) => step.targets[target]?.[name],
    );
    return series === undefined ? [] : [{ target, series }];
  });
}
