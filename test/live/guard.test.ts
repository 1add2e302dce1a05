import { describe, expect, it } from 'vitest';
import { foreignAsk, foreignRead, refusedStop } from '../../src/live/guard.ts';

const token = 'secret-token';
const own = { host: '127.0.0.1:4777' };
const get = (headers: Record<string, string>) => ({ method: 'GET', headers });
const post = (headers: Record<string, string>) => ({ method: 'POST', headers });

describe('the live page answers', () => {
  it.each(['127.0.0.1:4777', 'localhost:4777', 'LOCALHOST', '[::1]:80', 'localhost:9000'])(
    'to its own name %s',
    (host) => {
      expect(foreignAsk(get({ host }))).toBeUndefined();
      expect(foreignAsk(post({ host, origin: `http://${host}` }))).toBeUndefined();
    },
  );

  it.each([
    'evil.example:4777',
    '127.0.0.1.evil.example',
    '127.example.com',
    'localhost.evil.example',
    '',
    '127.0.0.1:4777@evil',
    '169.254.1.1',
  ])('not to the name %j, which may be pointed here by whoever owns it', (host) =>
    expect(foreignAsk(get({ host }))?.status).toBe(403),
  );

  it.each(['http://evil.example', 'https://127.0.0.1:4777', 'http://127.0.0.1:4778', 'null'])(
    'not to pages of %s',
    (origin) => {
      expect(foreignAsk(post({ ...own, origin }))?.status).toBe(403);
    },
  );

  it('to links that are followed, not to other sites that read along', () => {
    const cross = { ...own, 'sec-fetch-site': 'cross-site' };
    expect(foreignRead(get({ ...cross, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' }))).toBeUndefined();
    expect(foreignRead(get({ ...cross, 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' }))?.status).toBe(403);
    expect(foreignRead(get({ ...cross, 'sec-fetch-mode': 'no-cors' }))?.status).toBe(403);
    expect(foreignRead(get({ ...own, 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'cors' }))?.status).toBe(403);
    expect(foreignRead(get({ ...own, 'sec-fetch-site': 'same-origin' }))).toBeUndefined();
    expect(foreignRead(get(own))).toBeUndefined();
  });

  it('questions only', () => {
    expect(foreignRead(post(own))?.status).toBe(405);
  });
});

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
