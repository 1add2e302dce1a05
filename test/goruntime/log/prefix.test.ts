import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stripPrefix } from '../../../src/goruntime/log/prefix.ts';

const text = 'SCHED 0ms: gomaxprocs=1 idleprocs=0';

test.each([
  ['nothing', text, '', undefined],
  ['compose v2', `loadbalancer-1  | ${text}`, 'loadbalancer-1', undefined],
  ['compose v1', `down_stream_2    | ${text}`, 'down_stream_2', undefined],
  ['compose in colour', `\x1b[36mweb-1  | \x1b[0m${text}\x1b[K`, 'web-1', undefined],
  ['colour as text', `^[[36mweb-1  | ^[[0m${text}`, 'web-1', undefined],
  ['docker --timestamps', `2026-11-21T03:30:00.123456789Z ${text}`, '', '2026-11-21T03:30:00.123456789Z'],
  [
    'compose --timestamps',
    `web-1  | 2026-11-21T03:30:00.123456789Z ${text}`,
    'web-1',
    '2026-11-21T03:30:00.123456789Z',
  ],
  ['CRI', `2026-11-21T03:30:00.1Z stderr F ${text}`, 'stderr', '2026-11-21T03:30:00.1Z'],
  ['kubectl --prefix', `[pod/web-5d9/web] ${text}`, '[pod/web-5d9/web]', undefined],
  ['journald', `Nov 21 03:30:00 host1 web.service[812]: ${text}`, 'host1 web.service[812]', 'Nov 21 03:30:00'],
  [
    'journald, short-iso',
    `2026-11-21T03:30:00+0000 host1 web[812]: ${text}`,
    'host1 web[812]',
    '2026-11-21T03:30:00+0000',
  ],
  ['syslog, RFC 3164', `<14>Nov 21 03:30:00 host1 web[812]: ${text}`, 'host1 web[812]', 'Nov 21 03:30:00'],
  ['syslog, RFC 5424', `<14>1 2026-11-21T03:30:00Z host1 web 812 - - ${text}`, 'host1 web 812', '2026-11-21T03:30:00Z'],
  ['logcat', `11-21 03:30:00.123  812  813 I GoLog: ${text}`, '812  813 I GoLog', '11-21 03:30:00.123'],
  ['logcat, brief', `I/GoLog   (  812): ${text}`, 'I/GoLog   (  812)', undefined],
  ['log', `2026/11/21 03:30:00 ${text}`, '', '2026/11/21 03:30:00'],
  ['log with file', `2026/11/21 03:30:00.123456 relay.go:12: ${text}`, '', '2026/11/21 03:30:00.123456'],
  [
    'json-file',
    JSON.stringify({ log: `${text}\n`, stream: 'stderr', time: '2026-11-21T03:30:00Z' }),
    'stderr',
    '2026-11-21T03:30:00Z',
  ],
  ['a line of Windows', `${text}\r`, '', undefined],
])('%s', (_, line, source, time) => {
  expect(stripPrefix(line)).toEqual({ source, time, text, partial: false });
});

test.each([
  ['CRI', '2026-11-21T03:30:00.1Z stderr P SCHED 0ms: gomax'],
  ['json-file', JSON.stringify({ log: 'SCHED 0ms: gomax', stream: 'stderr', time: '2026-11-21T03:30:00.1Z' })],
])('a long line that %s cut goes on', (_, line) => {
  expect(stripPrefix(line)).toEqual({
    source: 'stderr',
    time: '2026-11-21T03:30:00.1Z',
    text: 'SCHED 0ms: gomax',
    partial: true,
  });
});

test('any line is stripped without throwing, and what is left is its end', () => {
  const shards = fc.constantFrom(
    'web-1  | ',
    '2026-11-21T03:30:00Z ',
    'stderr F ',
    '<14>',
    '{"log":"',
    '[pod/',
    '\x1b[0m',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(shards, fc.string({ unit: 'binary' })), { maxLength: 8 }), (parts) => {
      const line = parts.join('');
      if (line.includes('\x1b') || line.startsWith('{') || line.endsWith('\r')) stripPrefix(line);
      else expect(line.endsWith(stripPrefix(line).text)).toBe(true);
    }),
  );
});
