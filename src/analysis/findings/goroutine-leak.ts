/** The finding about goroutines that requests leave behind: they grow while what is in work does not. */
import { shortFunction } from '../../model/function-name.ts';
import { groupBy } from '../../model/group-by.ts';
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { answeredCount } from '../run/answered.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { ownerOf } from '../waits/frames.ts';
import { type LastingGrowth, lastingGrowth, leastLooks } from '../waits/lasting-growth.ts';
import { nameOf } from './places.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';

/** Best first: both count the same, a profile also says where. */
const names = ['goroutines.total', 'go.goroutines'] as const;
const leastRise = 100;
/** So many may a request have started that it waits for: a backlog of those is no leak either. */
const perRequest = 10;
/** Fewer that leaked may be of an odd request. */
const leakedShare = 0.01;
const mostPlaces = 3;
/**
 * A connection keeps two goroutines in the server, the second while it answers (`backgroundRead` in net/http/server.go). A proxy has two
 * for each connection behind it, and may have two of those: a request that waits for one also dials one (`queueForDial` in
 * net/http/transport.go), which then idles. One is for good measure.
 */
const perConnection = 7;
/** Looks do not fall on the same moment of each request. */
const hardlyFell = 0.9;
/** Goroutines that net/http has for each connection come and go with those. */
const ofConnection = /^net\/http\.\(\*(?:conn|connReader|persistConn|Transport)\)\./;
/** What reads a connection to an upstream waits in a select until the body of the answer was read or closed, else for the network. */
const bodyReader = 'net/http.(*persistConn).readLoop';
const holds = 'Each holds its stack and what that points to until the process ends.';
const openBody =
  'Each keeps a socket and two goroutines, for an answer whose body was neither read to its end nor closed. Close the body of every answer, also of those of which only the status counts.';
const unusedConnection =
  'Each keeps a socket and two goroutines, and no request takes it again: a Transport keeps idle connections of its own. Make one http.Client with one Transport for the whole process, not one for each request; where it has to go, call CloseIdleConnections.';
const ofClients = /^net\/http\.\(\*(?:conn|connReader)\)\./;
const advices: Readonly<Record<string, string>> = {
  'chan send': 'Nobody receives what they send: give the channel room for one value, or select on a context that ends.',
  'chan receive':
    'Nothing that they receive ends them: close the channel when its sender ends, or select on a context that ends.',
  select: 'Nothing that they select on ends them: add a context that ends, and end it (call its cancel function).',
  'IO wait': 'Nobody writes to or closes their connections: set a deadline, and close what is not used any more.',
  'sync.Mutex.Lock': 'Whoever holds the lock never gives it back: look for a return or a panic without Unlock.',
  'sync.WaitGroup.Wait': 'Somebody never says Done: call it by defer.',
};

interface Growth {
  readonly target: string;
  readonly from: number;
  readonly to: number;
}

/**
 * Places where goroutines rose during the load, never fell, and ended far above what the load's open connections explain. A backlog looks
 * different: it has as many connections. What is started once and kept looks the same, but not with every request. Where profiles do not
 * tell the place, targets whose goroutines rose from step to step.
 */
export const goroutineLeak: FindingRule = {
  id: 'goroutine-leak',
  role: 'cause',
  explains: ['goroutine-pile-up', 'memory-growth', 'connection-churn'],
  find(run) {
    const certain = searched(run);
    const most = greatestOf(run.steps, 'load.connections');
    if (most === 0) return certain;
    const places = placesOf(run, most).filter(({ site }) => certain.every((found) => found.site !== site));
    if (places.length === 0 && certain.length === 0) return ofTotals(run, most);
    return [...certain, ...places.slice(0, mostPlaces).map((place) => foundAt(place, run, most))];
  },
};

/** Of a series of the generator, over the steps. */
function greatestOf(steps: readonly StepResult[], series: string): number {
  return Math.max(0, ...steps.map((step) => step.targets[generatorTarget]?.[series]?.max ?? 0));
}

/** Those that the runtime's own search found, which looks at what can still be reached; replicas add up. */
function searched(run: RunEvidence): Found[] {
  const known = new Map(run.targets.map((target) => [target.id, target]));
  const bySite = groupBy(run.leaks ?? [], ({ target, frames, site, reason }) => {
    const { service = target, go } = known.get(target) ?? {};
    return JSON.stringify([service, ownerOf(frames, site, go?.module), reason]);
  });
  return [...bySite]
    .map(([key, leaks]) => ({ key, leaks, count: leaks.reduce((sum, { count }) => sum + count, 0) }))
    .sort((a, b) => b.count - a.count)
    .slice(0, mostPlaces)
    .map(({ key, leaks, count }) => {
      const [service = '', site = '', reason = ''] = JSON.parse(key) as string[];
      const answers = answersOf(run.steps);
      const isMany = count >= leastRise || count > leakedShare * answers;
      return {
        severity: isMany ? 'warning' : 'note',
        title: `Requests leave goroutines behind in ${shortFunction(site)} of ${service}: ${formatNumber(count)} that nothing can wake any more`,
        evidence: [
          ...leaks
            .slice(0, 4)
            .map((leak) => `${leak.target}: ${formatNumber(leak.count)} in ${leak.reason} at ${leak.site}`),
          `found after the load by the runtime's own search (goroutineleak profile), over ${formatNumber(answers)} answers`,
        ],
        advice: adviceOf(reason),
        steps: run.steps.map(({ name }) => name),
        targets: [...new Set(leaks.map(({ target }) => target))],
        site,
        charts: leaks.slice(0, 1).flatMap(({ target }) => chartsOf(run, target)),
      } satisfies Found;
    });
}

function adviceOf(what: string): string {
  return `${holds} ${advices[what] ?? 'Give whoever they wait for a way to end: a context, a buffered channel, a timeout.'}`;
}

function placesOf({ steps, looks }: RunEvidence, connections: number): LastingGrowth[] {
  const underWay = Math.max(0, ...steps.map(({ inFlight }) => inFlight?.atEnd ?? 0));
  const all = lastingGrowth(looks, steps[0]?.startUs ?? 0);
  return all.filter(
    (place) =>
      isLeak(riseOf(place), connections) &&
      riseOf(place) > perRequest * underWay &&
      (isOpenBody(place) || isUnused(place, all, looks) || !ofConnection.test(place.innermost)),
  );
}

function riseOf({ from, to }: LastingGrowth): number {
  return to - from;
}

/** Connections to an upstream over which hardly anybody waits for an answer; a proxy to which as many came in may need them. */
function isUnused(place: LastingGrowth, all: readonly LastingGrowth[], looks: RunEvidence['looks']): boolean {
  if (!isIdleConnection(place)) return false;
  const came = all.filter(({ target, innermost }) => target === place.target && ofClients.test(innermost));
  const waiting = looks
    .filter(({ target }) => target === place.target)
    .map(({ counts }) => [...counts].reduce((sum, [{ kind }, count]) => sum + (kind === 'network' ? count : 0), 0));
  return Math.max(0, ...came.map(riseOf), ...waiting) < riseOf(place) / 2;
}

function isIdleConnection({ innermost, what }: LastingGrowth): boolean {
  return innermost === bodyReader && what === 'IO wait';
}

function isOpenBody({ innermost, what }: LastingGrowth): boolean {
  return innermost === bodyReader && what === 'select';
}

function isLeak(rise: number, connections: number): boolean {
  return rise >= leastRise && rise > perConnection * connections;
}

function foundAt(place: LastingGrowth, run: RunEvidence, connections: number): Found {
  const { target, from, to, site, innermost, what, looks } = place;
  const answers = answersOf(run.steps);
  const each = answers > 0 ? `, ${formatNumber((to - from) / answers)} for each answer` : '';
  const through = innermost === site ? '' : ` (in ${innermost})`;
  return {
    severity: 'warning',
    title: `Requests leave ${whatIsLeft(place)}: ${formatNumber(to - from)} over ${formatNumber(answers)} answers`,
    evidence: [
      `${target}: ${formatNumber(from)} to ${formatNumber(to)} goroutines in ${what} at ${site}${through}${each}`,
      `never fewer at any of ${formatNumber(looks)} looks, with at most ${formatNumber(connections)} connections open`,
    ],
    advice: adviceAt(place),
    steps: run.steps.map(({ name }) => name),
    targets: [target],
    site,
    sinceUs: Math.round(place.sinceUs),
    charts: chartsOf(run, target),
  };
}

function whatIsLeft(place: LastingGrowth): string {
  if (isOpenBody(place)) return `connections of ${place.service} to its upstream open behind them`;
  if (isIdleConnection(place))
    return `connections of ${place.service} to its upstream open behind them that none uses again`;
  return `goroutines behind in ${shortFunction(place.site)} of ${place.service}`;
}

function adviceAt(place: LastingGrowth): string {
  if (isOpenBody(place)) return openBody;
  return isIdleConnection(place) ? unusedConnection : adviceOf(place.what);
}

function ofTotals(run: RunEvidence, connections: number): Found[] {
  const { steps, scenario } = run;
  // Over HTTP/2 one connection has many requests under way, each of which has goroutines in the server.
  const underWay = scenario.load?.http === 2 ? greatestOf(steps, 'load.in_flight') : 0;
  const last = steps.at(-1);
  if (steps.length < 2 || !last) return [];
  const leaks = Object.keys(last.targets).flatMap((target) => {
    // Where profiles tell the places, and none of them grows, a total that does is a backlog of requests and what they started.
    if (run.looks.filter((look) => look.target === target).length >= leastLooks) return [];
    const growth = growthOf(target, steps);
    return growth && isLeak(growth.to - growth.from, Math.max(connections, underWay)) ? [growth] : [];
  });
  if (leaks.length === 0) return [];
  const answers = formatNumber(answersOf(steps));
  return [
    {
      severity: 'warning',
      title: `Goroutines of ${nameOf(
        run,
        leaks.map(({ target }) => target),
      )} grow with the requests and stay`,
      evidence: leaks.slice(0, 4).map(({ target, from, to }) => {
        const site = siteOf(last, target);
        return `${target}: ${formatNumber(from)} to ${formatNumber(to)} goroutines over ${answers} answers, never fewer, with at most ${formatNumber(connections)} connections open${underWay > 0 ? ` and ${formatNumber(underWay)} requests under way` : ''}${site}`;
      }),
      advice: adviceOf(''),
      steps: steps.map(({ name }) => name),
      targets: leaks.map(({ target }) => target),
      charts: leaks.slice(0, 4).flatMap(({ target }) => chartsOf(run, target)),
    },
  ];
}

/** How a target's goroutines grew; undefined when they fell in between or are not known in every step. */
function growthOf(target: string, steps: readonly StepResult[]): Growth | undefined {
  const name = names.find((each) => steps.every((step) => step.targets[target]?.[each] !== undefined));
  if (name === undefined) return undefined;
  const stats = steps.flatMap((step) => step.targets[target]?.[name] ?? []);
  let before = 0;
  for (const { min, max, last } of stats) {
    if (min < hardlyFell * before || last < hardlyFell * max) return undefined;
    before = last;
  }
  return { target, from: stats[0]?.min ?? 0, to: before };
}

function answersOf(steps: readonly StepResult[]): number {
  return steps.reduce((sum, { load }) => sum + answeredCount(load), 0);
}

function siteOf(step: StepResult, target: string): string {
  const most = step.goroutines.filter((site) => site.target === target).toSorted((a, b) => b.mean - a.mean)[0];
  return most ? `; most are in ${most.reason} at ${most.site}` : '';
}

function chartsOf({ series }: RunEvidence, target: string) {
  const known = names.find((name) => series.some((one) => one.name === name && one.target === target));
  return known === undefined ? [] : [{ target, series: known }];
}
