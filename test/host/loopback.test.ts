/** Which hosts are this machine and no other. */
import { expect, it } from 'vitest';
import { isLoopback } from '../../src/host/loopback.ts';
import { urlMistake } from '../../src/host/loopback-url.ts';

it.each([
  ['127.0.0.1', true],
  ['127.93.4.1', true],
  ['127.255.255.255', true],
  ['localhost', true],
  ['LOCALHOST', true],
  ['[::1]', true],
  ['::1', true],
  ['10.0.0.1', false],
  ['128.0.0.1', false],
  ['127.0.0.1.example.org', false],
  ['127.example.com', false],
  ['127.0.0', false],
  ['127.999.0.1', false],
  ['127.0.0.256', false],
  ['localhost.example.org', false],
  ['example.org', false],
  ['0.0.0.0', false],
  ['', false],
])('isLoopback(%s) is %s', (host, expected) => {
  expect(isLoopback(host)).toBe(expected);
});

it.each(['load', 'observed'] as const)(
  'a URL for %s is refused when its host only begins like a loopback address',
  (purpose) => {
    for (const host of ['127.example.com', '127.0.0.1.example.com', 'localhost.example.com'])
      expect(urlMistake(`http://${host}/`, purpose)).toContain('on a loopback address');
    expect(urlMistake('http://127.0.0.1:8080/', purpose)).toBeUndefined();
  },
);
