/** Which hosts are this machine and no other. */
import { expect, it } from 'vitest';
import { isLoopback } from '../../src/host/loopback.ts';
import { hostMistake, urlMistake } from '../../src/host/user-url.ts';

it.each([
  ['127.0.0.1', true],
  ['127.93.4.1', true],
  ['127.255.255.255', true],
  ['localhost', true],
  ['LOCALHOST', true],
  ['[::1]', true],
  ['::1', true],
  ['0:0:0:0:0:0:0:1', true],
  ['[::ffff:127.0.0.1]', true],
  ['::ffff:7f4d:102', true],
  ['localhost.', true],
  ['api.localhost', true],
  ['a.b.LocalHost', true],
  ['::ffff:10.0.0.1', false],
  ['::', false],
  ['fe80::1%lo', false],
  ['notlocalhost', false],
  ['.localhost', false],
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

const nearly = ['127.example.com', '127.0.0.1.example.com', 'localhost.example.com', 'example.com', '[2001:db8::1]'];

it('a URL that is observed must be on this machine, and not only begin like it', () => {
  for (const host of nearly) expect(urlMistake(`http://${host}/`, 'observed')).toContain('on a loopback address');
  for (const host of ['127.0.0.1:8080', 'api.localhost', '[::ffff:127.0.0.1]'])
    expect(urlMistake(`http://${host}/`, 'observed')).toBeUndefined();
});

it('a URL of what is looked at is of no Unix socket', () => {
  for (const purpose of ['beside', 'observed'] as const)
    expect(urlMistake('unix:///run/api.sock', purpose)).toContain('must be an http URL');
});

it('load goes to other machines by consent only', () => {
  for (const host of nearly) {
    expect(urlMistake(`http://${host}/`, 'load')).toBeUndefined();
    expect(hostMistake(`http://${host}/`, [])).toContain('only by consent: --allow-host ');
    expect(hostMistake(`http://${host}/`, [{ host }])).toBeUndefined();
  }
  for (const host of ['127.1:8080', 'LOCALHOST', 'api.localhost.', '[::1]:80', '0x7f.1', '2130706433'])
    expect(hostMistake(`http://${host}/`, [])).toBeUndefined();
});

it('says of the address on which servers listen what is meant by it', () => {
  expect(hostMistake('http://0.0.0.0:8080/', [])).toBe(
    'names 0.0.0.0, on which servers listen and to which nobody connects: give 127.0.0.1',
  );
  expect(hostMistake('http://[::]:8080/', [])).toContain('give [::1]');
});

it('leaves a name to its addresses where some are allowed', () => {
  expect(hostMistake('http://api.example/', [{ host: '10.0.0.0/8' }])).toBeUndefined();
  expect(hostMistake('http://10.0.0.7/', [{ host: '10.1.0.0/16' }])).toContain('only by consent');
});
