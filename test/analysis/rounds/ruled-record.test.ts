import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { ruledRecord } from '../../../src/analysis/rounds/ruled-record.ts';
import { maxLatencyUs } from '../../../src/model/units.ts';
import { parseSlo } from '../../../src/scenario/slo.ts';
import { healthySamples, histogram, rawRun } from '../../helpers/raw-run.ts';

it('keeps a percentile that is of arrivals without a good answer, and the least of one that is not known', () => {
  const rules = ['p95 < 50ms', 'p99 < 50ms'].flatMap((text) => {
    const rule = parseSlo(text, undefined);
    return rule ? [{ ...rule, over: 'run' as const }] : [];
  });
  const response = histogram([...Array(850).fill(1000), ...Array(150).fill(9000)]);
  // Of 6,000 arrivals 72 fail, and of these nobody knows how fast.
  const samples = healthySamples().map((sample) =>
    sample.kind === 'window' && sample.step === 1 ? { ...sample, completed: 964, failed: 36, response } : sample,
  );
  const { ruled = [] } = ruledRecord(rules, buildResult(rawRun(samples, { scenario: { slo: rules } })));
  expect(ruled.map(({ value }) => value >= maxLatencyUs)).toEqual([false, true]);
  expect(ruled[0]?.least).toBeLessThan(ruled[0]?.value ?? 0);
  expect(ruled[1]).not.toHaveProperty('least');
});
