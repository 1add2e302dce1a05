/** Requests to several addresses in turn, of which some are away for a time. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { runOpenLoad } from '../../../src/load/open/load.ts';
import type { DialAddress, LoadMessage, LoadPlan } from '../../../src/model/load.ts';
import { bareContext, constantStep, imbalance, planFor, reportOf } from '../load-run.ts';
import { type RawServer, refusingPort, response, startRawServer } from '../raw-server.ts';
import { startTruthServer } from '../truth-server.ts';

const at = (port: number): DialAddress => ({ host: '127.0.0.1', port });
const answering = (port = 0) => startRawServer(({ socket }) => socket.write(response(200)), { port });
const perSecond = 400;

async function run(
  addresses: readonly DialAddress[],
  change: Partial<LoadPlan> = {},
  onMoved?: (listener: (addresses: readonly DialAddress[]) => void) => void,
) {
  const messages: LoadMessage[] = [];
  const plan = planFor(addresses[0]?.port ?? 0, {
    startInMs: 20,
    addresses,
    spread: true,
    maxConnections: 20,
    ...change,
  });
  await runOpenLoad(plan, { ...bareContext, emit: (message) => messages.push(message), onMoved });
  const report = reportOf(messages, plan.steps.length);
  expect(imbalance(report.total)).toBe(0);
  return { ...report, redialled: report.windows.reduce((sum, { redialled = 0 }) => sum + redialled, 0) };
}

it.each([1, 2] as const)(
  'gives each of several replicas, each on a port of its own, its part over HTTP/%i',
  async (http) => {
    await using one = await startTruthServer();
    await using two = await startTruthServer();
    await using three = await startTruthServer();
    const servers = [one, two, three];
    const report = await run(
      servers.map(({ port }) => at(port)),
      { http, steps: [constantStep(perSecond, 1000)] },
    );
    expect(report.errors).toEqual({});
    const got = await Promise.all(servers.map(async (server) => (await server.arrivals()).us.length));
    expect(got.reduce((sum, count) => sum + count, 0)).toBe(report.total.planned);
    for (const count of got) expect(count).toBeGreaterThan(report.total.planned / 3 / (http === 1 ? 1.3 : 2));
  },
);

it.each([1, 2] as const)(
  'goes on to the next address where one refuses, and sends nothing twice, over HTTP/%i',
  async (http) => {
    await using server = await startTruthServer();
    const report = await run([at(await refusingPort()), at(server.port)], { http });
    expect(report.errors).toEqual({});
    expect(report.total.completed).toBe(report.total.planned);
    expect((await server.arrivals()).us.length).toBe(report.total.planned);
    expect(report.reached).toBe(report.total.planned);
  },
);

it('counts each refused dial upon which another address was tried', async () => {
  // A connection for each request: every other dial finds nobody.
  await using server = await startRawServer(({ socket }) => socket.end(response(200, 'ok', ['Connection: close'])));
  const report = await run([at(await refusingPort()), at(server.port)], { maxConnections: 1, spread: false });
  expect(report.errors).toEqual({});
  expect(report.redialled).toBeGreaterThan(report.total.planned * 0.4);
  expect(report.redialled).toBeLessThan(report.total.planned * 0.6);
});

it('fails where all of them refuse', async () => {
  const report = await run([at(await refusingPort()), at(await refusingPort())]);
  expect(report.errors).toEqual({ 'connect ECONNREFUSED': report.total.planned });
});

/** The part of the requests of a while that went to one server: of the first while in which it got its part, or of the last of the load. */
async function partOf(server: RawServer, other: RawServer, load: Promise<unknown>): Promise<number> {
  let isOver = false;
  void load.finally(() => {
    isOver = true;
  });
  for (let part = 0; ; ) {
    const before = [server.requests.length, other.requests.length];
    await delay(200);
    const [own, others] = [server.requests.length - (before[0] ?? 0), other.requests.length - (before[1] ?? 0)];
    if (isOver || part > itsPart) return part;
    part = own / Math.max(1, own + others);
  }
}

/** Of two servers that share the requests. */
const itsPart = 0.35;

it.each([20, 2])(
  'gives one that comes back its part again, also where all of %i connections are taken',
  async (maxConnections) => {
    await using stays = await answering();
    const port = await refusingPort();
    const running = run([at(port), at(stays.port)], { maxConnections, steps: [constantStep(perSecond, 8000)] });
    await delay(700);
    await using back = await answering(port);
    expect(await partOf(back, stays, running)).toBeGreaterThan(itsPart);
    const report = await running;
    expect(report.errors).toEqual({});
  },
);

it('loses no more than what was under way when one goes, and goes on with the others', async () => {
  await using stays = await answering();
  const goes = await answering();
  const running = run([at(goes.port), at(stays.port)], { steps: [constantStep(perSecond, 1500)] });
  await delay(600);
  await goes[Symbol.asyncDispose]();
  const report = await running;
  // A busy machine has more under way at a time than two; whoever does not go on loses half of all that follows, 0.9 s of arrivals.
  expect(report.total.planned - report.total.completed).toBeLessThan(perSecond / 5);
});

it('follows addresses that become others or more while it runs', async () => {
  await using one = await answering();
  await using two = await answering();
  let tell = (_addresses: readonly DialAddress[]) => {};
  const running = run([at(one.port)], { steps: [constantStep(perSecond, 8000)] }, (listener) => {
    tell = listener;
  });
  await delay(600);
  expect(two.requests.length).toBe(0);
  tell([at(one.port), at(two.port)]);
  expect(await partOf(two, one, running)).toBeGreaterThan(itsPart);
  expect((await running).errors).toEqual({});
});
