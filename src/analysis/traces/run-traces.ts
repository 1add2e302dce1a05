/** The windows of a flight recorder that were kept, to what they say by step and service. */
import { TraceError } from '../../goruntime/trace/trace-error.ts';
import { groupBy } from '../../model/group-by.ts';
import { mergeHistograms, summarise } from '../../model/histogram.ts';
import type { LoadWindow } from '../../model/load.ts';
import { type RawRun, stepNamesOf, traceFileOf } from '../../model/raw-run.ts';
import type { RunResult } from '../../model/run-result.ts';
import type { KeptWindow, RunTraces, TracedStep, TraceOptions } from '../../model/run-traces.ts';
import type { TraceVerdict, TraceWindow } from '../../model/sample.ts';
import { clientWait, exchangesIn, isAsked, type ReadTrace } from './client-wait.ts';
import { byRoute, routeOf } from './cohorts.ts';
import type { TracedRequest } from './request-finder.ts';
import { SlowestRequests } from './slowest-requests.ts';
import { createTraceRequests } from './trace-requests.ts';

const routesKept = 20;
const slowestKept = 10;
/** So many requests of one step and service are held in memory. */
const mostRequests = 200_000;
const secondUs = 1_000_000;

/** A window that was kept, with its sample. */
interface Kept {
  readonly sample: TraceWindow;
  readonly told: KeptWindow;
}

/** What is said of short execution traces; nothing where none were asked for. `serviceOf` is of a target. */
export function runTraces(
  run: RawRun,
  loads: readonly LoadWindow[],
  serviceOf: (target: string) => string,
): Pick<RunResult, 'traces'> {
  const { scenario } = run.manifest;
  const options = scenario.observe['trace'] as TraceOptions | undefined;
  if (!options) return {};
  const windows = run.samples.filter((sample): sample is TraceWindow => sample.kind === 'trace');
  const verdicts = run.samples.filter((sample): sample is TraceVerdict => sample.kind === 'trace-verdict');
  const names = stepNamesOf(scenario);
  const nameOf = (step: number) => names[step] ?? '';
  const kept = keptOf(windows, verdicts, nameOf);
  const taken = windows.filter(({ outcome }) => outcome === 'ok');
  const profiled = run.samples.flatMap((sample) => (sample.kind === 'profile' ? [sample] : []));
  const groups = groupBy(taken, ({ step, target }) => `${step} ${serviceOf(target)}`);
  const services = new Set(taken.map(({ target }) => serviceOf(target)));
  const exchanges = exchangesIn(
    run,
    kept.map(({ sample }) => sample),
  );
  const steps = [...groups.values()].flatMap((own): TracedStep[] => {
    const [first] = own;
    if (!first) return [];
    const { step } = first;
    const service = serviceOf(first.target);
    const ownKept = kept.filter(({ sample }) => sample.step === step && serviceOf(sample.target) === service);
    const client = clientOf(
      loads.filter((load) => load.step === step),
      own,
      [...windows, ...profiled],
    );
    const { told, read } = stepOf(ownKept, own.length, run);
    const wait = isAsked(scenario, service, services) ? clientWait(read, exchanges, run) : undefined;
    return [
      { step: nameOf(step), service, ...told, ...(client ? { client } : {}), ...(wait ? { clientWait: wait } : {}) },
    ];
  });
  const traces: RunTraces = {
    windowUs: options.windowMs * 1000,
    everyUs: options.everyMs * 1000,
    steps: steps.sort((a, b) => names.indexOf(a.step) - names.indexOf(b.step)),
    windows: kept.map(({ told }) => told),
    missed: missedOf(windows, nameOf),
  };
  return { traces };
}

/** In the order of time. Of a run that was killed nothing says what was to be kept: it has none. */
function keptOf(
  windows: readonly TraceWindow[],
  verdicts: readonly TraceVerdict[],
  nameOf: (step: number) => string,
): Kept[] {
  const decided = new Map(verdicts.map((verdict) => [verdict.number, verdict]));
  return windows.flatMap((sample): Kept[] => {
    const { kept, slowestUs } = decided.get(sample.number) ?? {};
    if (sample.outcome !== 'ok' || kept === undefined || kept === 'no') return [];
    const told = {
      target: sample.target,
      step: nameOf(sample.step),
      atUs: Math.round(sample.atUs),
      untilUs: Math.round(sample.untilUs),
      kept,
      ...(slowestUs === undefined ? {} : { slowestUs }),
      bytes: sample.bytes ?? 0,
      file: traceFileOf(sample),
    };
    return [{ sample, told }];
  });
}

function missedOf(windows: readonly TraceWindow[], nameOf: (step: number) => string): RunTraces['missed'] {
  const missed = windows.filter(({ outcome }) => outcome !== 'ok');
  const groups = groupBy(missed, ({ target, step, outcome, message }) => [target, step, outcome, message].join('\n'));
  return [...groups.values()].flatMap((same) => {
    const [first] = same;
    if (!first || first.outcome === 'ok') return [];
    const { target, step, outcome, message = '' } = first;
    return [{ target, step: nameOf(step), outcome, message, count: same.length }];
  });
}

/** What was read of one window. */
interface ReadWindow {
  readonly requests: readonly TracedRequest[];
  readonly slowest: ReturnType<SlowestRequests['told']>;
  readonly counts: TracedStep['requests'];
  readonly coveredS: number;
  readonly originNs: number | undefined;
  readonly note: string | undefined;
}

/** What is said of a service in a step, and the windows that it is taken from. */
interface ReadStep {
  readonly told: Omit<TracedStep, 'step' | 'service' | 'client' | 'clientWait'>;
  readonly read: readonly ReadTrace[];
}

function stepOf(kept: readonly Kept[], taken: number, run: RawRun): ReadStep {
  const read: (ReadWindow & Kept)[] = [];
  const notes: string[] = [];
  let held = 0;
  let looked = 0;
  for (const each of alternating(kept)) {
    if (held >= mostRequests) break;
    const window = readWindow(each.told.file, run);
    looked += 1;
    if (window.note !== undefined) notes.push(`${each.told.file}: ${window.note}`);
    held += window.requests.length;
    if (window.coveredS > 0) read.push({ ...each, ...window });
  }
  if (looked < kept.length)
    notes.push(`${kept.length - looked} windows were left unread: ${held} requests are as many as are held in memory`);
  const requests = read.flatMap((window) => window.requests);
  const routes = byRoute(requests);
  const sum = (count: (counts: TracedStep['requests']) => number) =>
    read.reduce((total, { counts }) => total + count(counts), 0);
  const step = {
    targets: [...new Set(kept.map(({ told }) => told.target))],
    windows: {
      taken,
      slow: kept.filter(({ told }) => told.kept === 'slow').length,
      ordinary: kept.filter(({ told }) => told.kept === 'ordinary').length,
      read: read.length,
    },
    coveredS: read.reduce((total, { coveredS }) => total + coveredS, 0),
    requests: {
      found: requests.length,
      censored: sum(({ censored }) => censored),
      unanswered: sum(({ unanswered }) => unanswered),
      ofTracer: sum(({ ofTracer }) => ofTracer),
    },
    ...(requests.length > 0 ? { all: routeOf(requests) } : {}),
    routes: routes.slice(0, routesKept),
    routesLeftOut: Math.max(0, routes.length - routesKept),
    slowest: slowestIn(read),
    notes,
  };
  return { told: step, read: read.map((window) => ({ ...window, file: window.told.file })) };
}

function slowestIn(read: readonly (ReadWindow & Kept)[]): TracedStep['slowest'] {
  return read
    .flatMap(({ slowest, told: { target, file, atUs } }) =>
      slowest.map(({ beginNs, request }) => ({
        ...request,
        target,
        atUs: Math.round(atUs + beginNs / 1000),
        file,
      })),
    )
    .sort((a, b) => b.us - a.us)
    .slice(0, slowestKept);
}

/** Slowest first, and an ordinary one after each: where not all can be read, those that are read are as mixed as all. */
function alternating(kept: readonly Kept[]): Kept[] {
  const slow = kept
    .filter(({ told }) => told.kept === 'slow')
    .sort((a, b) => (b.told.slowestUs ?? 0) - (a.told.slowestUs ?? 0));
  const ordinary = kept.filter(({ told }) => told.kept === 'ordinary');
  return Array.from({ length: Math.max(slow.length, ordinary.length) }, (_, index) => [slow[index], ordinary[index]])
    .flat()
    .filter((each) => each !== undefined);
}

function readWindow(file: string, { piecesOf }: RawRun): ReadWindow {
  const requests: TracedRequest[] = [];
  const slowest = new SlowestRequests(slowestKept);
  const reading = createTraceRequests((request, orderOf) => {
    requests.push(request);
    slowest.take(request, orderOf);
  });
  const counts = { found: 0, censored: 0, unanswered: 0, ofTracer: 0 };
  const unread = { requests: [], slowest: [], counts, coveredS: 0, originNs: undefined };
  const pieces = piecesOf?.(file);
  if (!pieces) return { ...unread, note: 'it is not in the run directory any more' };
  try {
    for (const piece of pieces) reading.push(piece);
    const { summary, originNs, error, ...end } = reading.end();
    return {
      requests,
      slowest: slowest.told(),
      counts: { found: requests.length, ...end.counts },
      coveredS: summary.coveredNs / 1e9,
      originNs,
      note: error?.message,
    };
  } catch (error) {
    if (error instanceof TraceError) return { ...unread, note: error.message };
    throw error;
  }
}

interface Stretch {
  readonly atUs: number;
  readonly untilUs: number;
}

/** So much of a second must lie within a window for it to count as traced. */
const leastTraced = 0.9;

/** By whole seconds of due time, as far as these were traced from their begin to their end, or not at all. */
function clientOf(
  loads: readonly LoadWindow[],
  traced: readonly Stretch[],
  disturbed: readonly Stretch[],
): TracedStep['client'] {
  const share = ({ dueUs }: LoadWindow, stretches: readonly Stretch[]) =>
    stretches.reduce(
      (sum, { atUs, untilUs }) => sum + Math.max(0, Math.min(untilUs, dueUs + secondUs) - Math.max(atUs, dueUs)),
      0,
    ) / secondUs;
  const within = summarise(mergeHistograms(loads.filter((load) => share(load, traced) >= leastTraced).map(responseOf)));
  const without = summarise(mergeHistograms(loads.filter((load) => share(load, disturbed) === 0).map(responseOf)));
  if (within.count === 0 || without.count === 0) return undefined;
  return { traced: answersOf(within), untraced: answersOf(without) };
}

function responseOf({ response }: LoadWindow): string {
  return response;
}

function answersOf({ count, p50, p99 }: ReturnType<typeof summarise>) {
  return { count, p50Us: p50, p99Us: p99 };
}
