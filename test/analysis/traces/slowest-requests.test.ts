import { expect, it } from 'vitest';
import type { TracedRequest } from '../../../src/analysis/traces/request-finder.ts';
import type { RequestOrder } from '../../../src/analysis/traces/request-order.ts';
import { SlowestRequests } from '../../../src/analysis/traces/slowest-requests.ts';

function request(goroutine: number, ns: number): TracedRequest {
  return { beginNs: 1000, endNs: 1000 + ns, goroutine, route: undefined, parts: [], ranInstead: [] };
}

const order: RequestOrder = {
  stretches: [{ kind: 'sleep', site: 'main.nap', fromNs: 0, ns: 5000 }],
  merged: 2,
  mergedNs: 1200,
};

it('keeps the slowest of all, slowest first, with the order of their states', () => {
  const slowest = new SlowestRequests(3);
  for (const [goroutine, us] of [5, 9, 1, 7, 8, 2].entries()) slowest.take(request(goroutine, us * 1000), () => order);
  const told = slowest.told();
  expect(told.map(({ request: { us } }) => us)).toEqual([9, 8, 7]);
  expect(told[0]).toMatchObject({
    beginNs: 1000,
    request: {
      goroutine: 1,
      order: [{ what: 'sleep', site: 'main.nap', fromUs: 0, us: 5 }],
      merged: { count: 2, us: 1.2 },
    },
  });
});

it('makes no order of a request that is not among them', () => {
  const slowest = new SlowestRequests(1);
  slowest.take(request(1, 9000), () => order);
  slowest.take(request(2, 9000), () => {
    throw new Error('nobody asked for it');
  });
  expect(slowest.told()).toHaveLength(1);
});
