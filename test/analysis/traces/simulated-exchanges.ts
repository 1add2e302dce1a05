/** A client and a service whose requests are known one by one, seen by each through its own stamps. */
import type { ClientExchange, JoinWindow, ServedSpan } from '../../../src/analysis/traces/joined-exchange.ts';
import { seededUniform } from '../../../src/model/random.ts';

/** How they work; times in microseconds. */
export interface Simulated {
  readonly seed: number;
  readonly windows: number;
  readonly windowUs: number;
  readonly connections: number;
  readonly rps: number;
  /** Mean time in the service, and mean way there and back, exponentially distributed. */
  readonly serviceUs: number;
  readonly wayUs: number;
  /** Each request has a goroutine of its own, and its connection says nothing. */
  readonly isStreams?: boolean;
  /** Added to the stamps of the service. */
  readonly offsetUs?: number;
  /** Requests per second that others ask the service, by one connection of theirs. */
  readonly strangersRps?: number;
  /** The share of connections that go to another replica. */
  readonly elsewhere?: number;
  /** The share of requests whose exchange was not answered, so that nobody tells it. */
  readonly unanswered?: number;
  /** In the middle of each window the process stands still for so long. */
  readonly stoppedUs?: number;
}

/** What the join gets, and the truth: the exchange of each request, and how many could be found. */
export interface SimulatedRun {
  readonly windows: readonly JoinWindow[];
  readonly truth: ReadonlyMap<ServedSpan, ClientExchange>;
}

const usual = { offsetUs: 0, elsewhere: 0, unanswered: 0, strangersRps: 0, isStreams: false, stoppedUs: 0 };

/** Requests one after the other on each connection of HTTP/1, at random otherwise; windows ten seconds apart. */
export function simulated(given: Simulated): SimulatedRun {
  const plan = { ...usual, ...given };
  const uniform = seededUniform(plan.seed);
  const exponential = (mean: number) => -mean * Math.log(1 - uniform());
  const truth = new Map<ServedSpan, ClientExchange>();
  let streams = 1_000_000;
  const goroutineOf = (usual: number) => (plan.isStreams ? streams++ : usual);

  /** When something happens that would have happened then, but for the stop. */
  function moved(us: number): number {
    const stopUs = Math.floor(us / 10e6) * 10e6 + 1e6 + plan.windowUs / 2;
    return us < stopUs || us > stopUs + plan.stoppedUs ? us : stopUs + plan.stoppedUs + exponential(500);
  }

  function exchangeFrom(
    dueUs: number,
    freeUs: number[],
  ): { exchange: ClientExchange; beginUs: number; servedUs: number } {
    const line = lineFor(dueUs, freeUs, Math.floor(uniform() * plan.connections), plan.isStreams);
    const writtenUs = plan.isStreams ? dueUs : Math.max(dueUs, freeUs[line] ?? 0);
    const beginUs = moved(writtenUs + 5 + exponential(plan.wayUs));
    const servedUs = moved(beginUs + 20 + exponential(plan.serviceUs));
    const endUs = Math.ceil(servedUs + 5 + exponential(plan.wayUs));
    freeUs[line] = endUs + 1;
    const times = { dueUs: Math.round(dueUs), writtenUs: Math.floor(writtenUs), firstByteUs: endUs, endUs };
    return { exchange: { ...times, connection: line, request: 0, line: `0.${line}` }, beginUs, servedUs };
  }

  function windowFrom(fromUs: number): JoinWindow {
    const untilUs = fromUs + plan.windowUs;
    const spans: ServedSpan[] = [];
    const exchanges: ClientExchange[] = [];
    const freeUs = Array.from({ length: plan.connections }, () => 0);
    for (let dueUs = fromUs - 100_000; dueUs < untilUs + 100_000; dueUs += exponential(1e6 / plan.rps)) {
      const { exchange, beginUs, servedUs } = exchangeFrom(dueUs, freeUs);
      const isTold = uniform() >= plan.unanswered;
      if (isTold) exchanges.push(exchange);
      // Some last writes return after the answer was read.
      const lateUs = uniform() < 0.1 ? exponential(200) : 0;
      const [seenUs, goneUs] = [beginUs + plan.offsetUs, servedUs + lateUs + plan.offsetUs];
      if (exchange.connection < plan.elsewhere * plan.connections || seenUs < fromUs || goneUs > untilUs) continue;
      const span = spanOf(goroutineOf(100 + exchange.connection), seenUs, goneUs);
      spans.push(span);
      if (isTold) truth.set(span, exchange);
    }
    for (let us = fromUs; plan.strangersRps > 0 && us < untilUs; us += 1e6 / plan.strangersRps)
      spans.push(spanOf(goroutineOf(7), us, us + 30 + exponential(100)));
    spans.sort((a, b) => a.beginUs - b.beginUs);
    exchanges.sort((a, b) => a.writtenUs - b.writtenUs);
    return { fromUs, untilUs, spans, exchanges };
  }

  return { windows: Array.from({ length: plan.windows }, (_, index) => windowFrom(1e6 + index * 10e6)), truth };
}

/** One by lot where that is free, else the one that is free first. */
function lineFor(dueUs: number, freeUs: readonly number[], drawn: number, isStreams: boolean): number {
  if (isStreams || (freeUs[drawn] ?? 0) <= dueUs) return drawn;
  return freeUs.reduce((best, us, each) => (us < (freeUs[best] ?? 0) ? each : best), 0);
}

function spanOf(goroutine: number, beginUs: number, endUs: number): ServedSpan {
  const request = { beginNs: 0, endNs: 0, goroutine, route: undefined, parts: [], ranInstead: [] };
  return { beginUs, endUs, goroutine, request };
}
