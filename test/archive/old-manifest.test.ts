/** A run directory that rampart 0.1.0 wrote of an observation, when it still had a load of the mode `none`. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildResult } from '../../src/analysis/build-result.ts';
import { readRawRun } from '../../src/archive/run-directory.ts';
import { isObservation } from '../../src/model/raw-run.ts';
import { type RunResult, runResultSchema } from '../../src/model/run-result.ts';

const directory = join(import.meta.dirname, '../fixtures/old-observation');

it('is read as an observation, without the numbers that it had of no load', async () => {
  const { scenario } = (await readRawRun(directory)).manifest;
  expect(isObservation(scenario)).toBe(true);
  expect(scenario).toEqual({
    name: 'observe-api',
    description: '',
    topology: { engine: 'observe', targets: [expect.objectContaining({ name: 'api-1' })] },
    observe: {},
    slo: [],
  });
});

it('has the result that it had, but for the scenario', async () => {
  const before = JSON.parse(await readFile(join(directory, 'result.json'), 'utf8')) as RunResult;
  const result = buildResult(await readRawRun(directory));
  expect(JSON.parse(JSON.stringify({ ...result, scenario: before.scenario }))).toEqual(before);
  expect(runResultSchema.safeParse(result).error).toBeUndefined();
  expect(runResultSchema.safeParse(before).error).toBeUndefined();
});
