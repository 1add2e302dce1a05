/** What is joined is right, whatever the load; how much is joined is said beside each. */
import { expect, it } from 'vitest';
import { joinExchanges } from '../../../src/analysis/traces/join-exchanges.ts';
import { isWhole } from '../../../src/analysis/traces/joined-exchange.ts';
import { type Simulated, simulated } from './simulated-exchanges.ts';

const usual = { seed: 1, windows: 4, windowUs: 1e6, connections: 50, rps: 1000, serviceUs: 2000, wayUs: 150 };

/** The least share of the exchanges that have a request which must be found, with the error of the clock in microseconds. */
const loads: readonly (readonly [string, Partial<Simulated>, least: number, errorUs: number])[] = [
  ['a quiet service', { rps: 100, connections: 10 }, 0.99, 0],
  ['many connections', { rps: 2500, connections: 150, serviceUs: 8000 }, 0.99, 0],
  ['connections that are all busy, and a line before them', { rps: 3000, connections: 10, serviceUs: 3000 }, 0.99, 0],
  ['ways that are longer than the service', { wayUs: 4000, serviceUs: 500 }, 0.99, 0],
  ['one window only', { windows: 1 }, 0.98, 0],
  [
    'connections that carry one or two requests in all',
    { windows: 1, windowUs: 5e5, rps: 100, connections: 60 },
    0.3,
    0,
  ],
  ['requests of others, who may be in any exchange', { strangersRps: 20 }, 0.98, 0],
  ['a third of the connections at another replica', { elsewhere: 0.34 }, 0.98, 0],
  [
    'a third of the connections at another replica, and as many requests of others',
    { elsewhere: 0.34, strangersRps: 400 },
    0.95,
    0,
  ],
  [
    'a third of the connections at another replica, and very many requests of others',
    { elsewhere: 0.34, strangersRps: 2000 },
    0.9,
    0,
  ],
  ['answers that never came', { unanswered: 0.02 }, 0.98, 0],
  ['a clock that is known to 300 us', { offsetUs: 290 }, 0.95, 300],
  ['a clock that is known to 3 ms', { offsetUs: -2900, connections: 100 }, 0.85, 3000],
  ['streams', { isStreams: true, rps: 300 }, 0.8, 0],
  ['a process that stands still', { stoppedUs: 200_000, serviceUs: 300, connections: 300, rps: 300 }, 0.85, 0],
  [
    'streams of a process that stands still',
    { isStreams: true, stoppedUs: 200_000, serviceUs: 300, rps: 300 },
    0.85,
    0,
  ],
  ['streams, many at a time', { isStreams: true, rps: 3000 }, 0.05, 0],
  [
    'streams, a third of them at another replica, and as many requests of others',
    { isStreams: true, rps: 300, elsewhere: 0.34, strangersRps: 120 },
    0.3,
    0,
  ],
  ['streams, and others who ask as well', { isStreams: true, rps: 300, strangersRps: 20 }, 0.7, 0],
];

it.each(loads)('are those of their requests with %s', (_, change, least, errorUs) => {
  for (const seed of [1, 2]) {
    const plan = { ...usual, ...change, seed };
    const { windows, truth } = simulated(plan);
    const { joined, ambiguous, alone } = joinExchanges(windows, errorUs, plan.isStreams === true);
    const requestOf = new Map([...truth].map(([span, exchange]) => [exchange, span]));
    const wrong = joined.filter(({ exchange, span, unsureUs }) => {
      const own = requestOf.get(exchange);
      if (!own) return true;
      return Math.max(Math.abs(own.beginUs - span.beginUs), Math.abs(own.endUs - span.endUs)) > unsureUs;
    });
    expect(wrong).toEqual([]);
    const whole = windows.flatMap((window) => window.exchanges.filter((each) => isWhole(each, window, errorUs)));
    expect(joined.length + ambiguous.length + alone.length).toBe(whole.length);
    const told = new Set(whole);
    const possible = [...truth.values()].filter((exchange) => told.has(exchange)).length;
    expect(joined.length / possible).toBeGreaterThanOrEqual(least);
  }
});

it('are none by time alone where some of what the client asked went elsewhere', () => {
  const { windows } = simulated({ ...usual, isStreams: true, rps: 100, elsewhere: 0.5 });
  const { joined, ambiguous, alone } = joinExchanges(windows, 0, true);
  expect(joined).toEqual([]);
  expect(Math.min(ambiguous.length, alone.length)).toBeGreaterThan(0);
});
