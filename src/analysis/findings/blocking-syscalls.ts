/** The finding about requests that block in system calls or cgo: each keeps a thread, and a P until it is taken from it. */
import { shortFunction } from '../../model/function-name.ts';
import { formatLatencyUs, formatNumber, formatShare } from '../../model/units.ts';
import { type TellingSite, tellingSites } from '../waits/telling.ts';
import { isSeen, type StepWaits, underWay, type WaitSite } from '../waits/wait-sites.ts';
import { harmedSteps } from './harm.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { queueOf } from './run-queue-backlog.ts';
import { manyThreads, threadsOf } from './thread-growth.ts';
import { callsHoldProcs, heldProcs, procsOf, usedCores } from './vitals.ts';
import { aboutWait, severityOf, waitText } from './wait-words.ts';

const advice =
  'The network poller cannot wait for these calls. Bound them with a semaphore of a few more than GOMAXPROCS, do fewer and larger ones, or take them out of the request.';
/** Of the requests under way that block in a call and hold a thread each. */
const blockedShare = 0.3;

/** Requests that wait in system calls: longer than they used to, or so many that their threads or the Ps they hold keep others from running. */
export const blockingSyscalls: FindingRule = {
  id: 'blocking-syscalls',
  role: 'cause',
  explains: [
    'thread-growth',
    'run-queue-backlog',
    'goroutine-pile-up',
    'throughput-ceiling',
    'latency-knee',
    'response-leaves-service',
  ],
  find(run) {
    const telling = tellingSites(run.waits, run.scenario, ['syscall']);
    return telling.length > 0 ? telling.map(longerFound) : holdingThreads(run);
  },
};

function longerFound(telling: TellingSite): Found {
  const { site, waits } = telling;
  const about = aboutWait(telling);
  return {
    ...about,
    severity: severityOf(telling),
    title: `Requests wait ${waitText(site, waits)} in a system call, in ${shortFunction(site.site)} of ${site.service}`,
    evidence: [...about.evidence, ...threadText(site, waits)],
    advice,
    charts: chartsOf(site),
  };
}

interface Holding {
  readonly site: WaitSite;
  readonly waits: StepWaits;
  readonly share: number;
}

/** In steps that harmed users; where none did, in all of them, as a fact. */
function holdingThreads(run: RunEvidence): Found[] {
  const harmed = harmedSteps(run);
  const seen = run.waits.flatMap(holdingIn);
  const harming = seen.filter(({ waits }) => harmed.has(waits.step.name));
  const told = (harming.length > 0 ? harming : seen).toSorted((a, b) => b.share - a.share);
  return told[0] ? [holdingFound(told[0], told, harming.length > 0)] : [];
}

/** Ps that calls hold while the process uses no CPU are as good a sign as threads: it takes few calls of a few Ps. */
function holdingIn(waits: StepWaits): Holding[] {
  return waits.sites.flatMap((site) => {
    if (site.kind !== 'syscall' || !site.request || !isSeen(site)) return [];
    const share = Math.min(1, (site.mean + runnableOf(site, waits)) / underWay(waits.step));
    const isHeld = site.targets.some((target) => callsHoldProcs(waits.step.targets[target] ?? {}));
    const blocked = isHeld ? share : site.mean / underWay(waits.step);
    const isFull = isHeld || manyThreads(waits.step, site.targets);
    return blocked >= blockedShare && isFull ? [{ site, waits, share }] : [];
  });
}

function holdingFound({ site, waits, share }: Holding, seen: readonly Holding[], isHarm: boolean): Found {
  const runnable = runnableOf(site, waits);
  return {
    severity: isHarm ? 'warning' : 'note',
    title: `${formatNumber(site.mean)} requests at a time block in a system call and hold a thread each, in ${shortFunction(site.site)} of ${site.service}`,
    evidence: [
      `${waits.step.name}, ${site.targets.join(', ')}: ${formatNumber(site.mean)} goroutines on average in ${site.site}, ${formatShare(site.mean / underWay(waits.step))} of the requests under way${site.waitUs === undefined ? '' : `, ${formatLatencyUs(site.waitUs)} each`}`,
      ...(runnable > 0 ? [`${formatNumber(runnable)} more are runnable and wait for a P meanwhile`] : []),
      ...heldText(site, waits),
      ...threadText(site, waits),
    ],
    advice,
    steps: seen.map((each) => each.waits.step.name),
    targets: [...site.targets],
    site: site.site,
    share: Number(share.toFixed(3)),
    charts: chartsOf(site),
  };
}

/** By goroutine profiles, or by the scheduler's trace, which looks more often. */
function runnableOf({ service, targets }: WaitSite, { sites, step }: StepWaits): number {
  const seen = sites
    .filter((site) => site.service === service && site.kind === 'runnable')
    .reduce((sum, { excess }) => sum + excess, 0);
  const queued = targets.reduce((sum, target) => sum + (queueOf(step.targets[target] ?? {}) ?? 0), 0);
  return Math.max(seen, queued);
}

/** Of the replica whose Ps are held most. */
function heldText({ targets }: WaitSite, { step }: StepWaits): string[] {
  const held = targets.flatMap((target) => {
    const table = step.targets[target] ?? {};
    return callsHoldProcs(table) ? [{ target, table, procs: heldProcs(table) ?? 0 }] : [];
  });
  const [most] = held.toSorted((a, b) => b.procs - a.procs);
  if (!most) return [];
  const cores = formatNumber(usedCores(most.table) ?? 0);
  return [
    `${most.target}: calls hold ${formatNumber(most.procs)} of ${procsOf(most.table)} Ps, which nobody else can use until they are taken back, while it uses ${cores} cores`,
  ];
}

function threadText({ targets }: WaitSite, { step, base }: StepWaits): string[] {
  return targets.slice(0, 2).flatMap((target) => {
    const threads = threadsOf(step, target);
    if (!threads) return [];
    const before = base && threadsOf(base, target)?.value;
    return [
      `${target}: ${formatNumber(threads.value)} threads${before === undefined || !base ? '' : `, ${formatNumber(before)} in ${base.name}`}`,
    ];
  });
}

function chartsOf({ targets }: WaitSite) {
  return targets.slice(0, 4).map((target) => ({ target, series: 'goroutines.syscall' }));
}
