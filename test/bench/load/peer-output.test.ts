/** The parsers against what the generators printed: wrk 4.1.0, wrk2 4.0.0, vegeta 12.12.0, hey 0.1.5, k6 1.8.1, autocannon 9.0.0. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseAutocannon, parseHey, parseK6, parseOha, parseVegeta, parseWrk } from './peer-output.ts';

const recorded = (name: string) => readFileSync(join(import.meta.dirname, 'recorded', `${name}.txt`), 'utf8');

describe('recorded output', () => {
  it('of wrk ends at 99 % and mixes units', () => {
    expect(parseWrk(recorded('wrk'))).toEqual({ p50Us: 138, p99Us: 2320, p999Us: undefined });
  });

  it('of wrk2 has 99.9 %, and its detailed spectrum is not read', () => {
    expect(parseWrk(recorded('wrk2'))).toEqual({ p50Us: 785, p99Us: 2190, p999Us: 4220 });
  });

  it('of vegeta is in nanoseconds', () => {
    const found = parseVegeta(recorded('vegeta'));
    expect(found.p50Us).toBeCloseTo(327.572);
    expect(found.p99Us).toBeCloseTo(873.163);
    expect(found.p999Us).toBeUndefined();
  });

  it('of hey is every latency, in seconds', () => {
    expect(parseHey(recorded('hey'))).toEqual({ p50Us: 500, p99Us: 1800, p999Us: 1800 });
  });

  it('of k6 is in milliseconds', () => {
    const found = parseK6(recorded('k6'));
    expect(found.p50Us).toBeCloseTo(213.898);
    expect(found.p99Us).toBeCloseTo(722.214);
    expect(found.p999Us).toBeCloseTo(881.0436);
  });

  it('of autocannon is in whole milliseconds', () => {
    expect(parseAutocannon(recorded('autocannon'))).toEqual({ p50Us: 0, p99Us: 15_000, p999Us: 15_000 });
  });
});

it('reads what the schema of oha promises', () => {
  const text = JSON.stringify({ latencyPercentiles: { p50: 0.0002, p99: 0.0015, 'p99.9': 0.25 } });
  const found = parseOha(text);
  expect(found.p50Us).toBeCloseTo(200);
  expect(found.p99Us).toBeCloseTo(1500);
  expect(found.p999Us).toBeCloseTo(250_000);
});

it('refuses output without latencies instead of making some up', () => {
  expect(() => parseWrk('Running 1s test\n')).toThrow('wrk: expected latencies');
  expect(() => parseHey('Summary:\n')).toThrow('hey: expected its CSV');
  expect(() => parseHey('response-time,DNS\n')).toThrow('hey: expected latencies');
  for (const parse of [parseVegeta, parseOha, parseK6, parseAutocannon])
    expect(() => parse('{}')).toThrow('expected latencies');
});
