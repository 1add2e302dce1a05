/** `auto`: which engine, and the line that says why. */
import { expect, it } from 'vitest';
import { chooseEngine } from '../../src/topology/choose-engine.ts';
import { composeEngine } from '../../src/topology/compose-engine.ts';
import { processEngine } from '../../src/topology/process-engine.ts';
import { itWithDocker } from '../helpers/docker.ts';
import { testRun } from '../helpers/run-context.ts';

const engines = { compose: composeEngine, process: processEngine };

it('is local processes where no engine answers, and says so', async () => {
  const run = testRun({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  expect((await chooseEngine(engines, run.context)).kind).toBe('process');
  expect(run.logged).toEqual([expect.stringMatching(/^engine: process \(no Docker Compose: .*ENOENT.*\)$/)]);
});

it('ends with the reason when the run is aborted', async () => {
  const run = testRun({ DOCKER_HOST: 'unix:///nowhere/docker.sock' });
  run.abort.abort(new Error('enough'));
  await expect(chooseEngine(engines, run.context)).rejects.toThrow('enough');
});

itWithDocker('is Compose where an engine answers', async () => {
  const run = testRun();
  expect((await chooseEngine(engines, run.context)).kind).toBe('compose');
  expect(run.logged).toEqual([expect.stringMatching(/^engine: compose \(Docker .+, Compose 2\..+\)$/)]);
});
