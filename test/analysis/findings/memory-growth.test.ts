import { describe, expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { findingOf, slowUs } from '../../helpers/findings.ts';
import { recordedRun } from '../../helpers/recorded-run.ts';

const mib = 1024 ** 2;

/** A series over the two steps from 2 s to 6 s, in which 2,000 and 4,000 requests are answered. */
function over(name: string, values: readonly number[], beside: Readonly<Record<string, number>> = {}): Sample[] {
  return values.map((value, index) => ({
    kind: 'reading',
    atUs: 2.1e6 + (index * 3.8e6) / (values.length - 1),
    target: 'api-1',
    source: 'test',
    values: { [name]: value, ...beside },
  }));
}

const grows = [10, 20, 30, 40, 50, 70, 90, 110, 130];
const grown = (more: Sample[], highUs = 2000) => findingOf('memory-growth', { more, highUs });

describe('memory that grows with requests', () => {
  it('is found by what is alive, with what stays of each', () => {
    expect(grown(over('gc.heap_live_mib', grows))).toMatchObject({
      role: 'cause',
      severity: 'warning',
      title: expect.stringMatching(
        /^Memory of api grows with every request and is not freed: \d+(\.\d+)? KiB of each stay$/,
      ),
      evidence: [expect.stringContaining('api-1: 10 to 130 MiB alive after a collection over')],
      ruledOut: expect.arrayContaining([expect.stringContaining('A cache that fills up:')]),
    });
  });

  it.each([
    [
      'runtime metrics',
      over(
        'go.heap_live_bytes',
        grows.map((value) => value * mib),
      ),
    ],
    [
      'the goal that an ordinary handler tells',
      over(
        'go.heap_goal_bytes',
        grows.map((value) => value * 2 * mib),
        { 'go.gogc_percent': 100 },
      ),
    ],
    ['the whole process', over('container.memory_mib', grows)],
  ])('is found by %s too', (_, more) => {
    expect(grown(more)?.severity).toBe('warning');
  });

  it('tells when its limit will be reached', () => {
    const more = [
      ...over('gc.heap_live_mib', grows),
      ...over('container.memory_mib', [40, 150], { 'container.memory_limit_mib': 256 }),
    ];
    expect(grown(more)?.advice).toContain('its limit of 256 MiB is reached 3.36 s after the run');
  });

  it('tells that it was killed for it', () => {
    const killed: Sample = { kind: 'event', atUs: 5_800_000, target: 'api-1', event: 'oom', message: 'out of memory' };
    const found = grown([...over('gc.heap_live_mib', grows), killed]);
    expect(found?.title).toMatch(/ stay, until it is killed for want of memory at 5\.8 s$/);
    expect(found?.explains).toContain('out-of-memory');
  });

  it.each([
    ['a cache that has filled up', [10, 50, 80, 95, 100, 101, 102, 102, 102]],
    ['a cache that slows down', [10, 40, 62, 78, 90, 100, 107, 112, 116]],
    ['a heap that falls again', [10, 30, 50, 70, 90, 40, 60, 80, 100]],
    ['a heap that hardly grows', [10, 11, 11, 12, 12, 13, 13, 14, 15]],
    ['a large heap that gains little', [400, 402, 404, 406, 408, 412, 416, 420, 424]],
    ['looks that are too few', [10, 60, 130]],
  ])('is not %s', (_, values) => {
    expect(grown(over('gc.heap_live_mib', values))).toBeUndefined();
  });

  it('is not what a backlog holds', () => {
    const backlog = [10, 10, 10, 10, 10, 40, 70, 100, 130];
    expect(grown(over('gc.heap_live_mib', backlog), slowUs)).toBeUndefined();
  });

  it('is not a process that took what its collector let it', () => {
    expect(grown(over('container.memory_mib', [20, 24, 28, 32, 36, 42, 48, 54, 60]))).toBeUndefined();
  });
});

it('a recorded map that only grows is named with the function that fills it', () => {
  expect(buildResult(recordedRun('sessions')).findings.find(({ id }) => id === 'memory-growth')).toMatchObject({
    severity: 'warning',
    site: 'main.newProfile',
    targets: ['sessions-1'],
  });
});

it.each(['quotes', 'feed', 'ledger', 'orders', 'billing', 'catalog', 'thumbnailer'])(
  '%s, as recorded, does not grow',
  (name) => {
    expect(buildResult(recordedRun(name)).findings.map(({ id }) => id)).not.toContain('memory-growth');
  },
);
