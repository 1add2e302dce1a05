/** What a run leaves that is killed: the next run of anybody on this machine removes it, so no others may run meanwhile. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { cli, leaveNothing, readResult, servicesRunning, workDirectory } from '../../helpers/cli.ts';
import { killUnderLoad, runNext } from '../../helpers/killed-run.ts';

leaveNothing('processes');

it('what it had written can be analysed, and the next run removes what it left behind', async () => {
  const directory = workDirectory();
  await killUnderLoad(directory, 'process');
  expect(servicesRunning().length).toBeGreaterThan(0);
  expect((await cli(['report', 'run'], directory)).code).toBe(4);
  expect(readResult(join(directory, 'run'))).toMatchObject({ status: 'partial' });
  expect(await runNext(directory, 'process')).toMatch(/left behind by run \S+/);
});
