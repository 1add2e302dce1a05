/** Where the goroutines of each service were in each step, how many more of them than the rate explains, and what a request waits there. */
import { groupBy } from '../../model/group-by.ts';
import type { RecordedScenario } from '../../model/raw-run.ts';
import type { Series, StepResult } from '../../model/run-result.ts';
import { breakOf } from '../run/break-step.ts';
import { generatorTarget } from '../run/generator-series.ts';
import { withoutCompanions } from './companions.ts';
import { type Look, looksIn, type MeanPlace, meansOf, type Place } from './looks.ts';
import { crowdingOf, type UnderWay } from './under-way.ts';

/** What is needed of a run to tell where it waits. */
export interface WaitEvidence {
  readonly steps: readonly StepResult[];
  readonly series: readonly Series[];
  readonly looks: readonly Look[];
  readonly scenario: RecordedScenario;
  /** Undefined where nobody timed the requests. */
  readonly underWayAt?: UnderWay | undefined;
}

/** Goroutines of one service that wait for the same in the same function, in one step. */
export interface WaitSite extends MeanPlace {
  /** How many more than in the lowest step that held, had each request stayed there as long as in that. */
  readonly excess: number;
  /** By Little's law: goroutines there over requests of the load that ended per second; undefined when none did. */
  readonly waitUs: number | undefined;
  /** The same in the lowest step that held. */
  readonly usualWaitUs: number | undefined;
  /** Goroutines that were seen there in that step. */
  readonly usualSeen: number;
  /** The excess over the requests that were sent and not answered yet. */
  readonly share: number;
  /** When half of the mean was seen there first. */
  readonly sinceUs: number | undefined;
}

/** The waits of one step. */
export interface StepWaits {
  readonly step: StepResult;
  /** The lowest step that held, to which it is compared; undefined where that is the step itself, or none. */
  readonly base: StepResult | undefined;
  /** Whether it is the step that broke, or one after it. */
  readonly broken: boolean;
  /** Whether it is the step that broke: what is told of a break has the numbers of it. */
  readonly breaks: boolean;
  /** Most excess first. */
  readonly sites: readonly WaitSite[];
}

/** Looks times goroutines: the mean of fewer is off by more than a fifth, as independent looks at Poisson arrivals are. */
const leastSeen = 25;
/** Places with less are not followed back in time. */
const shareToDate = 0.05;

/** The waits of every measured step, in order. */
export function waitsOf({ steps, series, looks, scenario, underWayAt }: WaitEvidence): StepWaits[] {
  const { breaks } = breakOf({ steps, series, slo: scenario.slo });
  const firstBroken = breaks ? steps.indexOf(breaks) : steps.length;
  const base = steps.slice(0, firstBroken).toSorted((a, b) => a.load.plannedRps - b.load.plannedRps)[0];
  const meansIn = (step: StepResult) =>
    meansOf(looksIn(step, looks), (own) => (underWayAt ? crowdingOf(step, own, underWayAt) : 1));
  const usual = base && meansIn(base);
  const idle = idleOf(steps, looks);
  return steps.map((step, index) => {
    const isBase = base === step && steps.length > 1;
    const against = isBase || base === step ? undefined : base;
    const about = { step, base: against, usual, idle, isBase, looks };
    const sites = [...meansIn(step)].map(([place, mean]) => siteOf(place, mean, about));
    return {
      step,
      base: against,
      broken: index >= firstBroken,
      breaks: step === breaks,
      sites: withoutCompanions(sites).sort((a, b) => b.excess - a.excess || b.mean - a.mean),
    };
  });
}

/** Whether enough goroutines were seen at a place to say how many were there. */
export function isSeen({ seen }: Pick<WaitSite, 'seen'>): boolean {
  return seen >= leastSeen;
}

/** A factor by which a wait has to have grown, and twice the error of what it is held against, of which so many were seen. */
export function beyondError(factor: number, usualSeen: number): number {
  return factor * (1 + 2 / Math.sqrt(Math.max(1, usualSeen)));
}

/** Requests that ended per second, whatever came of them: those that failed were there as well. */
export function endedRps({ load, durationUs }: StepResult): number {
  const ended = load.completed + load.failed + load.timedOut;
  return load.completed > 0 ? (load.completedRps * ended) / load.completed : (ended / durationUs) * 1e6;
}

/** Requests of the load that were sent and not answered yet, on average over a step. */
export function underWay(step: StepResult): number {
  const { inFlight, responseUs, targets } = step;
  const waiting = targets[generatorTarget]?.['load.waiting']?.mean ?? 0;
  const all = inFlight?.mean ?? (endedRps(step) * responseUs.mean) / 1e6;
  return Math.max(1, all - waiting);
}

/** The least that was seen at each place outside of the measured steps, replicas added up: what is there without load. */
function idleOf(steps: readonly StepResult[], looks: readonly Look[]): ReadonlyMap<Place, number> | undefined {
  const measured = new Set(steps.flatMap((step) => looksIn(step, looks)));
  const outside = looks.filter((look) => !measured.has(look));
  if (outside.length === 0) return undefined;
  const least = new Map<Place, number>();
  for (const own of groupBy(outside, ({ target }) => target).values()) {
    for (const place of own[0]?.counts.keys() ?? []) {
      const ofTarget = own.reduce((min, { counts }) => Math.min(min, counts.get(place) ?? 0), Number.POSITIVE_INFINITY);
      least.set(place, ofTarget + (least.get(place) ?? 0));
    }
  }
  return least;
}

interface About {
  readonly step: StepResult;
  readonly base: StepResult | undefined;
  readonly usual: ReadonlyMap<Place, MeanPlace> | undefined;
  readonly idle: ReadonlyMap<Place, number> | undefined;
  readonly isBase: boolean;
  readonly looks: readonly Look[];
}

function siteOf(place: Place, mean: MeanPlace, about: About): WaitSite {
  const { step, base, usual } = about;
  const rps = endedRps(step);
  const before = base && { mean: usual?.get(place)?.mean ?? 0, rps: endedRps(base) };
  const excess = excessOf(place, mean, before, about);
  const share = Math.min(1, excess / underWay(step));
  return {
    ...mean,
    excess,
    share,
    waitUs: rps > 0 ? (mean.mean / rps) * 1e6 : undefined,
    usualWaitUs: before && before.rps > 0 ? (before.mean / before.rps) * 1e6 : undefined,
    usualSeen: base ? (usual?.get(place)?.seen ?? 0) : 0,
    sinceUs: share >= shareToDate ? sinceOf(place, mean, about) : undefined,
  };
}

function excessOf(
  place: Place,
  { mean, request, kind }: MeanPlace,
  before: { readonly mean: number; readonly rps: number } | undefined,
  { step, idle, isBase }: About,
): number {
  if (kind === 'idle' || isBase) return 0;
  if (before) {
    const faster = before.rps > 0 ? Math.max(1, endedRps(step) / before.rps) : 1;
    return Math.max(0, mean - before.mean * faster);
  }
  return request ? mean : Math.max(0, mean - (idle ? (idle.get(place) ?? 0) : mean));
}

/** Of the replicas together, as each has its share at each of its own looks. */
function sinceOf(place: Place, { mean, targets }: MeanPlace, { looks, step }: About): number | undefined {
  const enough = mean / targets.length / 2;
  const there = ({ counts }: Look) => (counts.get(place) ?? 0) >= enough;
  return looks.find((look) => there(look) && look.atUs < step.startUs + step.durationUs)?.atUs;
}
