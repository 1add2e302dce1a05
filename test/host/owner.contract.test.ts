/** An owner's mark tells a living process from a dead one, and from another that took its pid. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { isOwnerAlive, machineMark, ownerMark } from '../../src/host/owner.ts';

it('this process lives', () => {
  expect(ownerMark()).toMatch(new RegExp(`^${process.pid}:\\d+$`));
  expect(isOwnerAlive(ownerMark())).toBe(true);
});

it('a process that ended is dead', async () => {
  const child = spawn('sleep', ['200']);
  await once(child, 'spawn');
  const mark = ownerMark(child.pid);
  expect(isOwnerAlive(mark)).toBe(true);
  child.kill('SIGKILL');
  await once(child, 'exit');
  expect(isOwnerAlive(mark)).toBe(false);
});

it.runIf(process.platform === 'linux')('another process with the same pid is not the owner', () => {
  expect(isOwnerAlive(`${process.pid}:1`)).toBe(false);
});

it.each(['', 'x', '0:0', ':', '-1:5'])('"%s" names nobody', (mark) => {
  expect(isOwnerAlive(mark)).toBe(false);
});

it('the machine is named the same way every time', () => {
  expect(machineMark()).toBe(machineMark());
  expect(machineMark().split('/')).toHaveLength(3);
});
