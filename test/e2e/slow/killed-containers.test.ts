/** Containers that a killed run leaves: the next run of anybody on this machine removes them, so no others may run meanwhile. */
import { expect } from 'vitest';
import { containersOfRuns, leaveNothing, workDirectory } from '../../helpers/cli.ts';
import { itWithDocker } from '../../helpers/docker.ts';
import { killUnderLoad, runNext } from '../../helpers/killed-run.ts';

leaveNothing('containers');

itWithDocker('the next run removes its containers', async () => {
  const directory = workDirectory();
  await killUnderLoad(directory, 'compose');
  expect(containersOfRuns().length).toBeGreaterThan(0);
  expect(await runNext(directory, 'compose')).toMatch(/removing container .* left behind by run \S+/);
});
