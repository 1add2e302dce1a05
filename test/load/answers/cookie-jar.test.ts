import { describe, expect, it } from 'vitest';
import { cookieDateMs } from '../../../src/load/answers/cookie-date.ts';
import { type CookiePlace, createCookieJar } from '../../../src/load/answers/cookie-jar.ts';

const place = (host: string, path = '/', isSecure = false): CookiePlace => ({ host, path, isSecure });

/** The cookies that go to `to` after `from` has set these, at a time of the test's own. */
function sent(written: readonly string[], to: CookiePlace, from = to, nowMs = 0): string {
  const jar = createCookieJar(() => nowMs);
  for (const each of written) jar.set(each, from);
  return jar.cookiesFor(to);
}

describe('a jar of cookies', () => {
  it('sends what was set, longer paths first, then in the order in which they were set', () => {
    const written = ['a=1', 'b=2; Path=/shop', 'c=3; path=/', 'a=4'];
    expect(sent(written, place('h.test', '/shop/cart'), place('h.test', '/'))).toBe('b=2; a=4; c=3');
  });

  it.each([
    ['a="x y"', 'a="x y"'],
    ['  a = b=c ; HttpOnly; SameSite=Lax', 'a=b=c'],
    ['a=', 'a='],
    ['a', ''],
    ['=b', ''],
    ['a=\u0001', ''],
    [`a=${'x'.repeat(5000)}`, ''],
  ])('reads %j', (written, cookies) => {
    expect(sent([written], place('h.test'))).toBe(cookies);
  });

  it.each([
    ['/shop', '/shop', true],
    ['/shop', '/shop/cart', true],
    ['/shop/', '/shop/cart', true],
    ['/shop', '/shopping', false],
    ['/shop', '/', false],
    ['shop', '/', true],
  ])('with Path=%s goes to %s: %s', (path, to, goes) => {
    expect(sent([`a=1; Path=${path}`], place('h.test', to), place('h.test', '/'))).toBe(goes ? 'a=1' : '');
  });

  it('without a path is for the folder that set it', () => {
    const from = place('h.test', '/shop/login');
    expect(sent(['a=1'], place('h.test', '/shop/cart'), from)).toBe('a=1');
    expect(sent(['a=1'], place('h.test', '/else'), from)).toBe('');
  });

  it.each([
    ['', 'a.test', 'a.test', true],
    ['', 'a.test', 'b.a.test', false],
    ['a.test', 'b.a.test', 'c.a.test', true],
    ['.A.test', 'b.a.test', 'a.test', true],
    ['b.a.test', 'a.test', 'b.a.test', false],
    ['test', 'a.test', 'a.test', false],
    ['other.test', 'a.test', 'other.test', false],
    ['localhost', 'localhost', 'localhost', true],
    ['127.0.0.1', '127.0.0.1', '127.0.0.1', true],
    ['0.0.1', '127.0.0.1', '127.0.0.1', false],
    ['[::1]', '[::1]', '[::1]', true],
  ])('with Domain=%s, set by %s, goes to %s: %s', (domain, from, to, goes) => {
    const written = domain === '' ? 'a=1' : `a=1; Domain=${domain}`;
    expect(sent([written], place(to), place(from))).toBe(goes ? 'a=1' : '');
  });

  it('keeps what is for safe ways off the others', () => {
    expect(sent(['a=1; Secure', 'b=2'], place('h.test'))).toBe('b=2');
    expect(sent(['a=1; Secure', 'b=2'], place('h.test', '/', true))).toBe('a=1; b=2');
  });

  it.each([
    ['Max-Age=10', 9000, true],
    ['Max-Age=10', 10_000, false],
    ['Max-Age=0', 0, false],
    ['Max-Age=-1', 0, false],
    ['Max-Age=soon', 1e9, true],
    ['Expires=Thu, 01 Jan 1970 00:00:10 GMT', 9000, true],
    ['Expires=Thu, 01 Jan 1970 00:00:10 GMT', 11_000, false],
    ['Expires=never', 1e9, true],
    ['Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:01 GMT', 9000, true],
  ])('with %s is there %d ms later: %s', (attribute, laterMs, isThere) => {
    let nowMs = 0;
    const jar = createCookieJar(() => nowMs);
    jar.set(`a=1; ${attribute}`, place('h.test'));
    nowMs = laterMs;
    expect(jar.cookiesFor(place('h.test'))).toBe(isThere ? 'a=1' : '');
  });

  it('takes a cookie out that is set as expired, and counts what changed', () => {
    const jar = createCookieJar(() => 5000);
    const seen: number[] = [];
    for (const written of ['a=1', 'a=1; Max-Age=60', 'a=2', 'b=1; Max-Age=0', 'a=; Max-Age=0']) {
      jar.set(written, place('h.test'));
      seen.push(jar.changes);
    }
    expect(seen).toEqual([1, 1, 2, 2, 3]);
    expect(jar.cookiesFor(place('h.test'))).toBe('');
  });

  it('keeps no more than a hundred', () => {
    const written = Array.from({ length: 150 }, (_, index) => `c${index}=1`);
    expect(sent(written, place('h.test')).split('; ').length).toBe(100);
  });
});

describe('the date of a cookie', () => {
  it.each([
    ['Sun, 06 Nov 1994 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sunday, 06-Nov-94 08:49:37 GMT', '1994-11-06T08:49:37Z'],
    ['Sun Nov  6 08:49:37 1994', '1994-11-06T08:49:37Z'],
    ['Wed, 1-Jan-25 0:00:00 GMT', '2025-01-01T00:00:00Z'],
    ['29 feb 2024 23:59:59', '2024-02-29T23:59:59Z'],
  ])('reads %s', (text, iso) => {
    expect(cookieDateMs(text)).toBe(Date.parse(iso));
  });

  it.each([
    '',
    '0',
    'tomorrow',
    '29 Feb 2023 00:00:00',
    '1 Jan 2024 24:00:00',
    '1 Jan 1600 00:00:00',
    'Jan 2024 00:00:00',
  ])('is not %j', (text) => {
    expect(cookieDateMs(text)).toBeUndefined();
  });
});
