/** No load engine opens a connection to an address that its plan does not allow, whatever it is told while it works. */
import { describe, expect, it } from 'vitest';
import type { LoadContext, LoadEngine } from '../../src/model/contracts.ts';
import type { DialAddress, LoadMessage, LoadPlan } from '../../src/model/load.ts';
import { testRun } from '../helpers/run-context.ts';
import { builtEngines } from '../load/built-engines.ts';
import { constantStep, imbalance, planFor, reportOf } from '../load/load-run.ts';
import { response, startRawServer } from '../load/raw-server.ts';
import { startTruthServer } from '../load/truth-server.ts';

/** No kernel opens a connection to it, and no packet leaves. */
const foreign = '255.255.255.255';

const ways = (await builtEngines()).flatMap((engine) => {
  const closed = { name: 'only', shape: { kind: 'closed', connections: 2 }, durationMs: 400, measure: true } as const;
  const steps = engine.pacing === 'open' ? [constantStep(250, 400)] : [closed];
  const plain = { title: `the ${engine.kind} engine`, engine, change: { steps, maxConnections: 2 } };
  const tls = { insecure: true };
  const secured = { ...plain, title: `${plain.title} over TLS`, change: { ...plain.change, tls } };
  if (engine.pacing !== 'open') return [plain, secured];
  return [
    plain,
    secured,
    { ...plain, title: `${plain.title} over HTTP/2`, change: { ...plain.change, http: 2 as const } },
  ];
});

async function run(
  engine: LoadEngine,
  plan: LoadPlan,
  change: Partial<LoadContext> = {},
  heed = (_message: LoadMessage) => {},
) {
  const messages: LoadMessage[] = [];
  for await (const message of engine.run(plan, { ...testRun().context, ...change })) {
    messages.push(message);
    heed(message);
  }
  const report = reportOf(messages, plan.steps.length);
  expect(imbalance(report.total)).toBe(0);
  return report;
}

describe.each(ways)('$title', ({ engine, change }) => {
  it('fails each arrival for which it would have to dial where nobody has allowed it', async () => {
    const report = await run(
      engine,
      planFor(80, { ...change, host: 'shop.example', addresses: [{ host: foreign, port: 80 }] }),
    );
    expect(report.total.planned).toBeGreaterThan(0);
    expect(report.errors).toEqual({ 'connect not allowed': report.total.failed });
    expect(report.total.failed + report.total.unfinished).toBe(report.total.planned);
    expect(report.reached).toBe(0);
  });

  it('does not look a name up by itself', async () => {
    const report = await run(engine, planFor(80, { ...change, host: 'shop.example' }));
    expect(Object.keys(report.errors)).toEqual(['connect not allowed']);
  });
});

it.each(ways.filter(({ change }) => !('tls' in change) && !('http' in change)))(
  '$title opens no connection where its target is said to be now, and comes back with it',
  async ({ engine, change }) => {
    const close = response(200, 'ok', ['Connection: close']);
    await using server = await startRawServer(({ socket }) => socket.end(close));
    const here: DialAddress = { host: '127.0.0.1', port: server.port };
    const steps = change.steps.map((step) => ({ ...step, durationMs: 60_000 }));
    const plan = planFor(server.port, { ...change, steps, addresses: [here] });
    let move = (_addresses: readonly DialAddress[]) => {};
    const onMoved: LoadContext['onMoved'] = (listener) => {
      move = listener;
      return () => {};
    };
    /** Times of the load in which nothing was completed, for who was told has heard of it. */
    let without = 0;
    const heed = (message: LoadMessage) => {
      if (message.kind === 'window' && message.failed > 0 && message.completed === 0) without++;
    };
    const end = new AbortController();
    const running = run(engine, plan, { onMoved, signal: end.signal }, heed);
    await expect.poll(() => server.requests.length).toBeGreaterThan(10);
    move([{ host: foreign, port: 80 }]);
    await expect.poll(() => without).toBeGreaterThan(0);
    const [before, then] = [server.requests.length, without];
    await expect.poll(() => without).toBeGreaterThan(then + 2);
    expect(server.requests.length).toBe(before);
    move([{ host: foreign, port: 80 }, here]);
    await expect.poll(() => server.requests.length).toBeGreaterThan(before);
    end.abort();
    const report = await running;
    expect(Object.keys(report.errors)).toEqual(['connect not allowed']);
    expect(report.total.failed).toBeGreaterThan(10);
  },
);

it('goes on to an address that is allowed, and tells of the one that is not', async () => {
  await using server = await startTruthServer();
  const [open] = (await builtEngines()).filter(({ pacing }) => pacing === 'open');
  const addresses = [
    { host: foreign, port: 80 },
    { host: '127.0.0.1', port: server.port },
  ];
  const report = await run(open as LoadEngine, planFor(server.port, { addresses }));
  expect(report.errors).toEqual({});
  expect((await server.arrivals()).us.length).toBe(report.total.planned);
});
