import { expect, it } from 'vitest';
import { written } from '../../src/commands/written.ts';

const refused = Object.assign(new Error('EISDIR: illegal operation on a directory'), { code: 'EISDIR' });

it('tells of a place that cannot be written, by its name and its flag', async () => {
  await expect(written('out', () => Promise.reject(refused), '--merge')).rejects.toMatchObject({
    code: 'out-not-writable',
    exitCode: 3,
    message: 'out: cannot be written: EISDIR: illegal operation on a directory',
    hint: 'Name another place with --merge.',
  });
});

it('gives what was made, and leaves a bug what it is', async () => {
  expect(await written('out', () => Promise.resolve(7))).toBe(7);
  const bug = new TypeError('undefined is not a function');
  await expect(written('out', () => Promise.reject(bug))).rejects.toBe(bug);
});
