import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { apacheFormat } from '../../../src/traffic/logs/apache-format.ts';
import { formatOf } from '../../../src/traffic/logs/known-formats.ts';
import type { LogFormat } from '../../../src/traffic/logs/logged-request.ts';
import { nginxFormat } from '../../../src/traffic/logs/nginx-format.ts';

const noonS = Date.UTC(2026, 10, 28, 12, 0, 0) / 1000;

function made(format: LogFormat | string): LogFormat {
  if (typeof format === 'string') throw new Error(format);
  return format;
}

/** Lines as servers write them without being told, with what each says. */
const lines: readonly [name: string, stamp: 'start' | 'end', line: string, says: object][] = [
  [
    'nginx or Apache, combined',
    'end',
    '192.0.2.7 - anna b [28/Nov/2026:13:00:00 +0100] "GET /caf\\xC3\\xA9?q=\\x22a\\x22 HTTP/1.1" 200 3 "https://example.org/" "curl \\x22x\\x22"',
    { stampS: noonS, method: 'GET', target: '/caf%C3%A9?q="a"', status: 200, host: '' },
  ],
  [
    'nginx or Apache, combined',
    'end',
    '192.0.2.7 - - [28/Nov/2026:12:00:00 +0000] "GET /x HTTP/2.0" 304 0 "-" "Mozilla/5.0" "10.0.0.1, 10.0.0.2" rt=0.1',
    { stampS: noonS, target: '/x', status: 304 },
  ],
  [
    'nginx or Apache, common',
    'end',
    '2001:db8::1 - - [28/Nov/2026:12:00:00 +0000] "HEAD / HTTP/1.0" 404 -',
    { stampS: noonS, method: 'HEAD', target: '/', status: 404 },
  ],
  [
    'Apache, vhost_combined',
    'start',
    'shop.example:443 192.0.2.7 - - [28/Nov/2026:12:00:00 +0000] "GET /a\\\\b HTTP/1.1" 200 5 "-" "x \\"y\\""',
    { stampS: noonS, target: '/a\\b', host: 'shop.example' },
  ],
  [
    'Caddy, JSON',
    'end',
    `{"level":"info","ts":${noonS}.25,"logger":"http.log.access","msg":"handled request","request":{"remote_ip":"192.0.2.7","proto":"HTTP/2.0","method":"GET","host":"shop.example","uri":"/é?a=1","headers":{}},"duration":0.25,"size":2,"status":200}`,
    { stampS: noonS + 0.25, durationS: 0.25, target: '/%C3%A9?a=1', host: 'shop.example', status: 200 },
  ],
  [
    'Caddy, JSON',
    'end',
    '{"ts":"2026-11-28T12:00:00.500Z","request":{"method":"GET","host":"a","uri":"/"},"duration":"1.5ms","status":200}',
    { stampS: noonS + 0.5, durationS: 0.0015 },
  ],
  [
    'Traefik, JSON',
    'start',
    '{"ClientAddr":"192.0.2.7:1","DownstreamStatus":200,"Duration":1500000,"RequestHost":"shop.example","RequestMethod":"GET","RequestPath":"/a","StartLocal":"2026-11-28T13:00:00.125+01:00","StartUTC":"2026-11-28T12:00:00.125Z"}',
    { stampS: noonS + 0.125, durationS: 0.0015, host: 'shop.example', target: '/a' },
  ],
  [
    'Traefik, common',
    'start',
    '192.0.2.7 - - [28/Nov/2026:12:00:00 +0000] "GET /a HTTP/1.1" 200 5 "-" "-" 12 "web@docker" "http://10.0.0.2:80" 3ms',
    { stampS: noonS, durationS: 0.003 },
  ],
  [
    'Envoy',
    'start',
    '[2026-11-28T12:00:00.310Z] "POST /api/v1/locations HTTP/2" 204 - 154 0 226 100 "10.0.35.28" "nsq2http" "cc21d9b0-cf5c-432b-8c7e-98aeb7988cd2" "shop.example" "tcp://10.0.2.1:80"',
    { stampS: noonS + 0.31, durationS: 0.226, method: 'POST', host: 'shop.example' },
  ],
  [
    'Envoy, JSON',
    'start',
    '{"start_time":"2026-11-28T12:00:00.310Z","method":"GET","path":"/a","protocol":"HTTP/2","response_code":200,"duration":12,"authority":"shop.example"}',
    { stampS: noonS + 0.31, durationS: 0.012, host: 'shop.example' },
  ],
  [
    'JSON',
    'end',
    `{"time":"2026-11-28T12:00:00+00:00","msec":"${noonS}.004","request":"GET /a?b=c HTTP/1.1","status":"200","request_time":"0.004","host":"shop.example"}`,
    { stampS: noonS + 0.004, durationS: 0.004, target: '/a?b=c', host: 'shop.example' },
  ],
];

describe('a log', () => {
  it.each(lines)('of %s, stamped at the %s, is recognised and read', (name, stamp, line, says) => {
    const format = formatOf([line]);
    expect(format).toMatchObject({ name, stamp });
    const read = format?.read(line);
    expect(read).toMatchObject({ ...says, stampS: expect.closeTo((says as { stampS: number }).stampS, 6) });
  });

  it('is in the format of most of its lines', () => {
    const [combined] = lines;
    const text = combined?.[2] ?? '';
    expect(formatOf([text, 'started', text, text])?.name).toBe('nginx or Apache, combined');
    expect(formatOf(['started', 'stopped', text])).toBeUndefined();
    expect(formatOf([])).toBeUndefined();
  });

  it.each([
    [
      'a TLS handshake',
      '192.0.2.7 - - [28/Nov/2026:12:00:00 +0000] "\\x16\\x03\\x01" 400 157 "-" "-"',
      /no HTTP request/,
    ],
    ['an empty line', '192.0.2.7 - - [28/Nov/2026:12:00:00 +0000] "" 400 0 "-" "-"', /no HTTP request/],
    [
      'a tunnel',
      '192.0.2.7 - - [28/Nov/2026:12:00:00 +0000] "CONNECT a.example:443 HTTP/1.1" 400 0 "-" "-"',
      /no path/,
    ],
  ])('may tell of what is no request: %s', (_, line, why) => {
    expect(formatOf([line])?.read(line)).toMatchObject({ kind: 'other', why: expect.stringMatching(why) });
  });

  it('of objects is read also where bytes are escaped as JSON has no escape for', () => {
    const line = String.raw`{"time":"2026-11-28T13:00:00+01:00","request":"GET /caf\xC3\xA9?q=\x22\x5C\x20 HTTP/1.1","status":"200"}`;
    expect(formatOf([line])?.read(line)).toMatchObject({ target: '/caf%C3%A9?q="\\%20', status: 200 });
    const broken = line.replace('"status"', 'status');
    expect(formatOf([line])?.read(broken)).toMatchObject({ kind: 'unreadable' });
  });

  it('of a proxy names the host in its requests', () => {
    const line =
      '192.0.2.7 - - [28/Nov/2026:12:00:00 +0000] "GET http://u:p@a.example:8080/x?y HTTP/1.1" 200 1 "-" "-"';
    expect(formatOf([line])?.read(line)).toMatchObject({ target: '/x?y', host: 'a.example:8080' });
  });

  it('says which field cannot be read', () => {
    const format = formatOf([lines[0]?.[2] ?? '']);
    const read = (line: string) => format?.read(line);
    expect(read('192.0.2.7 - - [28/Nov/2026:12:00:00 +0000] "GET / HTTP/1.1" OK 3 "-" "-"')).toMatchObject({
      kind: 'unreadable',
      why: 'status cannot be read, got "OK"',
    });
    expect(read('192.0.2.7 - - [28.11.2026 12:00] "GET / HTTP/1.1" 200 3 "-" "-"')).toMatchObject({
      why: 'time cannot be read, got "28.11.2026 12:00"',
    });
    expect(read('192.0.2.7 - - [28/Nov/2026:12:00:00 +0000] GET / 200')).toMatchObject({
      why: '"] \\"" is not where the format has it',
    });
  });

  it('never throws, whatever its lines are', () => {
    const all = lines.map(([, , line]) => line);
    const mutated = fc
      .tuple(fc.constantFrom(...all), fc.nat(300), fc.nat(30), fc.string({ maxLength: 20, unit: 'binary' }))
      .map(([line, at, cut, put]) => line.slice(0, at) + put + line.slice(at + cut));
    const formats = all.map((line) => formatOf([line]));
    fc.assert(
      fc.property(mutated, fc.constantFrom(...formats), (line, format) => {
        formatOf([line]);
        const read = format?.read(line);
        expect(read && ('kind' in read ? read.why.length > 0 : read.target.startsWith('/'))).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('a log_format of nginx', () => {
  it('is taken as it stands in nginx.conf', () => {
    const format = made(
      nginxFormat(`log_format timed '$remote_addr $host [$time_iso8601] $msec "$request" '
                     '$status $request_time $upstream_response_time "$http_user_agent"';`),
    );
    const line = `192.0.2.7 shop.example [2026-11-28T12:00:00+00:00] ${noonS}.205 "GET /a HTTP/1.1" 200 0.100 0.004, 0.092 "x"`;
    expect(format.read(line)).toEqual({
      stampS: noonS + 0.205,
      durationS: 0.1,
      method: 'GET',
      target: '/a',
      host: 'shop.example',
      status: 200,
    });
  });

  it.each([
    ['/a?b=c', '/a?b=c'],
    ['/a-', '/a'],
    ['/-?x', '/-?x'],
  ])('puts a path and its arguments together again: %s', (logged, target) => {
    const format = made(nginxFormat('$msec $request_method $uri$is_args$args $status'));
    expect(format.read(`${noonS}.5 GET ${logged} 200`)).toMatchObject({ target });
  });

  it('may write JSON', () => {
    const format = made(
      nginxFormat(`escape=json '{"t":"$time_iso8601","r":"$request","s":$status}'`.replace('escape=json ', '')),
    );
    expect(format.read('{"t":"2026-11-28T13:00:00+01:00","r":"GET /a\\"b HTTP/1.1","s":200}')).toMatchObject({
      stampS: noonS,
      target: '/a"b',
    });
  });

  it.each([
    ['$remote_addr "$request"', 'has no time'],
    ['[$time_local] $status', 'has no request'],
    ['$msec $request_method', 'has no request'],
  ])('is refused when it tells too little: %s', (text, message) => {
    expect(nginxFormat(text)).toContain(message);
  });
});

describe('a LogFormat of Apache', () => {
  it('is taken as it stands in httpd.conf', () => {
    const format = made(
      apacheFormat('LogFormat "%{%Y-%m-%dT%H:%M:%S}t.%{msec_frac}t %{Host}i \\"%m %U%q %H\\" %>s %D" own'),
    );
    expect(format).toMatchObject({ stamp: 'start', isZoneless: true });
    expect(format.read('2026-11-28T12:00:00.205 shop.example "GET /a?b=c HTTP/1.1" 404 2500')).toMatchObject({
      stampS: noonS + 0.205,
      durationS: 0.0025,
      target: '/a?b=c',
      status: 404,
      host: 'shop.example',
    });
  });

  it.each([
    ['%h %t "%r" %>s %b %T', '192.0.2.7 [28/Nov/2026:12:00:00 +0000] "GET /a HTTP/1.1" 200 - 2', 'start', noonS, 2],
    ['%{usec}t %r %s %{ms}T', `${noonS}000250 GET /a HTTP/1.1 200 30`, 'start', noonS + 0.00025, 0.03],
    ['%{end:sec}t "%r" %400,501!s%s', `${noonS} "GET /a HTTP/1.1" 200`, 'end', noonS, undefined],
    ['%{%d/%b/%Y %T %z}t %m %U%q', '28/Nov/2026 07:00:00 -0500 GET /a', 'start', noonS, undefined],
  ])('may be %s', (form, line, stamp, stampS, durationS) => {
    const format = made(apacheFormat(form.replace('%400,501!s', '')));
    expect(format.stamp).toBe(stamp);
    expect(format.read(line)).toMatchObject({ stampS: expect.closeTo(stampS, 6), target: '/a' });
    const read = format.read(line);
    expect('durationS' in read ? read.durationS : 'none').toBe(durationS);
  });

  it.each([
    ['%h "%r"', 'has no time'],
    ['%t %>s', 'has no request'],
    ['%{%Q}t %r', 'has a time that is not known: %{%Q}t'],
  ])('is refused when it tells too little: %s', (text, message) => {
    expect(apacheFormat(text)).toContain(message);
  });
});
