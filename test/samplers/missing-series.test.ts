import { expect, it } from 'vitest';
import { createMissingSeries } from '../../src/samplers/missing-series.ts';
import { manualRun } from './manual-run.ts';

it('tells each target once what it does not have, and why', () => {
  const run = manualRun([]);
  const missing = createMissingSeries('containers', run.context);
  for (let look = 0; look < 3; look++) {
    missing.add('api-1', ['proc.open_fds'], 'not allowed');
    missing.add('api-1', ['sock.*'], 'not allowed');
    missing.add('api-1', ['proc.run_delay_percent'], 'not counted');
    missing.add('db-1', [], 'not allowed');
  }
  expect(run.samples).toEqual([]);
  missing.tell();
  expect(run.samples).toEqual([
    {
      kind: 'doubt',
      atUs: 0,
      target: 'api-1',
      source: 'containers',
      message: 'no proc.open_fds, sock.*: not allowed; no proc.run_delay_percent: not counted',
    },
  ]);
});
