/** Whether a target speaks HTTP/2 at all, seen before the first arrival: a run in which nothing but that fails helps nobody. */
import { environmentError } from '../../model/errors.ts';
import type { LoadPlan } from '../../model/load.ts';
import type { Dialer } from '../transport/dialer.ts';
import { newWay } from '../transport/way.ts';
import { h2Target } from './message.ts';
import { type H2Owner, H2Session } from './session.ts';

/** A target that is silent for so long may be only slow: that is for the load to find out. */
const patienceMs = 1000;

/** What a server says that knows TLS, but none of the protocols it was offered (RFC 7301, 3.2). */
const noProtocol = 'ALERT_NO_APPLICATION_PROTOCOL';

/** Opens one session and closes it, on a clock in microseconds; rejects when the target answers in another protocol, and says how it could do better. */
export async function requireH2(plan: LoadPlan, dialer: Dialer, clock: () => number): Promise<void> {
  const broken = await brokenBy(plan, dialer, clock);
  if (broken === undefined || !(broken.startsWith('h2 ') || broken.includes(noProtocol))) return;
  const where = plan.socket ?? `${plan.host}:${plan.port}`;
  const wanted = plan.tls ? 'HTTP/2 over TLS (h2 in ALPN)' : 'HTTP/2 without TLS, with prior knowledge (h2c)';
  const wayOut = plan.tls
    ? 'Let it offer h2 (in Go: add h2 to NextProtos, or serve with ListenAndServeTLS)'
    : 'Let it accept h2c (in Go: Server.Protocols with SetUnencryptedHTTP2(true)), or use TLS';
  throw environmentError(
    'not-h2',
    `load.http: ${where} does not speak HTTP/2: got "${broken}", expected ${wanted}`,
    `${wayOut}; or leave load.http out for HTTP/1.1.`,
  );
}

function brokenBy(plan: LoadPlan, dialer: Dialer, clock: () => number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const end = (kind: string | undefined) => {
      clearTimeout(timer);
      session.destroy();
      resolve(kind);
    };
    const timer = setTimeout(() => end(undefined), patienceMs);
    const owner: H2Owner = {
      connected: () => end(undefined),
      broke: (_, kind) => end(kind),
      answered: () => {},
      lost: () => {},
    };
    const session = new H2Session({ dialer, ...h2Target(plan) }, owner, clock, newWay(dialer.routes, clock()), 1);
  });
}
