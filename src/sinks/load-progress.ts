/** Progress of a load: step, rate and latency in the line that is redrawn, one line for each step where nothing is. */
import { conditionChangeText, faultText, roleChangeText } from '../model/fault-text.ts';
import { addHistogram, mergeHistograms, newHistogram } from '../model/histogram.ts';
import type { LoadTick, LoadWindow } from '../model/load.ts';
import type { Reading, Sample } from '../model/sample.ts';
import type { LoadStep } from '../model/scenario.ts';
import { formatDurationMs, formatLatencyUs, formatNumber } from '../model/units.ts';
import { type LinePart, progressLine, Trends } from './progress-line.ts';
import type { Teller } from './teller.ts';

/** What is sent, as far as it is known, and when it starts, microseconds since the origin. */
interface LoadAhead {
  readonly steps: readonly LoadStep[];
  readonly startUs: number;
  /** How many characters the line that is redrawn may have. */
  readonly room: number;
}

interface State {
  step: number;
  /** Steps that ended but whose last second is still to come. */
  readonly ended: number[];
  recent: LoadWindow[];
  readonly latest: Map<string, number>;
  /** What is known of each step that was not told of yet. */
  readonly steps: Map<number, StepSoFar>;
  readonly trends: Trends;
}

interface StepSoFar {
  completed: number;
  bad: number;
  readonly response: ReturnType<typeof newHistogram>;
}

const recentUs = 3_000_000;

/** Tells of the steps, which may grow while they are sent. */
export function tellLoad(ahead: LoadAhead): Teller {
  const state: State = { step: -1, ended: [], recent: [], latest: new Map(), steps: new Map(), trends: new Trends() };
  return (sample) => {
    const ended = take(state, sample).map((step) => ({ logged: stepLine(ahead, state, step) }));
    if (sample.kind === 'tick') return [...ended, { drawn: progressLine(lineParts(ahead, state, sample), ahead.room) }];
    if (sample.kind === 'fault') return [...ended, { kept: faultText(sample) }];
    if (sample.kind === 'condition') return [...ended, { kept: conditionChangeText(sample) }];
    if (sample.kind === 'role') return [...ended, { kept: roleChangeText(sample) }];
    if (sample.kind !== 'event' || sample.event !== 'phase') return ended;
    const line = phaseLine(ahead, sample.message);
    return [...ended, { drawn: line, logged: line }];
  };
}

/** Takes a sample into the state; returns the indexes of steps that are over and whose last second has come in. */
function take(state: State, sample: Sample): readonly number[] {
  if (sample.kind === 'reading') takeReading(state, sample);
  if (sample.kind === 'window') {
    state.recent = [...state.recent.filter((window) => window.dueUs > sample.dueUs - recentUs), sample];
    addToStep(state, sample);
  }
  const told = sample.kind === 'tick' || sample.kind === 'end' ? state.ended.splice(0) : [];
  if (sample.kind === 'step') {
    if (state.step >= 0) state.ended.push(state.step);
    state.step = sample.step;
  }
  return sample.kind === 'end' && state.step >= 0 ? [...told, state.step] : told;
}

function addToStep({ steps }: State, window: LoadWindow): void {
  const sum = steps.get(window.step) ?? { completed: 0, bad: 0, response: newHistogram() };
  sum.completed += window.completed;
  sum.bad += window.failed + window.timedOut + window.dropped;
  addHistogram(sum.response, window.response);
  steps.set(window.step, sum);
}

function takeReading(state: State, reading: Reading): void {
  for (const [name, value] of Object.entries(reading.values)) state.latest.set(`${name}@${reading.target}`, value);
}

function latestSum(state: State, name: string): number | undefined {
  const values = [...state.latest].filter(([key]) => key.startsWith(`${name}@`)).map(([, value]) => value);
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

function phaseLine({ startUs }: LoadAhead, phase: string): string {
  return phase === 'idle baseline'
    ? `idle baseline, load starts in ${formatDurationMs(Math.round(startUs / 1e5) * 100)}`
    : phase;
}

/** Step, rate, latency, runtime, generator and time left. */
function lineParts(ahead: LoadAhead, state: State, tick: LoadTick): LinePart[] {
  const { steps, startUs } = ahead;
  const totalMs = steps.reduce((sum, step) => sum + step.durationMs, 0);
  const leftMs = Math.max(0, startUs / 1000 + totalMs - tick.atUs / 1000);
  const perSecond = (tick.completed * 1e6) / tick.lengthUs;
  const seen = (title: string, names: readonly string[], short = title): LinePart[] => {
    const value = names.map((name) => latestSum(state, name)).find((sum) => sum !== undefined);
    if (value === undefined) return [];
    const number = formatNumber(value);
    return [{ text: `${title} ${number}`, short: `${short} ${number}`, trend: state.trends.next(title, value) }];
  };
  const left = leftMs > 0 ? [{ text: `${formatDurationMs(Math.round(leftMs / 1000) * 1000)} left` }] : [];
  return [
    { text: `[${tick.step + 1}/${steps.length}] ${steps[tick.step]?.name ?? 'drain'}` },
    { text: `${formatNumber(perSecond)}/s`, trend: state.trends.next('rate', perSecond) },
    ...latency(state),
    ...seen('runq', ['sched.runqueue']),
    ...seen('goroutines', ['goroutines.total', 'go.goroutines'], 'gor'),
    ...seen('gc', ['gc.cycles']).map(({ text }) => ({ text, isExtra: true })),
    ...left,
  ];
}

function latency(state: State): LinePart[] {
  const response = mergeHistograms(state.recent.map((window) => window.response));
  const lag = mergeHistograms(state.recent.map((window) => window.lag));
  if (response.totalCount === 0) return [];
  const [p50, p99] = [response.getValueAtPercentile(50), response.getValueAtPercentile(99)];
  return [
    { text: `p50 ${formatLatencyUs(p50)}`, isExtra: true },
    { text: `p99 ${formatLatencyUs(p99)}`, trend: state.trends.next('p99', p99) },
    { text: `lag p99 ${formatLatencyUs(lag.getValueAtPercentile(99))}`, isExtra: true },
  ];
}

/** What one step came to, for logs that do not redraw. */
function stepLine({ steps }: LoadAhead, state: State, index: number): string {
  const { completed, bad, response } = state.steps.get(index) ?? { completed: 0, bad: 0, response: newHistogram() };
  state.steps.delete(index);
  const p = (percentile: number) => formatLatencyUs(response.getValueAtPercentile(percentile));
  const parts = [`[${index + 1}/${steps.length}] ${steps[index]?.name}`, `${formatNumber(completed)} answered so far`];
  if (response.totalCount > 0) parts.push(`p50 ${p(50)} p99 ${p(99)}`);
  if (bad > 0) parts.push(`${formatNumber(bad)} failed`);
  return parts.join(' | ');
}
