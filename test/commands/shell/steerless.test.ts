import { expect, it } from 'vitest';
import { steerless } from '../../../src/commands/shell/steerless.ts';

it.each([
  ['\x1b[31mERROR\x1b[0m no route', 'ERROR no route'],
  ['\x1b]0;a title\x07ready', 'ready'],
  ['\x1b]8;;http://x.example/\x1b\\link\x1b]8;;\x1b\\', 'link'],
  ['\x9b2Jgone', 'gone'],
  ['10 %\r20 %\b\x1bc', '10 %20 %c'],
  ['admin\u202Egpj.exe', 'admingpj.exe'],
])('takes from %j what would steer a terminal', (text, left) => {
  expect(steerless(text)).toBe(left);
});

it('leaves lines, tabs and all that people read', () => {
  const text = 'rampart: api did not become ready: −46 %, é, 界\n\tgoroutine 1 [running]:\n';
  expect(steerless(text)).toBe(text);
});
