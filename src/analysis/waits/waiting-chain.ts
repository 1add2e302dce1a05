/** Which service waits for which: from the one that gets the load to the one where the waiting ends. */
import type { RecordedScenario } from '../../model/raw-run.ts';
import { beyondError, isSeen, type StepWaits, type WaitSite } from './wait-sites.ts';

/** The waiting of one step. */
export interface WaitingChain {
  /** Services that wait for the next one, and the one at which that ends. */
  readonly services: readonly string[];
  /** Where the last service waits for something that is not one of the services that are observed; undefined where it does not. */
  readonly unobserved: WaitSite | undefined;
  /** Whether the queues of the last service itself are full only because that takes longer than it did. */
  readonly fillsQueues: boolean;
}

/** Others at work that are as many as this may be what is waited for. */
const unaccounted = 1 / 3;

/** What the goroutines of a service do in a step. */
interface ServiceWaits {
  readonly service: string;
  /** All that are at work, and those of them that wait for an answer. */
  readonly atWork: number;
  readonly network: number;
  /** The same beyond what the rate explains. */
  readonly excess: number;
  readonly networkExcess: number;
  /** How many times as long as usual a request waits for answers; 1 where that is not known. */
  readonly networkGrowth: number;
  readonly usualNetworkUs: number;
  /** From which growth on it is more than an error of the few that were seen. */
  readonly leastGrowth: number;
  readonly full: number;
  readonly networkShare: number;
}

/** More than the noise of a healthy step. */
const grew = 1.5;
const tellingShare = 0.1;
/** How much of what one service waits another must have, to be what it waits for. */
const accounts = 0.25;

/** The chain of a step; `scenario` says which service gets the load. */
export function waitingChain({ sites, base, step }: StepWaits, scenario: RecordedScenario): WaitingChain {
  const services = serviceWaits(sites);
  const walked: ServiceWaits[] = [];
  let at = entryOf(services, scenario);
  while (at) {
    walked.push(at);
    at = nextOf(at, services, walked, base !== undefined);
  }
  const last = walked.at(-1);
  const others = services.filter((each) => !walked.includes(each)).reduce((sum, { atWork }) => sum + atWork, 0);
  const fillsQueues = base !== undefined && last !== undefined && wouldDo(last, step);
  const waits =
    last &&
    (fillsQueues || last.networkExcess > last.excess / 2) &&
    waitsForAnswers(last, base !== undefined) &&
    others < unaccounted * last.network;
  return {
    services: walked.map(({ service }) => service),
    unobserved: waits
      ? sites.find(({ service, kind, excess }) => service === last.service && kind === 'network' && excess > 0)
      : undefined,
    fillsQueues: waits === true && fillsQueues,
  };
}

/** All services of a step: those that wait for others first, see `waitingChain`; then the rest, most at work first. */
export function servicesInOrder(step: StepWaits, scenario: RecordedScenario): readonly string[] {
  const { services } = waitingChain(step, scenario);
  const rest = serviceWaits(step.sites).toSorted((a, b) => b.atWork - a.atWork);
  return [...new Set([...services, ...rest.map(({ service }) => service)])];
}

function serviceWaits(sites: readonly WaitSite[]): ServiceWaits[] {
  return [...new Set(sites.map(({ service }) => service))].map((service) => {
    const own = sites.filter((site) => site.service === service && site.kind !== 'idle');
    const network = own.filter(({ kind }) => kind === 'network');
    const sum = (of: readonly WaitSite[], pick: (site: WaitSite) => number) =>
      of.reduce((total, site) => total + pick(site), 0);
    const waitUs = sum(network, (site) => site.waitUs ?? 0);
    const usualUs = sum(network, (site) => site.usualWaitUs ?? 0);
    return {
      service,
      atWork: sum(own, ({ mean }) => mean),
      network: sum(network, ({ mean }) => mean),
      excess: sum(own, ({ excess }) => excess),
      networkExcess: sum(network.filter(isSeen), ({ excess }) => excess),
      usualNetworkUs: usualUs,
      leastGrowth: beyondError(
        grew,
        sum(network, ({ usualSeen }) => usualSeen),
      ),
      networkGrowth: usualUs > 0 ? waitUs / usualUs : 1,
      networkShare: sum(network.filter(isSeen), ({ share }) => share),
      full: sum(
        own.filter(({ kind }) => kind === 'pool' || kind === 'lock'),
        ({ excess }) => excess,
      ),
    };
  });
}

function entryOf(services: readonly ServiceWaits[], { target }: RecordedScenario): ServiceWaits | undefined {
  const named = target && 'service' in target ? services.find(({ service }) => service === target.service) : undefined;
  return named ?? services.toSorted((a, b) => b.network * b.atWork - a.network * a.atWork || b.atWork - a.atWork)[0];
}

/** As many as wait for answers now would do for all arrivals, were each answered as soon as usual (Little's law). */
function wouldDo(
  { network, networkGrowth, leastGrowth, usualNetworkUs }: ServiceWaits,
  { load }: StepWaits['step'],
): boolean {
  return (
    networkGrowth >= leastGrowth && usualNetworkUs > 0 && (load.plannedRps * usualNetworkUs) / 1e6 < network / grew
  );
}

function waitsForAnswers({ networkGrowth, leastGrowth, networkShare }: ServiceWaits, isCompared: boolean): boolean {
  return networkShare >= tellingShare || (isCompared && networkGrowth >= leastGrowth);
}

function nextOf(
  at: ServiceWaits,
  services: readonly ServiceWaits[],
  walked: readonly ServiceWaits[],
  isCompared: boolean,
): ServiceWaits | undefined {
  const waits = isCompared ? at.networkExcess : at.network;
  if (waits <= 0) return undefined;
  const deeper = services
    .filter((each) => !walked.includes(each) && each.excess >= accounts * waits)
    .toSorted((a, b) => b.excess - a.excess);
  // Without a step that held, all that a service does is in excess, so only what most of it waits for leads on.
  if (waitsForAnswers(at, isCompared) && (isCompared || at.networkExcess >= at.excess / 2)) return deeper[0];
  return deeper.find(({ full, excess }) => !isCompared && full >= excess / 2);
}
