import { describe, expect, it } from 'vitest';
import { periodicStall } from '../../../src/analysis/findings/periodic-stall.ts';
import { stallsMeet } from '../../../src/analysis/findings/stalls-meet.ts';
import { looksOf } from '../../../src/analysis/waits/looks.ts';
import { seededUniform } from '../../../src/model/random.ts';
import type { Stacks } from '../../../src/model/sample.ts';
import { evidence, seriesOf, step } from '../../helpers/evidence.ts';

const steps = [100, 200, 300].map((rps, index) => step(index, { rps }));
const uniform = seededUniform(7);

/** Peaks of each tenth of 30 s: 6 to 9 ms, and 200 ms falling to nothing from each of these moments. */
function peaks(stallsS: readonly number[]) {
  return seriesOf(
    'generator',
    'load.response_peak_us',
    Array.from({ length: 300 }, (_, index) => {
      const s = index / 10;
      const left = Math.max(0, ...stallsS.map((from) => (s >= from && s < from + 0.2 ? from + 0.2 - s : 0)));
      return [(s + 0.05) * 1e6, 6000 + 3000 * uniform() + left * 1e6];
    }),
  );
}

function look(second: number, reason: string, count: number, frames = ['shop.(*Cache).Get'], target = 'api-1'): Stacks {
  const groups = [{ count, reason, site: frames[0] ?? '', frames }];
  return { kind: 'stacks', atUs: second * 1e6, target, total: count, groups };
}

const looked = (stacks: readonly Stacks[]) => ({ stacks, looks: looksOf(stacks, []) });

describe('a periodic stall', () => {
  const stalls = [1.3, 6.3, 11.3, 16.3, 21.3, 26.3];

  it('is told with its period, and with what waits meanwhile', () => {
    const stacks = [1.4, 3, 6.4, 8, 11.4, 14].map((at, index) => look(at, 'sync.Mutex.Lock', index % 2 === 0 ? 30 : 0));
    const [found] = periodicStall.find(evidence({ steps, series: [peaks(stalls)], ...looked(stacks) }));
    expect(found).toMatchObject({
      severity: 'warning',
      steps: ['100/s', '200/s', '300/s'],
      site: 'shop.(*Cache).Get',
      sinceUs: 1_300_000,
    });
    expect(found?.title).toMatch(/^Every 5\.0 s responses stall for about 2\d\d ms while api-1 waits in shop/);
    expect(found?.evidence[0]).toMatch(/^6 stalls, 6 of 6 moments 5\.0 s ± .* apart; chance/);
  });

  it('is told with what is done only then', () => {
    const job = {
      count: 1,
      reason: 'sleep',
      site: 'shop.(*Cache).rebuild',
      frames: ['shop.(*Cache).rebuild', 'shop.tick'],
    };
    const always = { count: 1, reason: 'sleep', site: 'shop.poll', frames: ['shop.poll'] };
    const stacks = [1.4, 3, 6.4, 8, 11.4, 14].map((at, index): Stacks => {
      const jam = look(at, 'sync.RWMutex.RLock', index % 2 === 0 ? 30 : 0);
      return { ...jam, groups: [...jam.groups, always, ...(index % 2 === 0 ? [job] : [])] };
    });
    const [found] = periodicStall.find(evidence({ steps, series: [peaks(stalls)], ...looked(stacks) }));
    expect(found?.title).toContain('waits in shop.(*Cache).Get, and is in shop.(*Cache).rebuild only then');
    expect(found?.evidence.at(-1)).toBe('api-1: 1 in shop.(*Cache).rebuild (sleep) during stalls, 0 between them');
    expect(found?.advice).toMatch(/^Look at shop\.\(\*Cache\)\.rebuild, which runs every 5\.0 s\. /);
  });

  it('is told with whose CPU goes up, where nobody looked at goroutines', () => {
    const at = (percent: (inStall: boolean) => number) =>
      Array.from({ length: 60 }, (_, index): [number, number] => [
        index * 500_000,
        percent(stalls.some((from) => from < index / 2 && from + 0.2 > index / 2 - 0.5)),
      ]);
    const cpu = (target: string, percent: (inStall: boolean) => number) =>
      seriesOf(target, 'container.cpu_percent', at(percent));
    const job = cpu('api-1', (inStall) => (inStall ? 55 : 4));
    const calm = cpu('api-2', () => 30);
    const [found] = periodicStall.find(evidence({ steps, series: [peaks(stalls), calm, job] }));
    expect(found?.title).toMatch(/^Every 5\.0 s .* ms, in which api-1 uses 55 % of a core instead of 4 %$/);
    expect(found?.targets).toEqual(['api-1']);
    expect(periodicStall.find(evidence({ steps, series: [peaks(stalls), calm] }))[0]?.title).not.toContain('api-2');
  });

  it('is told where a stall goes on into the next step', () => {
    const [found] = periodicStall.find(evidence({ steps, series: [peaks([4.9, 9.9, 14.9, 19.9, 24.9])] }));
    expect(found?.title).toMatch(/^Every 5\.0 s /);
    expect(found?.evidence[0]).toMatch(/^5 stalls, 5 of 5 moments /);
  });

  it('is told of the service where the waiting ends, also by a single look at a crowd', () => {
    const asks = ['net/http.(*persistConn).roundTrip', 'web.ask', 'net/http.serverHandler.ServeHTTP'];
    const quiet = [3, 8, 14];
    const stacks = [
      ...quiet.flatMap((at) => [look(at, 'select', 1, asks, 'web-1'), look(at, 'sync.Mutex.Lock', 0)]),
      look(6.4, 'select', 33, asks, 'web-1'),
      look(6.4, 'sync.Mutex.Lock', 30),
    ];
    expect(periodicStall.find(evidence({ steps, series: [peaks(stalls)], ...looked(stacks) }))).toMatchObject([
      { targets: ['api-1'], site: 'shop.(*Cache).Get' },
    ]);
    expect(periodicStall.find(evidence({ steps, series: [peaks(stalls)], ...looked(stacks) }))[0]?.explains).toContain(
      'pool-too-small',
    );
    const behind = steps.map((each) => ({ ...each, load: { ...each.load, completedRps: each.load.plannedRps / 2 } }));
    const late = periodicStall.find(evidence({ steps: behind, series: [peaks(stalls)], ...looked(stacks) }));
    expect(late[0]?.explains ?? []).not.toContain('pool-too-small');
    const front = stacks.filter(({ target }) => target === 'web-1');
    expect(periodicStall.find(evidence({ steps, series: [peaks(stalls)], ...looked(front) }))).toMatchObject([
      { targets: ['web-1'], site: 'web.ask' },
    ]);
  });

  it('is a note where looks of our own come at the same moments', () => {
    const stacks = stalls.map((at) => look(at + 0.02, 'select', 3));
    expect(periodicStall.find(evidence({ steps, series: [peaks(stalls)], ...looked(stacks) }))).toMatchObject([
      { severity: 'note', title: 'Every 5.0 s a look of our own makes responses slower' },
    ]);
  });

  it.each([
    ['stalls that come at any time', [1.3, 3.1, 11.9, 13.6, 22.4, 27.7]],
    ['three stalls', [1.3, 6.3, 11.3]],
    ['none', []],
  ])('is not %s', (_, at) => {
    expect(periodicStall.find(evidence({ steps, series: [peaks(at)] }))).toEqual([]);
  });
});

describe('slow moments that meet garbage collections', () => {
  const slow = [1.3, 3.1, 11.9, 13.6, 22.4, 27.7];
  const cycles = (at: readonly number[]) =>
    seriesOf(
      'api-1',
      'gc.mark_ms',
      at.map((s) => [s * 1e6, 80]),
    );

  it('are told with the odds', () => {
    const run = evidence({ steps, series: [peaks(slow), cycles(slow.map((s) => s + 0.09))] });
    expect(stallsMeet.find(run)).toMatchObject([
      {
        title: expect.stringMatching(/^Slow responses, up to 2\d\d ms, meet garbage collections of api-1$/),
        targets: ['api-1'],
      },
    ]);
  });

  it('are told of very long runs', () => {
    const windows = 350_000;
    const tenths = Array.from({ length: windows }, (_, index): [number, number] => [
      (index / 10 + 0.05) * 1e6,
      index % 1000 < 380 ? 200_000 : 6000,
    ]);
    const marks = Array.from({ length: windows / 1000 }, (_, index): [number, number] => [
      (100 * index + 38) * 1e6,
      38_000,
    ]);
    const run = evidence({
      steps: [{ ...step(0, { rps: 100 }), durationUs: (windows / 10) * 1e6 }],
      series: [seriesOf('generator', 'load.response_peak_us', tenths), seriesOf('api-1', 'gc.mark_ms', marks)],
    });
    expect(stallsMeet.find(run)).toMatchObject([{ title: expect.stringContaining('up to 200 ms, meet garbage') }]);
  });

  it.each([
    ['cycles at other times', [0.5, 5, 8, 15, 18, 25]],
    ['cycles all the time', Array.from({ length: 290 }, (_, index) => index / 10)],
    ['no cycles', []],
  ])('are not found with %s', (_, at) => {
    expect(stallsMeet.find(evidence({ steps, series: [peaks(slow), cycles(at)] }))).toEqual([]);
  });
});
