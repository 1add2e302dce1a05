import { expect, it } from 'vitest';
import { checkOpenFiles, checkPriority } from '../../src/runs/preflight.ts';
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

it('says how to be allowed a higher priority, and asks for none that is not wanted', () => {
  const never = () => false;
  expect(() => checkPriority({ ...load, priority: 'high' }, never)).toThrow(
    expect.objectContaining({ code: 'priority', exitCode: 3, hint: expect.stringContaining('CAP_SYS_NICE') }),
  );
  expect(() => checkPriority({ ...load, priority: 'high' }, () => true)).not.toThrow();
  expect(() => checkPriority({ ...load, priority: 'normal' }, never)).not.toThrow();
});
