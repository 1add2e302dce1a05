import { expect, it } from 'vitest';
import { readSignalled } from '../../../src/topology/kubernetes/signal-script.ts';

const exit = (code: number, stdout = '', stderr = '') => ({ code, stdout, stderr });

it('names the processes that got the signal', () => {
  expect(readSignalled(exit(0, '7 12\n'))).toEqual({ pids: [7, 12] });
});

it.each([
  [exit(71, 'api\n'), /first process api is process 1.*shareProcessNamespace/],
  [exit(72), /no process but the first.*shareProcessNamespace/],
  [exit(73, '', "sh: can't kill pid 7: Operation not permitted\n"), /could not signal.*Operation not permitted/],
  [exit(127), /could not signal its processes: code 127/],
])('says why %o did nothing', (end, why) => {
  expect(readSignalled(end)).toEqual({ why: expect.stringMatching(why) });
});
