import { describe, expect, it } from 'vitest';
import { isRedirect, type RedirectedRequest, redirected } from '../../../src/load/answers/redirect.ts';

const sent = (method: string, hasBody = false): RedirectedRequest => ({
  method,
  url: new URL('http://a.test:8080/shop/login?x=1'),
  headers: { 'Content-Type': 'a/b', Authorization: 'me', cookie: 'c=1', 'X-Mine': 'yes' },
  hasBody,
});

it('is one of five statuses', () => {
  const all = Array.from({ length: 500 }, (_, index) => 100 + index);
  expect(all.filter(isRedirect)).toEqual([301, 302, 303, 307, 308]);
});

describe('the method', () => {
  it.each([
    ['GET', [301, 302, 303, 307, 308], 'GET'],
    ['HEAD', [301, 302, 303, 307, 308], 'HEAD'],
    ['POST', [301, 302, 303], 'GET'],
    ['POST', [307, 308], 'POST'],
    ['PUT', [301, 302, 307, 308], 'PUT'],
    ['DELETE', [303], 'GET'],
  ] as const)('%s after %j is %s', (method, statuses, then) => {
    for (const status of statuses) expect(redirected(sent(method), status, '/')?.method).toBe(then);
  });

  it('that becomes a GET leaves the body behind, and what describes it', () => {
    const got = redirected(sent('POST', true), 302, '/done');
    expect(got).toMatchObject({ hasBody: false, headers: { Authorization: 'me', 'X-Mine': 'yes' } });
    expect(got?.headers).not.toHaveProperty('Content-Type');
    expect(redirected(sent('POST', true), 307, '/done')).toMatchObject({
      hasBody: true,
      headers: { 'Content-Type': 'a/b' },
    });
  });
});

describe('the place', () => {
  it.each([
    ['/cart', 'http://a.test:8080/cart'],
    ['cart?y=2#top', 'http://a.test:8080/shop/cart?y=2'],
    ['?y=2', 'http://a.test:8080/shop/login?y=2'],
    ['../', 'http://a.test:8080/'],
    ['//b.test/x', 'http://b.test/x'],
    ['https://a.test/x', 'https://a.test/x'],
    ['', 'http://a.test:8080/shop/login?x=1'],
    ['/käse', 'http://a.test:8080/k%C3%A4se'],
  ])('%j is %s', (location, url) => {
    expect(redirected(sent('GET'), 302, location)?.url.href).toBe(url);
  });

  it.each(['ftp://a.test/', 'http://', 'javascript:alert(1)', 'http://a b/'])('is none of HTTP: %j', (location) => {
    expect(redirected(sent('GET'), 302, location)).toBeUndefined();
  });

  it.each(['http://b.test:8080/', 'http://a.test:8081/', 'https://a.test:8080/'])(
    '%s does not hear what was for the host before',
    (location) => {
      expect(redirected(sent('GET'), 302, location)?.headers).toEqual({ 'Content-Type': 'a/b', 'X-Mine': 'yes' });
    },
  );
});
