/** What a client waited for, made: slow answers that were long on the way. */
import type { ClientWait, SlowestWait } from '../../src/model/client-wait.ts';

const slowest: SlowestWait = {
  dueUs: 14_000_000,
  us: 100_000,
  beforeUs: 10_000,
  thereUs: 60_000,
  serviceUs: 29_950,
  backUs: 50,
  unsureUs: 0,
  parts: [{ what: 'lock', site: 'sync.(*Mutex).Lock in example.com/shop/api.count', us: 29_000 }],
  target: 'downstream-1',
  route: 'example.com/shop/api.list',
  file: 'traces/downstream-1.014.trace',
};

/** Of 6,000 exchanges. */
export function clientWait(change: Partial<ClientWait> = {}): ClientWait {
  return {
    clock: { isSame: true, offsetUs: 0, errorUs: 0 },
    exchanges: { whole: 6050, joined: 6000, grouped: 30, ambiguous: 40, alone: 10 },
    requests: { found: 6400, unjoined: 400 },
    slowAmbiguous: 1,
    p50Us: 3900,
    p99Us: 41_000,
    maxUs: 100_000,
    typical: {
      count: 1200,
      meanUs: 3900,
      beforeUs: 100,
      thereUs: 300,
      serviceUs: 3000,
      backUs: 500,
      unsureUs: 0,
      parts: [],
    },
    slow: {
      count: 60,
      meanUs: 52_000,
      beforeUs: 500,
      thereUs: 30_000,
      serviceUs: 21_000,
      backUs: 500,
      unsureUs: 900,
      parts: [{ what: 'lock', site: 'sync.(*Mutex).Lock in example.com/shop/api.count', us: 20_000 }],
    },
    slowest: [slowest],
    ...change,
  };
}
