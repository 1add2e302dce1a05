/** The finding about requests that wait for something that is not observed: a database, a cache, another team's service. */

import { shortFunction } from '../../model/function-name.ts';
import type { StepResult } from '../../model/run-result.ts';
import { formatNumber } from '../../model/units.ts';
import { childProcess, dialling } from '../waits/stack-kind.ts';
import { attributedShare, requestWaitUs, toldOf } from '../waits/telling.ts';
import type { StepWaits, WaitSite } from '../waits/wait-sites.ts';
import { waitingChain } from '../waits/waiting-chain.ts';
import type { FindingRule, Found, RunEvidence } from './rule.ts';
import { queueOf } from './run-queue-backlog.ts';
import { hostTarget, startedCores, usedCores } from './vitals.ts';
import { aboutWait, severityOf, waitText } from './wait-words.ts';

const leastShare = 0.3;
const grew = 2;
/** Of those that wait, so many in the queue of another service are what is waited for. */
const accounts = 0.25;
/** A machine with less left makes whatever answers late. */
const leastIdlePercent = 10;

interface Upstream {
  readonly site: WaitSite;
  readonly waits: StepWaits;
}

/** Where the waiting for answers ends at nobody who is observed. */
export const slowUpstream: FindingRule = {
  id: 'slow-upstream',
  role: 'cause',
  explains: ['goroutine-pile-up', 'throughput-ceiling', 'latency-knee', 'response-leaves-service'],
  find(run) {
    const seen = run.waits.flatMap((waits) => unobservedIn(waits, run));
    const worst = toldOf(seen.filter(({ waits }) => waits.broken)) ?? toldOf(seen);
    return worst ? [found(worst, seen, run)] : [];
  },
};

const ofAnswer =
  'Look at what is asked there: give it a pprof or metrics address in the topology to have it in this report, or look at its own metrics. Bound the wait with a timeout, so that it does not become yours.';
const ofChild =
  'Look at what that process does: its CPU is beside that of the service, and no profile shows it. Start no more at a time than there are cores (a semaphore), keep one that answers many requests, or do its work in the service.';

function awaited({ what }: Pick<WaitSite, 'what'>): string {
  if (what === childProcess) return 'a process that they start (os/exec)';
  return `${what === dialling ? 'a connection' : 'an answer'} (${what}) of something that is not observed`;
}

function unobservedIn(waits: StepWaits, { scenario, targets }: RunEvidence): Upstream[] {
  const { unobserved, services, fillsQueues } = waitingChain(waits, scenario);
  if (!unobserved || queuedElsewhere(waits, services, targets) >= accounts * unobserved.mean) return [];
  const filled = waits.sites.filter(({ service, request }) => fillsQueues && request && service === unobserved.service);
  const excess = Math.max(
    unobserved.excess,
    filled.reduce((sum, each) => sum + each.excess, 0),
  );
  const share = attributedShare({ ...unobserved, excess }, services, waits);
  const site = { ...unobserved, share, waitUs: requestWaitUs(unobserved, waits) };
  if (share < leastShare || wantsProcessor(waits, site)) return [];
  const longer = (site.waitUs ?? Number.POSITIVE_INFINITY) >= grew * (site.usualWaitUs ?? 0);
  return waits.broken || (waits.base && longer) ? [{ site, waits }] : [];
}

/** Goroutines of other services that queue for a P: a profile shows them where they waited last, as if they still did. */
function queuedElsewhere({ step }: StepWaits, services: readonly string[], targets: RunEvidence['targets']): number {
  return targets
    .filter(({ service }) => !services.includes(service))
    .reduce((sum, { id }) => sum + (queueOf(step.targets[id] ?? {}) ?? 0), 0);
}

/** Not where the machine had as little in the step that held. */
function lacksProcessor({ step, base }: StepWaits): boolean {
  return isFull(step) && !(base && isFull(base));
}

function isFull({ targets }: StepResult): boolean {
  return (targets[hostTarget]?.['host.idle_percent']?.mean ?? 100) < leastIdlePercent;
}

function wantsProcessor({ sites }: StepWaits, { service, excess }: WaitSite): boolean {
  const running = sites.filter((site) => site.service === service && site.kind === 'runnable');
  return running.reduce((sum, site) => sum + site.excess, 0) >= excess;
}

/** What those processes take from a service that starts them, where that is more than it uses itself: its Ps wait for the same cores. */
const ofStarted = ['run-queue-backlog', 'thread-growth'];

function startedBy({ targets }: WaitSite, { step }: StepWaits): string | undefined {
  const cores = (pick: (table: StepResult['targets'][string]) => number) =>
    targets.reduce((sum, target) => sum + pick(step.targets[target] ?? {}), 0);
  const [started, own] = [cores(startedCores), cores((table) => usedCores(table) ?? 0)];
  if (started <= own) return undefined;
  return `${step.name}: the processes that ${targets.join(', ')} started used ${formatNumber(started)} cores, itself ${formatNumber(own)}`;
}

function found({ site, waits }: Upstream, seen: readonly Upstream[], { scenario }: RunEvidence): Found {
  const { services } = waitingChain(waits, scenario);
  const upstream = services
    .slice(0, -1)
    .flatMap((service) => waits.sites.find((each) => each.service === service && each.excess > 0) ?? []);
  const telling = { site, waits, steps: seen.map((each) => each.waits.step.name), upstream };
  const about = aboutWait(telling);
  const started = site.what === childProcess ? startedBy(site, waits) : undefined;
  return {
    ...about,
    ...(started ? { explains: [...(slowUpstream.explains ?? []), ...ofStarted] } : {}),
    evidence: [
      ...about.evidence,
      ...(started ? [started] : []),
      ...(lacksProcessor(waits)
        ? [
            `${waits.step.name}: next to none of this machine's CPU is idle, and whatever answers may want for it if it runs here`,
          ]
        : []),
    ],
    severity: severityOf(telling),
    title: `Requests wait ${waitText(site, waits)} for ${awaited(site)}, in ${shortFunction(site.site)} of ${site.service}`,
    advice: site.what === childProcess ? ofChild : ofAnswer,
    charts: site.targets.slice(0, 4).map((target) => ({ target, series: 'goroutines.total' })),
  };
}
