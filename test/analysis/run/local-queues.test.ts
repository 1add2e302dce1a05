import { expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { localQueuesOf } from '../../../src/analysis/run/local-queues.ts';
import { ReadingTable } from '../../../src/model/reading-table.ts';
import { runResultSchema } from '../../../src/model/run-result.ts';
import { queueLook } from '../../helpers/local-queues.ts';
import { healthySamples, rawRun } from '../../helpers/raw-run.ts';

it('tells of each target that had queues, by name, whether its readings are held one by one or in columns', () => {
  const looks = [queueLook(0, [1], 'b-1'), queueLook(0, [2], 'a-1'), queueLook(0, [0], 'idle-1')];
  const kept = new ReadingTable();
  for (const look of looks) kept.add(look);
  expect(localQueuesOf(looks).localQueues?.map(({ target }) => target)).toEqual(['a-1', 'b-1']);
  expect(localQueuesOf([], kept)).toEqual(localQueuesOf(looks));
});

it('makes no series of it, and nothing at all of a run without it', () => {
  const samples = healthySamples();
  const plain = buildResult(rawRun(samples));
  expect(plain).not.toHaveProperty('localQueues');
  const result = buildResult(rawRun([...samples, queueLook(2_500_000, [7, 0])]));
  expect(result.series).toEqual(plain.series);
  expect(result.localQueues).toMatchObject([{ target: 'api-1', lengths: [[7, 0]] }]);
  expect(runResultSchema.parse(result)).toEqual(result);
});
