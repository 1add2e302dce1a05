/** The windows of a service that the load is sent to, joined with what the client saw: what it waited for, and where. */
import type { ClientWait } from '../../model/client-wait.ts';
import { exchangesOfText } from '../../model/exchange-text.ts';
import type { GeneratorFacts } from '../../model/generators.ts';
import { groupBy } from '../../model/group-by.ts';
import type { LoadExchanges } from '../../model/load.ts';
import type { RawRun, RecordedScenario } from '../../model/raw-run.ts';
import type { TraceWindow } from '../../model/sample.ts';
import { joinExchanges } from './join-exchanges.ts';
import type { ClientExchange, JoinedExchange, JoinWindow } from './joined-exchange.ts';
import { narrowed, type ProcessClock, processClockOf } from './process-clock.ts';
import type { TracedRequest } from './request-finder.ts';
import { toldSplit, type WaitSplit, waitCohorts, waitSplit } from './wait-cohorts.ts';

const slowestKept = 10;
/** With a clock that may be further off than this nothing is joined: most ways there and back are shorter. */
const mostErrorUs = 5000;

/** A trace that was read. */
export interface ReadTrace {
  readonly sample: TraceWindow;
  readonly file: string;
  readonly requests: readonly TracedRequest[];
  /** See `TraceReader`. */
  readonly originNs: number | undefined;
  readonly coveredS: number;
}

/** An exchange with the generator that told it. */
interface ToldBy extends ClientExchange {
  readonly generator: number | undefined;
}

/**
 * Where the load goes to a service by name, that one; else the only one that was traced, which may be behind what the client asks.
 */
export function isAsked({ target }: RecordedScenario, service: string, traced: ReadonlySet<string>): boolean {
  if (!target) return false;
  return 'service' in target ? target.service === service : traced.size === 1;
}

/** The exchanges that overlap with one of the windows, of a run whose load told any. */
export function exchangesIn(run: RawRun, windows: readonly TraceWindow[]): ToldBy[] {
  const told = run.samples.filter((sample): sample is LoadExchanges => sample.kind === 'exchanges');
  const kept: ToldBy[] = [];
  for (const { exchanges, worker, generator } of told)
    for (const exchange of exchangesOfText(exchanges))
      if (windows.some((window) => exchange.endUs >= window.atUs && exchange.writtenUs <= endOf(window)))
        kept.push({ ...exchange, line: `${worker}.${exchange.connection}`, generator });
  return kept.sort((a, b) => a.writtenUs - b.writtenUs);
}

function endOf({ answeredUs, untilUs }: TraceWindow): number {
  return answeredUs ?? untilUs;
}

/** Of the traces of one service in one step; nothing where the load told no exchange. */
export function clientWait(
  traces: readonly ReadTrace[],
  exchanges: readonly ToldBy[],
  run: RawRun,
): ClientWait | undefined {
  if (exchanges.length === 0 || traces.length === 0) return undefined;
  const clientErrorUs = generatorErrorUs(exchanges, run);
  const isOneStreamEach = run.manifest.scenario.load?.http === 2;
  const parts = [...groupBy(traces, ({ sample }) => sample.target).values()].map((own) =>
    ofProcess(own, exchanges, { clientErrorUs, isOneStreamEach }),
  );
  return told(parts);
}

/** How far the clocks of generators elsewhere may be from ours. */
function generatorErrorUs(exchanges: readonly ToldBy[], run: RawRun): number {
  const told = new Set(exchanges.map(({ generator }) => generator));
  const facts = new Map<number, GeneratorFacts>();
  for (const sample of run.samples) if (sample.kind === 'generator') facts.set(sample.generator, sample);
  const errors = [...facts.values()].map(({ generator, isElsewhere, uncertaintyUs, driftUs = 0 }) =>
    told.has(generator) && isElsewhere ? uncertaintyUs + Math.abs(driftUs) : 0,
  );
  return Math.max(0, ...errors);
}

/** A joined exchange, and where it was seen. */
interface SeenWait extends JoinedExchange {
  readonly split: WaitSplit;
  readonly target: string;
  readonly file: string;
}

/** What came of one process. */
interface ProcessWait {
  readonly clock: ProcessClock | undefined;
  readonly cannotTell: string | undefined;
  readonly waits: readonly SeenWait[];
  readonly ambiguous: readonly ClientExchange[];
  readonly alone: readonly ClientExchange[];
  readonly spans: number;
}

interface JoinManner {
  readonly clientErrorUs: number;
  readonly isOneStreamEach: boolean;
}

function ofProcess(
  traces: readonly ReadTrace[],
  exchanges: readonly ToldBy[],
  { clientErrorUs, isOneStreamEach }: JoinManner,
): ProcessWait {
  const stamped = traces.flatMap((trace) => stampedOf(trace));
  const clock = processClockOf(stamped);
  const spans = traces.reduce((sum, { requests }) => sum + requests.length, 0);
  const errorUs = (clock?.errorUs ?? 0) + clientErrorUs;
  const nothing = { clock: clock && { ...clock, errorUs }, waits: [], ambiguous: [], alone: [], spans };
  const cannotTell = clock ? whyNot(errorUs) : 'when its traces were taken does not fit any one clock';
  if (!clock || cannotTell !== undefined) return { ...nothing, cannotTell };
  const fileOf = new Map<unknown, string>();
  const windows = stamped.map(({ trace, firstUs, lastUs }): JoinWindow => {
    const fromUs = firstUs + clock.offsetUs;
    const untilUs = lastUs + clock.offsetUs;
    const window = {
      fromUs,
      untilUs,
      spans: trace.requests
        .map((request) => ({
          beginUs: fromUs + request.beginNs / 1000,
          endUs: fromUs + request.endNs / 1000,
          goroutine: request.goroutine,
          request,
        }))
        .sort((a, b) => a.beginUs - b.beginUs),
      exchanges: exchanges.filter(
        (exchange) => exchange.endUs >= fromUs - errorUs && exchange.writtenUs <= untilUs + errorUs,
      ),
    };
    for (const { request } of window.spans) fileOf.set(request, trace.file);
    return window;
  });
  const { joined, ...left } = joinExchanges(windows, errorUs, isOneStreamEach);
  const near =
    clientErrorUs > 0
      ? clock
      : narrowed(
          clock,
          joined.flatMap(({ exchange, span, unsureUs }) => (unsureUs === 0 ? [nestedOf(exchange, span)] : [])),
        );
  const shiftUs = near.offsetUs - clock.offsetUs;
  const target = traces[0]?.sample.target ?? '';
  const waits = joined.map(({ exchange, span, unsureUs }): SeenWait => {
    const moved = { ...span, beginUs: span.beginUs + shiftUs, endUs: span.endUs + shiftUs };
    const pair = { exchange, span: moved, unsureUs };
    return { ...pair, split: waitSplit(pair), target, file: fileOf.get(span.request) ?? '' };
  });
  return { clock: { ...near, errorUs: near.errorUs + clientErrorUs }, cannotTell: undefined, waits, ...left };
}

function nestedOf({ writtenUs, endUs }: ClientExchange, { beginUs, endUs: servedUs }: JoinedExchange['span']) {
  return { writtenUs, beginUs, servedUs, endUs };
}

function whyNot(errorUs: number): string | undefined {
  if (errorUs <= mostErrorUs) return undefined;
  return `its clock may be ${Math.round(errorUs / 100) / 10} ms from that of the client, and nothing is joined above ${mostErrorUs / 1000} ms`;
}

function stampedOf(trace: ReadTrace) {
  const { sample, originNs, coveredS } = trace;
  const { atUs, answeredUs, originHrUs } = sample;
  if (originNs === undefined || answeredUs === undefined || originHrUs === undefined || coveredS === 0) return [];
  const firstUs = originNs / 1000 - originHrUs;
  return [{ trace, askedUs: atUs, answeredUs, firstUs, lastUs: firstUs + coveredS * 1e6 }];
}

/** All processes of a service together. */
function told(parts: readonly ProcessWait[]): ClientWait {
  const waits = parts.flatMap((part) => part.waits);
  const [ambiguous, alone] = [parts.flatMap((part) => part.ambiguous), parts.flatMap((part) => part.alone)];
  const clocks = parts.flatMap(({ clock }) => clock ?? []).sort((a, b) => b.errorUs - a.errorUs);
  const [clock] = clocks;
  const reasons = [...new Set(parts.flatMap(({ cannotTell }) => cannotTell ?? []))];
  const { slow, ...cohorts } = waitCohorts(waits.map(({ split }) => split));
  const { p99Us = 0 } = cohorts;
  const slowAmbiguous = ambiguous.filter(({ dueUs, endUs }) => endUs - dueUs >= p99Us).length;
  const found = parts.reduce((sum, { spans }) => sum + spans, 0);
  const unjoined = [...ambiguous, ...alone];
  return {
    ...(waits.length === 0 ? { cannotTell: reasons[0] ?? noPartner(unjoined.length) } : {}),
    ...(clock ? { clock: toldClock(clock) } : {}),
    exchanges: {
      whole: waits.length + unjoined.length,
      joined: waits.length,
      grouped: waits.filter(({ unsureUs }) => unsureUs > 0).length,
      ambiguous: ambiguous.length,
      alone: alone.length,
    },
    requests: { found, unjoined: found - waits.length },
    slowAmbiguous,
    ...cohorts,
    // Those that are told apart may be slow for another reason than those that are not.
    ...(slow && slowAmbiguous <= slow.count ? { slow } : {}),
    slowest: waits
      .toSorted((a, b) => b.split.responseUs - a.split.responseUs)
      .slice(0, slowestKept)
      .map(({ exchange, span, split, target, file }) => ({
        dueUs: exchange.dueUs,
        ...toldSplit(split),
        target,
        ...(span.request.route === undefined ? {} : { route: span.request.route }),
        file,
      })),
  };
}

function toldClock({ isSame, offsetUs, errorUs }: ProcessClock) {
  return { isSame, offsetUs: Math.round(offsetUs), errorUs: Math.ceil(errorUs) };
}

function noPartner(exchanges: number): string {
  return exchanges === 0
    ? 'no answered exchange of the client lies within its traces'
    : 'of no exchange of the client it is sure which request it was';
}
