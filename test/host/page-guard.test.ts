import { describe, expect, it } from 'vitest';
import { foreignAsk, foreignOrigin, foreignRead, foreignSite } from '../../src/host/page-guard.ts';

const own = { host: '127.0.0.1:4777' };
const get = (headers: Record<string, string>) => ({ method: 'GET', headers });
const post = (headers: Record<string, string>) => ({ method: 'POST', headers });

describe('the live page answers', () => {
  it.each(['127.0.0.1:4777', 'localhost:4777', 'LOCALHOST', '[::1]:80', 'localhost:9000', '127.0.0.9:80'])(
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

  it('of a site whose name is not known here, to pages of its own, and to no form of another', () => {
    const there = { host: 'profiles.example:10100' };
    const origin = (text: string) => foreignOrigin(post({ ...there, origin: text }), ['http', 'https']);
    expect(origin('https://profiles.example:10100')).toBeUndefined();
    expect(origin('http://evil.example')?.status).toBe(403);
    const form = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
    expect(foreignSite(post({ ...there, ...form }))?.status).toBe(403);
    expect(foreignSite(get({ ...there, ...form }))).toBeUndefined();
    expect(foreignSite(post(there))).toBeUndefined();
  });

  it('questions only', () => {
    expect(foreignRead(post(own))?.status).toBe(405);
  });
});
