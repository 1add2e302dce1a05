/** Calls of gRPC servers of each kind are found, once each, in traces that were recorded of them. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { agreementOf, requestsOf } from '../../helpers/traced-requests.ts';

const perKind = 20;
const measured = ['sleep', 'locked', 'downstream', 'talk'];

describe.each([
  ['with a goroutine for each call', 'plain'],
  ['with workers', 'workers'],
  ['within a server of net/http', 'http'],
])('a server %s', (_, name) => {
  const file = join(import.meta.dirname, 'grpc', `${name}.trace.gz`);
  const { requests, counts } = requestsOf(gunzipSync(readFileSync(file)));

  it('has its calls found, and none twice', () => {
    // Beside what is measured there are calls that wait for nothing, and what the server is asked that calls ask.
    const asked = perKind * (measured.length + 2);
    expect(requests.length).toBeLessThanOrEqual(asked);
    expect(requests.length).toBeGreaterThanOrEqual(0.95 * asked);
    expect(counts).toEqual({ censored: 0, unanswered: 0, ofTracer: 0 });
  });

  it.each(measured)('splits each %s as its handler measured it', (handler) => {
    const { count, share } = agreementOf(requests, handler);
    expect(count).toBe(perKind);
    expect(share).toBeGreaterThanOrEqual(0.95);
  });

  it('is routed to functions of the service, never to those of the library', () => {
    const routes = new Set(requests.map(({ route }) => route));
    routes.delete(undefined);
    expect(routes).toContain('main.talk');
    expect([...routes].filter((route) => !route?.startsWith('main.'))).toEqual([]);
    for (const request of requests.filter(({ measured }) => measured?.handler === 'talk'))
      expect(request.parts.find(({ kind }) => kind === 'client')?.site).toMatch(/readMessageHeader in main\.talk$/);
  });
});
