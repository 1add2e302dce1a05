import { expect, it } from 'vitest';
import { checkOpenFiles } from '../../src/commands/preflight.ts';
import { scenario } from '../helpers/raw-run.ts';

const load = { ...scenario.load, maxConnections: 5000 };

it('says what to do when connections would run out of open files', () => {
  expect(() => checkOpenFiles(load, 1024)).toThrow(
    expect.objectContaining({
      code: 'open-files',
      exitCode: 3,
      message: 'load.maxConnections 5000 needs up to 5200 open files, and this process may open 1024',
      hint: 'Raise the limit before the run (ulimit -n 5200), or lower it: --set load.maxConnections=824.',
    }),
  );
});

it.each([5200, undefined])('lets a run start when the limit is %s', (limit) => {
  expect(() => checkOpenFiles(load, limit)).not.toThrow();
});
