/** What each of several generators did, out of what is known of it alone; what they did together is the load of the run. */
import type { Histogram } from 'hdr-histogram-js';
import type { GeneratorFacts, GeneratorMachine, GeneratorResult, GeneratorTick } from '../../model/generators.ts';
import { groupBy } from '../../model/group-by.ts';
import { mergeHistograms } from '../../model/histogram.ts';
import type { LoadTick, LoadWindow } from '../../model/load.ts';
import type { Reading } from '../../model/sample.ts';
import { generatorTarget } from './generator-series.ts';
import { ownErrorOf } from './own-error.ts';
import { requestsEach } from './step-parts.ts';
import type { StepSpan } from './step-spans.ts';

/** All that was told of generators. */
export interface GeneratorEvidence {
  readonly facts: readonly GeneratorFacts[];
  readonly ticks: readonly GeneratorTick[];
  readonly machines: readonly GeneratorMachine[];
  readonly windows: readonly LoadWindow[];
  readonly spans: readonly StepSpan[];
}

/** What one generator did in one measured step. */
export interface GeneratorStep {
  readonly step: string;
  readonly lagP99Us: number;
  readonly ownErrorP99Us: number | undefined;
  readonly throttledMs: number;
  readonly durationUs: number;
}

/** One generator, and its part of each measured step. */
export interface GeneratorPart {
  readonly result: GeneratorResult;
  readonly steps: readonly GeneratorStep[];
}

/** More of them would be more lines than anybody reads. */
const mostWithSeries = 32;

/** Every generator of a run, in their order; none where it had none. */
export function generatorParts(evidence: GeneratorEvidence): GeneratorPart[] {
  return latestFacts(evidence.facts).map((facts) => partOf(facts, evidence));
}

/** What is told last counts, and a drift or a loss that was told once stays. */
function latestFacts(all: readonly GeneratorFacts[]): GeneratorFacts[] {
  const latest: GeneratorFacts[] = [];
  for (const facts of all) latest[facts.generator] = mergedFacts(latest[facts.generator], facts);
  return latest.filter((facts) => facts !== undefined);
}

function mergedFacts(before: GeneratorFacts | undefined, now: GeneratorFacts): GeneratorFacts {
  if (!before) return now;
  const larger = (a: number | undefined, b: number | undefined) => (Math.abs(a ?? 0) > Math.abs(b ?? 0) ? a : b);
  const driftUs = larger(before.driftUs, now.driftUs);
  const firstArrivalSkewUs = larger(before.firstArrivalSkewUs, now.firstArrivalSkewUs);
  const lostArrivals = (before.lostArrivals ?? 0) + (now.lostArrivals ?? 0);
  return {
    ...now,
    uncertaintyUs: Math.max(before.uncertaintyUs, now.uncertaintyUs),
    ...(driftUs === undefined ? {} : { driftUs }),
    ...(firstArrivalSkewUs === undefined ? {} : { firstArrivalSkewUs }),
    ...(lostArrivals > 0 ? { lostArrivals } : {}),
  };
}

function partOf(facts: GeneratorFacts, evidence: GeneratorEvidence): GeneratorPart {
  const isOwn = ({ generator }: { readonly generator?: number }) => generator === facts.generator;
  const windows = evidence.windows.filter(isOwn);
  const ticks = evidence.ticks.filter(isOwn).map(({ tick }) => tick);
  const machines = evidence.machines.filter(isOwn);
  const measured = evidence.spans.filter(({ kind }) => kind === 'measure');
  const steps = measured.map((span) => stepOf(span, windows, ticks, machines));
  const lag = mergedOf(
    windows.filter(({ step }) => measured.some(({ index }) => index === step)),
    'lag',
  );
  const throttled = machines.flatMap(({ throttledMs = [] }) => throttledMs);
  const steals = machines.flatMap(({ stealPercent = [] }) => stealPercent);
  const ownErrors = steps.flatMap(({ ownErrorP99Us = [] }) => ownErrorP99Us);
  const { name, machine, cpuLimit, workers, lost, lostArrivals, driftUs, firstArrivalSkewUs } = facts;
  return {
    steps,
    result: {
      name,
      machine,
      ...(cpuLimit === undefined ? {} : { cpuLimit }),
      ...placed(facts.placement),
      workers,
      planned: windows.reduce((sum, { planned }) => sum + planned, 0),
      offsetUs: Math.round(facts.offsetUs),
      uncertaintyUs: Math.ceil(facts.uncertaintyUs),
      ...(driftUs === undefined ? {} : { driftUs: Math.round(driftUs) }),
      ...(firstArrivalSkewUs === undefined ? {} : { firstArrivalSkewUs: Math.round(firstArrivalSkewUs) }),
      lagP99Us: percentile99(lag),
      ...(ownErrors.length > 0 ? { ownErrorP99Us: Math.max(...ownErrors) } : {}),
      ...(throttled.length > 0 ? { throttledMs: Math.round(sumOf(throttled)) } : {}),
      ...(steals.length > 0 ? { stealPercent: Math.round((10 * sumOf(steals)) / steals.length) / 10 } : {}),
      ...(lost === undefined ? {} : { lost }),
      ...(lostArrivals === undefined ? {} : { lostArrivals }),
    },
  };
}

function placed(
  placement: GeneratorFacts['placement'],
): Pick<GeneratorResult, 'node' | 'reached' | 'image' | 'sharesNodeWith'> {
  if (!placement) return {};
  const { node, reached, image, sharesWith } = placement;
  return {
    node,
    reached,
    ...(image === undefined ? {} : { image }),
    ...(sharesWith && sharesWith.length > 0 ? { sharesNodeWith: [...sharesWith] } : {}),
  };
}

function stepOf(
  span: StepSpan,
  windows: readonly LoadWindow[],
  ticks: readonly LoadTick[],
  machines: readonly GeneratorMachine[],
): GeneratorStep {
  const own = windows.filter(({ step }) => step === span.index);
  const lag = mergedOf(own, 'lag');
  const { ownErrorUs } = ownErrorOf([span], ticks, mergedOf(own, 'response'), lag, requestsEach(own));
  const throttled = machines
    .filter(({ atUs, lengthUs }) => atUs - lengthUs / 2 >= span.startUs && atUs - lengthUs / 2 < span.endUs)
    .map(({ throttledMs = 0 }) => throttledMs);
  return {
    step: span.name,
    lagP99Us: percentile99(lag),
    ownErrorP99Us: ownErrorUs?.p99,
    throttledMs: sumOf(throttled),
    durationUs: span.endUs - span.startUs,
  };
}

function mergedOf(windows: readonly LoadWindow[], clock: 'lag' | 'response'): Histogram {
  return mergeHistograms(windows.map((window) => window[clock]));
}

function percentile99(histogram: Histogram): number {
  return histogram.totalCount === 0 ? 0 : histogram.getValueAtPercentile(99);
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, each) => sum + each, 0);
}

/** What nobody knows of where they were. */
export function generatorWarnings({ facts }: Pick<GeneratorEvidence, 'facts'>): string[] {
  const lost = latestFacts(facts).filter(({ placement }) => placement && placement.sharesWith === undefined);
  if (lost.length === 0) return [];
  const places = lost.map(({ name, placement }) => `${name} on ${placement?.node}`);
  return [
    `nobody knows whether generators shared nodes with what they loaded, and took processors from it (${places.join(', ')}): name the namespace of what is loaded (topology.namespace), or keep generators off its nodes (load.generators.nodeSelector) and say so (validity.mayShareNode: true)`,
  ];
}

/** Series of each generator, on the target that the load's own are on; each has its name at the end. */
export function generatorsReadings({ facts, ticks, machines }: GeneratorEvidence): Reading[] {
  const names = new Map(latestFacts(facts).map(({ generator, name }) => [generator, name]));
  if (names.size > mostWithSeries) return elsewhereReadings(facts, ticks);
  const reading = (generator: number, atUs: number, own: Readonly<Record<string, number | undefined>>): Reading => ({
    kind: 'reading',
    atUs,
    target: generatorTarget,
    source: 'load',
    values: Object.fromEntries(
      Object.entries(own).flatMap(([key, value]) =>
        value === undefined
          ? []
          : [[`generators.${key}.${names.get(generator) ?? generator}`, Math.round(value * 10) / 10]],
      ),
    ),
  });
  return [
    ...elsewhereReadings(facts, ticks),
    ...ticks.map(({ generator, tick }) =>
      reading(generator, tick.atUs - tick.lengthUs / 2, {
        sent_rps: (tick.sent * 1e6) / tick.lengthUs,
        cpu_percent: tick.cpuPercent,
        cpu_wait_percent: tick.cpuWaitUs === undefined ? undefined : (tick.cpuWaitUs * 100) / tick.lengthUs,
        loop_percent: tick.loopUtilisation * 100,
      }),
    ),
    ...machines.map(({ generator, atUs, lengthUs, throttledMs, stealPercent }) =>
      reading(generator, atUs - lengthUs / 2, { throttled_ms: throttledMs, steal_percent: stealPercent }),
    ),
  ];
}

/** The CPU time of the load that was no time of this machine, second by second. */
function elsewhereReadings(facts: readonly GeneratorFacts[], ticks: readonly GeneratorTick[]): Reading[] {
  const elsewhere = new Set(facts.flatMap(({ generator, isElsewhere }) => (isElsewhere ? [generator] : [])));
  const own = ticks.filter(({ generator }) => elsewhere.has(generator));
  return [...groupBy(own, ({ atUs }) => Math.floor(atUs / 1e6))].map(([second, all]) => ({
    kind: 'reading',
    atUs: (second + 0.5) * 1e6,
    target: generatorTarget,
    source: 'load',
    values: { 'load.cpu_elsewhere_percent': Math.round(sumOf(all.map(({ tick }) => tick.cpuPercent)) * 10) / 10 },
  }));
}
