import { expect, test } from 'vitest';
import { pageUnder, shownUrl, varsBeside } from '../../src/host/page-url.ts';

test.each([
  ['http://127.0.0.1:6060/debug/pprof', 'http://127.0.0.1:6060/debug/pprof/goroutine?debug=1'],
  ['http://127.0.0.1:6060/debug/pprof/', 'http://127.0.0.1:6060/debug/pprof/goroutine?debug=1'],
  ['http://a:b@127.0.0.1/?token=1', 'http://a:b@127.0.0.1/goroutine?token=1&debug=1'],
])('a page below %s keeps what else stands in it', (base, page) => {
  expect(pageUnder(base, 'goroutine', { debug: '1' })).toBe(page);
});

test('expvar is beside pprof', () => {
  expect(varsBeside('http://127.0.0.1/debug/pprof?token=1')).toBe('http://127.0.0.1/debug/vars?token=1');
  expect(varsBeside('http://127.0.0.1/profiles')).toBeUndefined();
});

test('credentials are not shown', () => {
  expect(shownUrl('http://anna:secret@127.0.0.1:80/x?a=1')).toBe('http://127.0.0.1/x?a=1');
  expect(shownUrl('http://127.0.0.1:9/x')).toBe('http://127.0.0.1:9/x');
  expect(shownUrl('no address')).toBe('no address');
});
