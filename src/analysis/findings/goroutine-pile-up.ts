/** The finding about goroutines that pile up: requests wait, and where the waiting ends. */
import { shortFunction } from '../../model/function-name.ts';
import type { RecordedScenario } from '../../model/raw-run.ts';
import { formatNumber } from '../../model/units.ts';
import type { StepWaits, WaitSite } from '../waits/wait-sites.ts';
import { waitingChain } from '../waits/waiting-chain.ts';
import type { FindingRule, Found } from './rule.ts';

const pileUpFactor = 5;
const pileUpFloor = 100;

interface PileUp {
  readonly waits: StepWaits;
  /** One place of each service of the chain, the deepest first. */
  readonly places: readonly WaitSite[];
}

/** Goroutines that are many more than the rate explains, told at the deepest service where they wait. */
export const goroutinePileUp: FindingRule = {
  id: 'goroutine-pile-up',
  role: 'symptom',
  find({ waits, scenario }) {
    const seen = waits.flatMap((step) => pileUpIn(step, scenario));
    const most = seen.toSorted((a, b) => (b.places[0]?.excess ?? 0) - (a.places[0]?.excess ?? 0))[0];
    const worst = seen.find((each) => each.waits.breaks) ?? most;
    const deepest = worst?.places[0];
    return worst && deepest ? [found(worst, deepest, seen)] : [];
  },
};

function pileUpIn(waits: StepWaits, scenario: RecordedScenario): PileUp[] {
  if (!waits.base && !waits.broken) return [];
  const { services } = waitingChain(waits, scenario);
  if (!waits.sites.some((site) => services.includes(site.service) && hasPiledUp(site))) return [];
  const places = services
    .toReversed()
    .flatMap((service) => waits.sites.find((site) => site.service === service && site.excess > 0) ?? []);
  return places.length > 0 ? [{ waits, places }] : [];
}

function hasPiledUp({ excess, mean }: WaitSite): boolean {
  return excess > pileUpFloor && mean > pileUpFactor * Math.max(1, mean - excess);
}

function found({ waits, places }: PileUp, deepest: WaitSite, seen: readonly PileUp[]): Found {
  return {
    severity: 'warning',
    title:
      deepest.kind === 'runnable'
        ? `Goroutines of ${deepest.service} pile up for a processor`
        : `Goroutines pile up in ${shortFunction(deepest.site)} of ${deepest.service} (${deepest.what})`,
    evidence: places
      .slice(0, 4)
      .map(
        (site) =>
          `${waits.step.name}, ${site.targets.join(', ')}: ${formatNumber(site.mean)} on average in ${site.what} at ${site.site}, ${formatNumber(site.excess)} more than the rate explains`,
      ),
    advice:
      'Goroutines that wait are requests that wait. The place says for what: an upstream, a lock, a channel, a connection of a pool.',
    steps: seen.map((each) => each.waits.step.name),
    targets: [...new Set(places.flatMap(({ targets }) => targets))],
    site: deepest.site,
    ...(deepest.sinceUs === undefined ? {} : { sinceUs: Math.round(deepest.sinceUs) }),
    charts: deepest.targets.slice(0, 4).map((target) => ({ target, series: 'goroutines.total' })),
  };
}
