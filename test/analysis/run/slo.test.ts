import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { parseSlo } from '../../../src/scenario/slo.ts';
import { healthySamples, rawRun, window } from '../../helpers/raw-run.ts';

function judge(text: string, step?: string) {
  const rule = parseSlo(text, step);
  if (!rule) throw new Error(`${text} is not a rule`);
  return buildResult(
    rawRun(
      [...healthySamples(), window(2, 5_000_000, 0, 1, { planned: 40, failed: 40, errors: { 'status 503': 40 } })],
      { scenario: { slo: [rule] } },
    ),
  ).slo;
}

it.each([
  ['p99 < 1.5ms', 'low', 'pass'],
  ['p99 < 1.5ms', 'high', 'fail'],
  ['errors < 0.1%', 'low', 'pass'],
  ['errors < 0.1%', 'high', 'fail'],
  ['dropped <= 0%', 'high', 'pass'],
  ['rps > 1500/s', 'low', 'fail'],
  ['max < 3ms', 'high', 'pass'],
])('judges %s on step %s as %s', (text, step, outcome) => {
  expect(judge(text, step)).toMatchObject([{ step, outcome }]);
});

it('judges a rule without a step on every measured step', () => {
  expect(judge('p99 < 1.5ms').map(({ step, outcome }) => [step, outcome])).toEqual([
    ['low', 'pass'],
    ['high', 'fail'],
  ]);
});

it('never passes a percentile that too few answers stand behind', () => {
  expect(judge('p99.9 < 1h', 'low')).toMatchObject([
    { outcome: 'no-data', observed: '2000 answers, 10000 are needed' },
  ]);
});

it('never passes a rule about a step that did not run', () => {
  expect(judge('p99 < 1h', 'warm-up')).toMatchObject([{ outcome: 'no-data' }]);
});
