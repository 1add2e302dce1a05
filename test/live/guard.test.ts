import { describe, expect, it } from 'vitest';
import { refusedStop } from '../../src/live/guard.ts';

const token = 'secret-token';
const own = { host: '127.0.0.1:4777' };
const get = (headers: Record<string, string>) => ({ method: 'GET', headers });
const post = (headers: Record<string, string>) => ({ method: 'POST', headers });

describe('a run is stopped', () => {
  it('by who has its token, from the page or from a command line', () => {
    expect(
      refusedStop(post({ ...own, 'x-rampart-token': token, 'sec-fetch-site': 'same-origin' }), token),
    ).toBeUndefined();
    expect(refusedStop(post({ ...own, 'x-rampart-token': token }), token)).toBeUndefined();
  });

  it.each([
    ['without it', {}],
    ['with another', { 'x-rampart-token': 'secret-tokem' }],
    ['with a part of it', { 'x-rampart-token': 'secret' }],
    ['with nothing for it', { 'x-rampart-token': '' }],
  ])('by nobody %s', (_, headers) => {
    expect(refusedStop(post({ ...own, ...headers }), token)).toMatchObject({ status: 403 });
  });

  it('by no other site, whatever it has', () => {
    expect(refusedStop(post({ ...own, 'x-rampart-token': token, 'sec-fetch-site': 'cross-site' }), token)?.status).toBe(
      403,
    );
  });

  it('by a POST only', () => {
    expect(refusedStop(get({ ...own, 'x-rampart-token': token }), token)?.status).toBe(405);
  });
});
