/** Limits of accept queues. */
import { expect, it } from 'vitest';
import { parseListenLimits } from '../../src/host/listen-limits.ts';

it('the limit of each listening socket, by its inode', () => {
  const text = `LISTEN 0      511    127.0.0.1:32865 0.0.0.0:* ino:4901011 sk:1 cgroup:/ <->
LISTEN 6      5            [::]:8080     [::]:* uid:1000 ino:1142 sk:2 cgroup:/ v6only:0 <->
`;
  expect(parseListenLimits(text)).toEqual(
    new Map([
      ['4901011', 511],
      ['1142', 5],
    ]),
  );
});

it('zero is none, which is what is said where the kernel was not asked', () => {
  expect(parseListenLimits('LISTEN 0      0    127.0.0.1:32865 0.0.0.0:* ino:4901011 sk:1\n')).toEqual(new Map());
  expect(parseListenLimits('')).toEqual(new Map());
});
