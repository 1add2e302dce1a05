import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { readRule } from '../../src/scenario/slo.ts';
import { knownWith } from '../helpers/known-kinds.ts';

function ruleOf(text: string) {
  const read = readRule(text);
  if (!('rule' in read)) throw new Error(`${text}: ${read.mistake}`);
  const { text: _, ...rest } = read.rule;
  return rest;
}

describe('a rule in a text', () => {
  it.each([
    ['p99 < 50ms', { metric: 'p99', comparison: '<', bound: 50_000 }],
    ['  p99.9<=1.5s ', { metric: 'p999', comparison: '<=', bound: 1_500_000 }],
    ['response p99 < 50 ms', { metric: 'p99', comparison: '<', bound: 50_000 }],
    ['service max < 1s', { metric: 'max', clock: 'service', comparison: '<', bound: 1_000_000 }],
    ['ttfb p99 < 200ms', { metric: 'p99', clock: 'ttfb', comparison: '<', bound: 200_000 }],
    ['lag p99 < 2ms', { metric: 'p99', clock: 'lag', comparison: '<', bound: 2000 }],
    ['errors < 0.1 %', { metric: 'errors', comparison: '<', bound: 0.001 }],
    ['errors == 0', { metric: 'errors', comparison: '==', bound: 0, unit: 'count' }],
    ['errors == 0%', { metric: 'errors', comparison: '==', bound: 0, unit: 'count' }],
    ['errors < 5', { metric: 'errors', comparison: '<', bound: 5, unit: 'count' }],
    ['errors(timeout) < 0.1%', { metric: 'errors', kind: 'timeout', comparison: '<', bound: 0.001 }],
    ['errors( 5xx ) < 1%', { metric: 'errors', kind: '5xx', comparison: '<', bound: 0.01 }],
    [
      'errors(read ECONNRESET) == 0',
      { metric: 'errors', kind: 'read ECONNRESET', comparison: '==', bound: 0, unit: 'count' },
    ],
    ['status(429) == 0', { metric: 'errors', kind: '429', comparison: '==', bound: 0, unit: 'count' }],
    ['resent < 1%', { metric: 'resent', comparison: '<', bound: 0.01 }],
    ['dropped <= 0%', { metric: 'dropped', comparison: '<=', bound: 0 }],
    ['rps > 950', { metric: 'rps', comparison: '>', bound: 950 }],
    ['rps >= 2k/s', { metric: 'rps', comparison: '>=', bound: 2000 }],
    ['rps > 60/m', { metric: 'rps', comparison: '>', bound: 1 }],
    ['add: p99 < 20ms', { metric: 'p99', request: 'add', comparison: '<', bound: 20_000 }],
    [
      'GET /a: b: errors(5xx) < 1%',
      { metric: 'errors', kind: '5xx', request: 'GET /a: b', comparison: '<', bound: 0.01 },
    ],
    ['converged(members=5) < 3s', { metric: 'converged', of: 'members=5', comparison: '<', bound: 3_000_000 }],
    ['recovery(gone) < 5s', { metric: 'recovery', of: 'gone', comparison: '<', bound: 5_000_000 }],
  ])('%s', (text, rule) => {
    expect(ruleOf(text)).toEqual(rule);
  });

  it.each([
    ['', 'it takes what is measured'],
    ['p99', 'it takes what is measured'],
    ['p99 50ms', 'it takes what is measured'],
    ['p99 != 50ms', 'it takes what is measured'],
    ['p99 < 50ms < 60ms', 'it takes what is measured'],
    ['p99 => 50ms', 'it takes what is measured'],
    ['p98 < 50ms', 'percentiles that every result has are p50, p90, p95, p99, p99.9'],
    ['p(99) < 50ms', 'percentiles that every result has are p50'],
    ['ttfb < 50ms', 'ttfb needs a statistic before its bound: ttfb p99'],
    ['latency p99 < 50ms', 'there is no "latency p99", but p50,'],
    ['P99 < 50ms', 'there is no "P99", but p50,'],
    ['p99 < 50', '50 is no duration (50ms)'],
    ['p99 == 50ms', 'p99 is never exactly a value'],
    ['p99 < -5ms', '-5ms is no duration'],
    ['errors < 0.1', '0.1 is neither a percentage (0.1%) nor a number of arrivals (0)'],
    ['errors < 5ms', '5ms is neither a percentage'],
    ['errors < 101%', '101% is more than all arrivals'],
    ['errors == 1%', 'a share is never exactly a value'],
    ['errors < 0', 'nothing is less than 0: <= or =='],
    ['errors >= 0%', 'it would always hold'],
    [
      'errors(timeot) < 1%',
      'there are no errors(timeot): in the brackets goes timeout, connection, connect, reset, tls, status, body, a status, 4xx or 5xx',
    ],
    ['errors() < 1%', 'there are no errors()'],
    ['status(6xx) == 0', 'status(6xx) is none: in the brackets goes a status such as 429, or 5xx'],
    ['status == 0', 'there is no "status", but'],
    ['rps > fast', 'fast is no rate (900/s)'],
    ['rps == 900', 'rps is never exactly a value'],
    ['recovery > 5s', 'recovery is to take less than a time'],
    ['add: lag p99 < 5ms', 'lag is of the generator, whatever it sends'],
    ['add: resent < 1%', 'what was sent again is counted of all requests together'],
    ['add: errors(connect) < 1%', 'connect is of connections, which all requests share'],
    ['add: recovery < 5s', 'recovery is of no request'],
  ])('is none: %s', (text, mistake) => {
    expect(readRule(text)).toEqual({ mistake: expect.stringContaining(mistake) });
  });

  it('is read or refused, whatever it is, and is read again as the same', () => {
    const words = [
      'p99',
      'errors',
      '(',
      ')',
      'ttfb',
      'add',
      ':',
      ' ',
      '<',
      '=',
      '>',
      '5',
      '%',
      'ms',
      '/s',
      '.',
      '5xx',
      'after',
      '\n',
      'é',
      '$',
    ];
    const text = fc.oneof(
      fc.string(),
      fc.array(fc.constantFrom(...words), { maxLength: 14 }).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const read = readRule(given);
        if (!('rule' in read)) return read.mistake.length > 0;
        expect(readRule(read.rule.text)).toEqual(read);
        return Number.isFinite(read.rule.bound) && read.rule.bound >= 0;
      }),
      { numRuns: 5000 },
    );
  });
});

function load(slo: string, requests = '[{ name: add }, { name: "get: all", expect: { status: 429 } }]', mode = 'open') {
  const steps = mode === 'open' ? 'rate: 5/s' : 'connections: 1';
  const text = `name: ramp
topology: { engine: external }
target: { url: "http://127.0.0.1:1/" }
load: { mode: ${mode}, requests: ${requests}, steps: [{ name: warm, ${steps}, for: 1s, measure: false }, { name: a, ${steps}, for: 1s }, { name: b, ${steps}, for: 1s }] }
slo:
  - ${slo}
`;
  return loadScenario({ file: 'ramp.yaml', text, overrides: [], known: knownWith() }).scenario.slo;
}

function refused(...given: Parameters<typeof load>): string {
  try {
    load(...given);
  } catch (error) {
    return messageOf(error);
  }
  throw new Error('the scenario was accepted');
}

describe('a rule in a scenario', () => {
  const add = { text: 'add: p99 < 20ms', metric: 'p99', comparison: '<', bound: 20_000, request: 'add' };

  it.each([
    'add: p99 < 20ms',
    '"add: p99 < 20ms"',
    '{ rule: p99 < 20ms, request: add }',
    '{ rule: "add: p99 < 20ms" }',
  ])('stands behind the name of its request, or beside it: %s', (slo) => {
    expect(load(slo)).toEqual([add]);
  });

  it('is of one step, of several, or of the whole run', () => {
    expect(load('{ rule: p99 < 20ms, step: a }')).toMatchObject([{ step: 'a' }]);
    expect(load('{ rule: p99 < 20ms, steps: [a, b] }')).toMatchObject([{ steps: ['a', 'b'] }]);
    expect(load('{ rule: p99 < 20ms, over: run }')).toMatchObject([{ over: 'run' }]);
  });

  it('may end a run, also while it warms up where that is asked for', () => {
    expect(load('{ rule: errors < 5%, abort: true }')).toMatchObject([{ abort: { afterMs: 0 } }]);
    expect(load('{ rule: errors < 5%, abort: true, after: 5s }')).toMatchObject([{ abort: { afterMs: 5000 } }]);
    expect(load('{ rule: errors < 50%, abort: true, step: warm }')).toMatchObject([{ step: 'warm' }]);
  });

  it.each([
    ['ad: p99 < 20ms', 'ramp.yaml:6:5 slo[0] must name a request, got "ad" (requests: add, get: all)'],
    ['{ rule: p99 < 20ms, request: ad }', 'slo[0] must name a request, got "ad" (requests: add, get: all)'],
    [
      '{ rule: "add: p99 < 20ms", request: add }',
      'ramp.yaml:6:13 slo[0].rule must be a rule, got "add: p99 < 20ms": it names a request itself',
    ],
    ['{ rule: p98 < 20ms, after: 5s }', 'slo[0].after does nothing without abort: true'],
    [
      '{ rule: p99 < 20, step: a }',
      'slo[0].rule must be a rule, got "p99 < 20": 20 is no duration (50ms) (example: p99 < 50ms',
    ],
    ['{ rule: p99 < 20ms, step: a, steps: [b] }', 'slo[0].steps must not be given beside step'],
    ['{ rule: p99 < 20ms, steps: [b, c] }', 'slo[0].steps[1] must name a step, got "c" (steps: warm, a, b)'],
    ['{ rule: p99 < 20ms, steps: [] }', 'slo[0].steps must name at least one step'],
    ['{ rule: p99 < 20ms, step: warm }', 'slo[0].step names a step that is not measured: "warm"'],
    ['{ rule: p99 < 20ms, step: a, over: run }', 'slo[0].over must not be run where steps are named'],
    ['{ rule: p99 < 20ms, over: all }', 'slo[0].over must be steps or run, got "all" (example: run)'],
    ['{ rule: p99 < 20ms, abort: 5s }', 'slo[0].abort must be true or false, got "5s" (example: true)'],
    [
      '{ rule: p99 < 20ms, abort: true, after: soon }',
      'slo[0].after must be a positive duration, got "soon" (example: 10s)',
    ],
    ['{ rule: p99 < 20ms, requst: add }', 'slo[0].requst is not a known key (did you mean request?)'],
    ['{ rul: p99 < 20ms, step: a }', 'slo[0].rul is not a known key (did you mean rule?)'],
    ['{ rule: recovery < 5s, abort: true }', 'slo[0].abort must not be given with recovery'],
    ['{ rule: recovery < 5s, over: run }', 'slo[0].over must not be given with recovery'],
    ['"get: all: status(429) == 0"', 'slo[0] is about nothing that is counted: 429 is a good answer here'],
    ['status(200) == 0', 'slo[0] is about nothing that is counted: 200 is a good answer here', '[{ name: add }]'],
    ['lag p99 < 5ms', 'has nothing to judge: with mode: closed', '[{ name: add }]', 'closed'],
    ['ttfb p99 < 5ms', 'has nothing to judge: with mode: closed', '[{ name: add }]', 'closed'],
  ])('is refused with its place: %s', (slo, message, ...rest) => {
    expect(refused(slo, ...rest)).toContain(message);
  });

  it('may be about a status that another request takes for a failure', () => {
    expect(load('status(429) == 0')).toMatchObject([{ kind: '429' }]);
  });
});
