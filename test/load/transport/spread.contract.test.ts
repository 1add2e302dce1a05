/** Requests to several addresses in turn, of which some are away for a time. */
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { type OpenLoadContext, runOpenLoad } from '../../../src/load/open/load.ts';
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
  context: Pick<Partial<OpenLoadContext>, 'onMoved' | 'signal'> = {},
) {
  const messages: LoadMessage[] = [];
  const plan = planFor(addresses[0]?.port ?? 0, {
    startInMs: 20,
    addresses,
    spread: true,
    maxConnections: 20,
    ...change,
  });
  await runOpenLoad(plan, { ...bareContext, emit: (message) => messages.push(message), ...context });
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

/** Resolves when one of two servers has got its part of the requests of a while. */
async function hasItsPart(server: RawServer, other: RawServer): Promise<void> {
  let [own, others] = [server.requests.length, other.requests.length];
  await expect
    .poll(
      () => {
        const [more, moreOthers] = [server.requests.length - own, other.requests.length - others];
        [own, others] = [own + more, others + moreOthers];
        return more / Math.max(1, more + moreOthers);
      },
      { interval: 200 },
    )
    .toBeGreaterThan(0.35);
}

const long = [constantStep(perSecond, 60_000)];

it.each([20, 2])(
  'gives one that comes back its part again, also where all of %i connections are taken',
  async (maxConnections) => {
    await using stays = await answering();
    const port = await refusingPort();
    const end = new AbortController();
    const running = run([at(port), at(stays.port)], { maxConnections, steps: long }, { signal: end.signal });
    await expect.poll(() => stays.requests.length).toBeGreaterThan(perSecond / 2);
    await using back = await answering(port);
    await hasItsPart(back, stays);
    end.abort();
    expect((await running).errors).toEqual({});
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
  const end = new AbortController();
  const onMoved = (listener: typeof tell) => {
    tell = listener;
  };
  const running = run([at(one.port)], { steps: long }, { onMoved, signal: end.signal });
  await expect.poll(() => one.requests.length).toBeGreaterThan(perSecond / 2);
  expect(two.requests.length).toBe(0);
  tell([at(one.port), at(two.port)]);
  await hasItsPart(two, one);
  end.abort();
  expect((await running).errors).toEqual({});
});
