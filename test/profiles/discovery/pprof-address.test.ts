import { describe, expect, it } from 'vitest';
import { hostPortOf, idOfAddress, readAddress } from '../../../src/profiles/discovery/pprof-address.ts';

describe('an address', () => {
  it.each([
    ['http://127.0.0.1:6060', 'http://127.0.0.1:6060/debug/pprof'],
    ['127.0.0.1:6060', 'http://127.0.0.1:6060/debug/pprof'],
    ['web', 'http://web/debug/pprof'],
    ['[::1]:6060', 'http://[::1]:6060/debug/pprof'],
    ['HTTPS://web:8443/', 'https://web:8443/debug/pprof'],
    ['http://web/internal/pprof/', 'http://web/internal/pprof'],
    ['http://anna:secret@web:1', 'http://anna:secret@web:1/debug/pprof'],
  ])('%s is %s', (text, url) => {
    expect(readAddress(text)).toEqual({ url });
  });

  it('takes scheme and path from elsewhere where it has none', () => {
    expect(readAddress('web:1', { scheme: 'https', path: 'x/' })).toEqual({ url: 'https://web:1/x' });
    expect(readAddress('http://web:1/y', { scheme: 'https', path: '/x' })).toEqual({ url: 'http://web:1/y' });
  });

  it.each([
    '',
    ' ',
    'a b',
    'ftp://web',
    'http://',
    'web:99999',
    'web:0',
    'http://web?a=b',
    'http://web#x',
    'http:\\\\web',
    'a\nb',
  ])('%j is none', (text) => {
    expect(readAddress(text)).toHaveProperty('mistake');
  });

  it('has a name without what goes without saying', () => {
    expect(idOfAddress('http://anna:secret@web/debug/pprof')).toBe('web:80');
    expect(idOfAddress('https://web/x')).toBe('web:443/x');
    expect(hostPortOf('http://[::1]:6060/x')).toBe('[::1]:6060');
  });
});
