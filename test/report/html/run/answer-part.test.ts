import { expect, it } from 'vitest';
import type { RunResult } from '../../../../src/model/run-result.ts';
import { answerPart } from '../../../../src/report/html/run/answer-part.ts';
import { sampleResult } from '../../../golden/sample-result.ts';

/** What a reader sees of the numbers of a result whose steps have this p99 in rules. */
function textOf(p99?: [number, number]): string {
  const result = sampleResult();
  const ranges = (range: [number, number]) => ({ p50: range, p90: range, p95: range, p99: range, p999: range });
  const ruled = p99 && { response: ranges(p99), service: ranges(p99) };
  const steps = result.steps.map((step): RunResult['steps'][number] => ({ ...step, ...(ruled && { ruledUs: ruled }) }));
  return (answerPart({ ...result, steps })?.markup ?? '').replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ');
}

it('tells the p99 that a rule is judged on beside that of all answers, where it is another one', () => {
  expect(textOf([902_000, 902_000])).toContain(
    ', or 902 ms with arrivals without a good answer as the slowest, as in rules; p50',
  );
});

it('tells none where every arrival had a good answer, or the p99 is one of those without', () => {
  expect(textOf()).not.toContain('as in rules');
  expect(textOf([3_600_000_000, 3_600_000_000])).not.toContain('as in rules');
});
