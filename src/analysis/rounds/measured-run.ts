/** A finished run reduced to what comparisons use: by step window p99s, counts, the whole histogram, and means of what was observed. */

import type { ArmStep } from '../../model/comparison.ts';
import { groupBy } from '../../model/group-by.ts';
import { encodeHistogram, mergeHistograms } from '../../model/histogram.ts';
import type { LoadWindow } from '../../model/load.ts';
import type { OutcomeCounts } from '../../model/outcome-counts.ts';
import type { RawRun } from '../../model/raw-run.ts';
import type { RunResult, Series, StepResult } from '../../model/run-result.ts';
import type { ProfileSample, Reading, Stacks } from '../../model/sample.ts';
import { ofKind } from '../run/of-kind.ts';
import { type ProfileWork, profileWorks } from '../run/profile-work.ts';
import { comparableName } from '../run/sched-latency.ts';
import { collectSeries } from '../run/series.ts';
import { type StepSpan, stepSpans } from '../run/step-spans.ts';
import { wholeSteps } from '../run/whole-steps.ts';
import { meanOf } from '../statistics/mean.ts';
import { placeSeries } from './place-series.ts';
import { windowP99Us, windowSecondsFor } from './window-p99.ts';

/** Steal beyond this disturbs a window: the same for all variants, and decided before any is looked at. */
const mostStealPercent = 2;

/** Of GOMAXPROCS times the time between two cycles; missing where no cycle ended. */
const gcShare = 'go.cpu_gc_percent';

interface Observed {
  readonly windows: readonly LoadWindow[];
  readonly stacks: readonly Stacks[];
  readonly works: readonly ProfileWork[];
  /** Of the host, in full detail: a result of a long run has not. */
  readonly steal: Series['points'];
  readonly serviceOf: ReadonlyMap<string, string>;
  /** Version of the Go that built each target. */
  readonly goOf: ReadonlyMap<string, string | undefined>;
  /** How the garbage collector's share of CPU is told, if at all. */
  readonly gc: 'metrics' | 'trace' | undefined;
}

/** The measured steps of a run and its result. */
export function measureRun(run: RawRun, result: RunResult): ArmStep[] {
  const { observe } = run.manifest.scenario;
  const observed: Observed = {
    windows: ofKind<LoadWindow>(run.samples, 'window'),
    stacks: ofKind<Stacks>(run.samples, 'stacks'),
    works: profileWorks(ofKind<ProfileSample>(run.samples, 'profile')),
    steal: stealOf(run),
    serviceOf: new Map(result.environment.targets.map(({ id, service }) => [id, service])),
    goOf: new Map(result.environment.targets.map(({ id, go }) => [id, go?.version])),
    gc: result.series.some(({ name }) => name === gcShare) ? 'metrics' : 'gctrace' in observe ? 'trace' : undefined,
  };
  const steps = stepsOf(run, result, observed.works);
  return stepSpans(run).flatMap((span) => {
    const step = steps.find(({ name, kind }) => name === span.name && kind === 'measure');
    return step && span.kind === 'measure' ? [measureStep(span, step, observed)] : [];
  });
}

/** A result of many steps and targets has whole only some of its steps, which are others in another arm. */
function stepsOf(run: RawRun, { steps }: RunResult, works: readonly ProfileWork[]): readonly StepResult[] {
  if (!steps.some(({ leftOut }) => leftOut)) return steps;
  const series = collectSeries(ofKind<Reading>(run.samples, 'reading'), run.readings);
  return wholeSteps(run, { series, works });
}

function measureStep(span: StepSpan, step: StepResult, observed: Observed): ArmStep {
  const { load, lagUs } = step;
  const own = observed.windows.filter((window) => window.step === span.index);
  const windowSeconds = windowSecondsFor(load.plannedRps);
  const lost = lostOf(own);
  const places = placeSeries({ span, step, ...observed });
  const { planned, completed, failed, timedOut, dropped, unfinished, resent = 0 } = load;
  return {
    name: step.name,
    rps: load.plannedRps,
    completedRps: load.completedRps,
    windowSeconds,
    windows: wholeWindows(span, own, windowSeconds, observed.steal),
    response: encodeHistogram(mergeHistograms(own.map(({ response }) => response))),
    ...(lost.length > 0 ? { lost: encodeHistogram(mergeHistograms(lost)) } : {}),
    counts: { planned, completed, failed, timedOut, dropped, unfinished, resent },
    lagP99Us: lagUs.p99,
    ...(step.ownErrorUs ? { ownErrorUs: step.ownErrorUs } : {}),
    ...(step.inFlight ? { inFlight: step.inFlight } : {}),
    ...costOf(step, observed),
    ...places,
    series: { ...seriesMeans(step.targets, observed), ...places.series },
  };
}

function stealOf({ samples, readings }: RawRun): Series['points'] {
  return (
    collectSeries(ofKind<Reading>(samples, 'reading'), readings).find(({ name }) => name === 'host.steal_percent')
      ?.points ?? []
  );
}

/** A last window that the step cuts short is left out, unless it is the only one. */
function wholeWindows(
  { startUs, endUs }: StepSpan,
  own: readonly LoadWindow[],
  seconds: number,
  steal: Series['points'],
): ArmStep['windows'] {
  const lengthUs = seconds * 1e6;
  const whole = Math.max(1, Math.floor((endUs - startUs) / lengthUs));
  return [...groupBy(own, ({ dueUs }) => Math.max(0, Math.floor((dueUs - startUs) / lengthUs)))]
    .filter(([index]) => index < whole)
    .sort(([a], [b]) => a - b)
    .map(([index, same]) => {
      const fromUs = startUs + index * lengthUs;
      const within = steal.filter(([atUs]) => atUs > fromUs && atUs <= fromUs + lengthUs);
      return {
        p99Us: windowP99Us(
          mergeHistograms(same.map(({ response }) => response)),
          addUp(same),
          mergeHistograms(lostOf(same)),
        ),
        isDisturbed: within.some(([, percent]) => percent > mostStealPercent),
      };
    });
}

function lostOf(windows: readonly LoadWindow[]): string[] {
  return windows.flatMap(({ lost }) => lost ?? []);
}

function addUp(windows: readonly LoadWindow[]): OutcomeCounts {
  const total = (key: keyof OutcomeCounts) => windows.reduce((sum, window) => sum + window[key], 0);
  return {
    planned: total('planned'),
    completed: total('completed'),
    failed: total('failed'),
    timedOut: total('timedOut'),
    dropped: total('dropped'),
    unfinished: total('unfinished'),
  };
}

/** What the targets used; each value only where all of them told theirs, because a sum over some of them would be none. */
function costOf(
  { targets, gc = [], load, durationUs }: StepResult,
  { serviceOf, gc: told }: Observed,
): Partial<ArmStep> {
  const replicas = [...serviceOf.keys()].map((target) => ({
    of: targets[target] ?? {},
    cycles: gc.find((each) => each.target === target),
  }));
  const cpu = sumOver(replicas, ({ of }) => (of['container.cpu_percent'] ?? of['go.process_cpu_percent'])?.mean);
  const memoryMib = sumOver(replicas, ({ of }) => of['container.memory_mib']?.max);
  const gcOfCores = told === undefined ? undefined : sumOver(replicas, (each) => gcOfCore(each, told));
  const answers = (load.completedRps * durationUs) / 1e6;
  const host = targets['host']?.['host.cpu_percent']?.mean;
  const busiest = Math.max(host === undefined ? 0 : host / 100, ...replicas.map(({ of }) => busyShare(of)));
  return {
    ...(busiest > 0 ? { utilisation: Math.min(1, busiest) } : {}),
    ...(cpu !== undefined && answers > 0 ? { cpuUsPerRequest: ((cpu / 100) * durationUs) / answers } : {}),
    ...(memoryMib === undefined ? {} : { memoryMib }),
    ...(gcOfCores !== undefined && cpu ? { gcCpuPercent: Math.min(100, (gcOfCores / cpu) * 100) } : {}),
  };
}

type TargetSeries = StepResult['targets'][string];

/** What one target showed in a step, and what its gc lines come to there. */
interface Replica {
  readonly of: TargetSeries;
  readonly cycles: NonNullable<StepResult['gc']>[number] | undefined;
}

/** A replica has as much CPU as its limit or its GOMAXPROCS lets it, whichever is less. */
function busyShare(of: TargetSeries): number {
  const cores = Math.min(
    of['container.cpu_limit_cores']?.mean ?? Number.POSITIVE_INFINITY,
    procsOf(of) ?? Number.POSITIVE_INFINITY,
  );
  return Number.isFinite(cores) && cores > 0 ? (of['container.cpu_percent']?.mean ?? 0) / 100 / cores : 0;
}

/**
 * CPU of the garbage collector in percent of one core: shares are of GOMAXPROCS times the time. A replica that is seen but told of no cycle had
 * none; lines that are missing, and a trace that tells only the share since the process began, leave it unknown.
 */
function gcOfCore({ of, cycles }: Replica, told: 'metrics' | 'trace'): number | undefined {
  const procs = procsOf(of);
  if (procs === undefined) return undefined;
  if (told === 'metrics') return (of[gcShare]?.mean ?? 0) * procs;
  if (cycles === undefined) return of['gc.cpu_percent'] === undefined ? 0 : undefined;
  return cycles.lost === undefined ? cycles.cpuPercent * procs : undefined;
}

function procsOf(of: TargetSeries): number | undefined {
  return (of['go.gomaxprocs'] ?? of['sched.gomaxprocs'])?.last;
}

function sumOver(replicas: readonly Replica[], pick: (replica: Replica) => number | undefined) {
  const values = replicas.flatMap((each) => pick(each) ?? []);
  return values.length > 0 && values.length === replicas.length
    ? values.reduce((sum, value) => sum + value, 0)
    : undefined;
}

function seriesMeans(targets: StepResult['targets'], { serviceOf, goOf }: Observed): Record<string, number> {
  const named = Object.entries(targets).flatMap(([target, series]) => {
    const service = serviceOf.get(target);
    if (service === undefined) return [];
    return Object.entries(series).map(([name, { mean: value }]) => ({
      key: `${service} ${comparableName(name, goOf.get(target))}`,
      value,
    }));
  });
  return Object.fromEntries(
    [...groupBy(named, ({ key }) => key)].map(([key, same]) => [
      key,
      Number(meanOf(same.map(({ value }) => value)).toPrecision(6)),
    ]),
  );
}
