/** One finished run to what a comparison needs of it: windows of each step, their tails, and what the runtime spent. */
import { decodeHistogram, encodeHistogram, newHistogram } from '../model/histogram.ts';
import type { LoadTick, LoadWindow, OutcomeCounts } from '../model/load.ts';
import type { RawRun } from '../model/raw-run.ts';
import type { RunResult, StepResult } from '../model/run-result.ts';
import type { ArmRun, ArmStep, StepWindow } from './gate-input.ts';
import { groupBy } from './group.ts';
import { windowP99Us, windowSecondsFor } from './window-p99.ts';

/** A second in which the hypervisor took more than this part of all cores was not the target's. */
const mostStealPercent = 2;

/** The generator counts by whole seconds of the run; a step that begins this little after one still has all of it. */
const secondUs = 1_000_000;
const startSlackUs = 50_000;

/** Targets that are not under test. */
const bystanders: readonly string[] = ['host', 'generator'];

/** What a run gives to a comparison. Steps whose rate moves are left out: their windows are not of one law. */
export function armRunOf(run: RawRun, result: RunResult): ArmRun {
  const { samples, manifest } = run;
  const windows = samples.filter((sample): sample is LoadWindow => sample.kind === 'window');
  const ticks = samples.filter((sample): sample is LoadTick => sample.kind === 'tick');
  const steps = manifest.scenario.load.steps.flatMap((planned, index): ArmStep[] => {
    const step = result.steps.find(({ name, kind }) => kind === 'measure' && name === planned.name);
    if (!step || !planned.measure || planned.shape.kind !== 'constant') return [];
    const own = windows.filter((window) => window.step === index);
    const endUs = step.startUs + step.durationUs;
    const during = ticks.filter(({ atUs }) => atUs > step.startUs && atUs <= endUs + startSlackUs);
    return [armStep(result, step, { rps: planned.shape.rps, windows: own, ticks: during })];
  });
  return { invalid: result.validity.reasons, steps };
}

interface StepSamples {
  readonly rps: number;
  readonly windows: readonly LoadWindow[];
  readonly ticks: readonly LoadTick[];
}

function armStep(result: RunResult, step: StepResult, { rps, windows, ticks }: StepSamples): ArmStep {
  const { planned, completed, failed, timedOut, dropped, unfinished } = step.load;
  const windowSeconds = windowSecondsFor(rps);
  return {
    name: step.name,
    rps,
    windowSeconds,
    windows: wholeWindows(result, step, { windows, windowSeconds }),
    response: encodeHistogram(merged(windows)),
    counts: { planned, completed, failed, timedOut, dropped, unfinished },
    lagP99Us: step.lagUs.p99,
    ...defined('inFlight', inFlightOf(ticks)),
    ...defined('utilisation', utilisationOf(step, result.environment.cpus)),
    ...defined('cpuUsPerRequest', cpuUsPerRequest(step)),
    ...defined('memoryMib', sumOf(step, 'container.memory_mib')),
    ...defined('gcCpuPercent', mostOf(step, 'gc.cpu_percent')),
    series: seriesOf(step),
  };
}

function defined<Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } {
  return value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });
}

function merged(windows: readonly LoadWindow[]) {
  const all = newHistogram();
  for (const { response } of windows) all.add(decodeHistogram(response));
  return all;
}

/** Seconds put together to windows from the step's first whole one; a last window that is cut off has too few arrivals and is left out. */
function wholeWindows(
  result: RunResult,
  { startUs, durationUs }: StepResult,
  { windows, windowSeconds }: { readonly windows: readonly LoadWindow[]; readonly windowSeconds: number },
): StepWindow[] {
  const lengthUs = windowSeconds * secondUs;
  const firstUs = Math.ceil((startUs - startSlackUs) / secondUs) * secondUs;
  const whole = Math.floor((startUs + durationUs - firstUs + startSlackUs) / lengthUs);
  const byWindow = groupBy(windows, ({ dueUs }) => Math.floor((dueUs - firstUs) / lengthUs));
  return Array.from({ length: whole }, (_, index) => {
    const own = byWindow.get(index) ?? [];
    const fromUs = firstUs + index * lengthUs;
    return {
      p99Us: windowP99Us(merged(own), addedUp(own)),
      isDisturbed: hasSteal(result, fromUs, fromUs + lengthUs),
    };
  });
}

function addedUp(windows: readonly LoadWindow[]): OutcomeCounts {
  const sum = (key: keyof OutcomeCounts) => windows.reduce((total, window) => total + window[key], 0);
  return {
    planned: sum('planned'),
    completed: sum('completed'),
    failed: sum('failed'),
    timedOut: sum('timedOut'),
    dropped: sum('dropped'),
    unfinished: sum('unfinished'),
  };
}

function hasSteal({ series }: RunResult, fromUs: number, toUs: number): boolean {
  return series.some(
    ({ name, points }) =>
      name === 'host.steal_percent' &&
      points.some(([atUs, value]) => atUs > fromUs && atUs <= toUs && value > mostStealPercent),
  );
}

/**
 * The generator counts once a second, in step with evenly spaced arrivals: good enough to see a pile, but no mean over time that
 * Little's law could be held against, so none is expected of it.
 */
function inFlightOf(ticks: readonly LoadTick[]): ArmStep['inFlight'] {
  const samples = ticks.map(({ inFlight, waiting }) => inFlight + waiting);
  const atEnd = samples.at(-1);
  if (atEnd === undefined) return undefined;
  return { mean: samples.reduce((sum, value) => sum + value, 0) / samples.length, atEnd };
}

/** The busier of the machine and the busiest service, which has as many cores as it may use at once. */
function utilisationOf({ targets }: StepResult, cpus: number): number | undefined {
  const host = targets['host']?.['host.cpu_percent']?.mean;
  const services = underTest(targets).flatMap((series) => {
    const cpu = (series['container.cpu_percent'] ?? series['go.process_cpu_percent'])?.mean;
    const procs = (series['sched.gomaxprocs'] ?? series['go.gomaxprocs'])?.last ?? cpus;
    return cpu === undefined ? [] : [cpu / (100 * Math.max(1, procs))];
  });
  const all = [...(host === undefined ? [] : [host / 100]), ...services];
  return all.length === 0 ? undefined : Math.max(...all);
}

function cpuUsPerRequest(step: StepResult): number | undefined {
  const percent = sumOf(step, 'container.cpu_percent') ?? sumOf(step, 'go.process_cpu_percent');
  return percent === undefined || step.load.completedRps === 0
    ? undefined
    : (percent * 10_000) / step.load.completedRps;
}

function underTest(targets: StepResult['targets']) {
  return Object.entries(targets).flatMap(([target, series]) => (bystanders.includes(target) ? [] : [series]));
}

function sumOf({ targets }: StepResult, name: string): number | undefined {
  const values = underTest(targets).flatMap((series) => series[name]?.mean ?? []);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

function mostOf({ targets }: StepResult, name: string): number | undefined {
  const values = underTest(targets).flatMap((series) => series[name]?.mean ?? []);
  return values.length === 0 ? undefined : Math.max(...values);
}

function seriesOf({ targets }: StepResult): Record<string, number> {
  return Object.fromEntries(
    Object.entries(targets).flatMap(([target, series]) =>
      bystanders.includes(target)
        ? []
        : Object.entries(series).map(([name, { mean }]) => [`${target} ${name}`, mean] as const),
    ),
  );
}
