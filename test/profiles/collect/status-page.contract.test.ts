/** The status of a collector as it is served. */
import { request } from 'node:http';
import { afterEach, expect, it } from 'vitest';
import type { ListeningServer } from '../../../src/host/http-server.ts';
import type { CollectStatus } from '../../../src/model/collect-status.ts';
import { openStatusPage } from '../../../src/profiles/collect/status-page.ts';
import { collectStatus } from '../../helpers/collect-status.ts';

const opened: ListeningServer[] = [];

afterEach(async () => {
  for (const server of opened.splice(0)) await server.close();
});

async function serving(status: () => CollectStatus | undefined) {
  const server = await openStatusPage({ port: 0, flag: '--status-port PORT' }, status, { version: '1' });
  opened.push(server);
  return server.url;
}

it('is a page that is loaded again and may do nothing, and JSON', async () => {
  const url = await serving(() => collectStatus());
  const page = await fetch(url);
  expect(page.status).toBe(200);
  expect(page.headers.get('refresh')).toBe('5');
  expect(page.headers.get('content-security-policy')).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
  expect(page.headers.get('x-content-type-options')).toBe('nosniff');
  expect(await page.text()).toContain('Profiles are collected');
  const json = await fetch(`${url}/status.json`);
  expect(json.headers.get('content-type')).toBe('application/json');
  expect(await json.json()).toEqual(collectStatus());
});

it('is for this machine and for readers alone, and says where there is nothing', async () => {
  const url = await serving(() => collectStatus());
  expect((await fetch(url, { method: 'POST' })).status).toBe(405);
  expect((await fetch(`${url}/x`)).status).toBe(404);
  const foreign = await new Promise<number | undefined>((resolve, reject) => {
    const asked = request(`${url}/status.json`, { headers: { host: 'example.org' } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', reject).end();
  });
  expect(foreign).toBe(403);
  expect((await fetch(await serving(() => undefined))).status).toBe(503);
});
