import { expect, it } from 'vitest';
import { waitingWorks } from '../../../src/analysis/code/waiting-works.ts';
import type { StepResult } from '../../../src/model/run-result.ts';
import type { StackGroup, Stacks } from '../../../src/model/sample.ts';
import { sampleResult } from '../../golden/sample-result.ts';

const handler = ['shop.quote', 'net/http.serverHandler.ServeHTTP', 'net/http.(*conn).serve'];
const group = (count: number, reason: string, frames: readonly string[]): StackGroup => ({
  count,
  reason,
  site: frames.at(-1) ?? '',
  frames,
});
const look = (atUs: number, groups: readonly StackGroup[]): Stacks => ({
  kind: 'stacks',
  atUs,
  target: 'shop-1',
  total: 9,
  groups,
});
const step = sampleResult().steps.find(({ kind }) => kind === 'measure') as StepResult;

it('makes the time that a request waits of the goroutines that looks saw, and of no others', () => {
  const asleep = group(2, 'sleep', ['runtime.gopark', 'time.Sleep', ...handler]);
  const idle = group(50, 'IO wait', ['runtime.gopark', 'internal/poll.runtime_pollWait', 'net/http.(*conn).serve']);
  const running = group(3, 'running or runnable', ['main.spin', ...handler]);
  const looks = [0.25, 0.75].map((share) => look(step.startUs + share * step.durationUs, [asleep, idle, running]));
  const outside = look(step.startUs + 2 * step.durationUs, [group(90, 'sleep', ['time.Sleep', ...handler])]);
  const [work, ...others] = waitingWorks([...looks, outside], [step], new Map([['shop-1', 'shop']]));
  expect(others).toEqual([]);
  expect(work).toMatchObject({ service: 'shop', type: 'goroutine', step: step.name });
  const waited = (work?.profiles ?? []).flatMap(({ samples }) => samples.map(({ values }) => Number(values[1])));
  const perRequestUs = waited.reduce((sum, value) => sum + value, 0) / 1000 / (work?.requests ?? 0);
  expect(perRequestUs).toBeCloseTo((2 / step.load.completedRps) * 1e6, 3);
});
