import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { hrUs } from '../../../src/host/clock.ts';
import { runOpenLoad } from '../../../src/load/open/load.ts';
import { plannedCount } from '../../../src/load/schedule/arrivals.ts';
import { mergeHistograms } from '../../../src/model/histogram.ts';
import type { LoadMessage, LoadPlan } from '../../../src/model/load.ts';
import { bareContext, constantStep, imbalance, type LoadReport, plainRequest, planFor, reportOf } from '../load-run.ts';
import { refusingPort, response, startRawServer } from '../raw-server.ts';

/** `heed` is told of each message, before the load goes on. */
async function run(
  plan: LoadPlan,
  signal = bareContext.signal,
  heed = (_message: LoadMessage) => {},
): Promise<LoadReport> {
  const messages: LoadMessage[] = [];
  const emit = (message: LoadMessage) => {
    messages.push(message);
    heed(message);
  };
  await runOpenLoad(plan, { ...bareContext, emit, signal });
  const report = reportOf(messages, plan.steps.length);
  expect(messages.at(-1)?.kind).toBe('end');
  expect(report.steps.map(imbalance)).toEqual(plan.steps.map(() => 0));
  return report;
}

const soon = { startInMs: 20 };

/** Ends a load with the first tick of a whole second. */
function endedByTick() {
  const abort = new AbortController();
  const heed = (message: LoadMessage) => {
    if (message.kind === 'tick' && message.atUs >= 1_000_000) abort.abort();
  };
  return { signal: abort.signal, heed };
}

/** Requests times time in milliseconds by step, as the ticks counted it, and as the latencies add up to. */
function underWay({ ticks, windows }: LoadReport, steps: number) {
  return Array.from({ length: steps }, (_, step) => {
    const own = windows.filter((window) => window.step === step);
    const { totalCount, mean } = mergeHistograms(own.map(({ response: text }) => text));
    const counted = ticks.flatMap(({ openUs = [] }) => openUs).filter(([of]) => of === step);
    return { counted: counted.reduce((sum, [, us]) => sum + us, 0) / 1000, latencies: (totalCount * mean) / 1000 };
  });
}

function add(counts: Record<string, number>, key: string, count: number): void {
  counts[key] = (counts[key] ?? 0) + count;
}

describe('what is under way', () => {
  const fates: Record<string, (socket: Socket, nth: number) => void> = {
    'is answered': (socket) => setTimeout(() => socket.write(response(200)), 20),
    'is refused with a status': (socket) => socket.write(response(503)),
    'is answered late, so that others wait for a connection': (socket) =>
      setTimeout(() => socket.write(response(200)), 90),
    'is never answered': () => {},
    'is sometimes cut off': (socket, nth) => (nth % 3 === 0 ? socket.destroy() : socket.write(response(200))),
  };
  it.each(Object.entries(fates))('is counted by time as its latencies add up, when it %s', async (_, serve) => {
    let nth = 0;
    await using server = await startRawServer(({ socket }) => serve(socket, nth++));
    const steps = [constantStep(200, 150), constantStep(400, 150)];
    const report = await run(planFor(server.port, { ...soon, steps, timeoutMs: 200, maxConnections: 12 }));
    for (const { counted, latencies } of underWay(report, 2)) {
      expect(latencies).toBeGreaterThan(0);
      // A thousandth is the histogram's own resolution.
      expect(Math.abs(counted / latencies - 1)).toBeLessThan(0.002);
    }
  });
});

describe('an open load', () => {
  it('sends what the schedule says and keeps its connections', async () => {
    await using server = await startRawServer(({ socket }) => socket.write(response(200)));
    const steps = [constantStep(200, 300), constantStep(0, 100), constantStep(100, 200)];
    const report = await run(planFor(server.port, { ...soon, steps, maxConnections: 5 }));
    expect(report.steps.map((step) => step.completed)).toEqual([60, 0, 20]);
    expect(server.requests.length).toBe(80);
    expect(server.connections).toBeLessThanOrEqual(5);
    expect(report.lag.totalCount).toBe(80);
    expect(report.service.totalCount).toBe(80);
    expect(report.ticks.reduce((sum, tick) => sum + tick.opened, 0)).toBe(server.connections);
  });

  it('keys its windows by step and second of due time', async () => {
    await using server = await startRawServer(({ socket }) => socket.write(response(200)));
    const steps = [constantStep(100, 700), constantStep(100, 400)];
    const report = await run(planFor(server.port, { steps, startInMs: 600 }));
    const planned: Record<string, number> = {};
    for (const { step, dueUs, planned: count } of report.windows) add(planned, `${step} ${dueUs}`, count);
    const starts = report.messages.filter((message) => message.kind === 'step');
    const startUs = starts[0]?.startUs ?? Number.NaN;
    expect(starts.map(({ step, startUs: atUs }) => [step, atUs - startUs])).toEqual([
      [0, 0],
      [1, 700_000],
    ]);
    // One every 10 ms, the first after 5.
    const due: Record<string, number> = {};
    for (let n = 0; n < 110; n++) {
      const second = Math.floor((startUs + 5000 + n * 10_000) / 1e6);
      add(due, `${n < 70 ? 0 : 1} ${second * 1e6}`, 1);
    }
    expect(planned).toEqual(due);
    expect(Object.keys(planned).length).toBeGreaterThan(2);
  });

  it('shifts as a whole when it is started late, instead of sending what it missed at once', async () => {
    await using server = await startRawServer(({ socket }) => socket.write(response(200)));
    const originHrUs = hrUs() - 10_000_000;
    const report = await run(planFor(server.port, { originHrUs, startInMs: 0 }));
    const start = report.messages.find((message) => message.kind === 'step');
    expect(start?.startUs).toBeGreaterThanOrEqual(10_000_000);
    expect(report.total.completed).toBe(50);
    expect(report.windows.every((window) => window.dueUs >= 10_000_000)).toBe(true);
  });

  it('counts a status from 400 on as failed, with a service time', async () => {
    await using server = await startRawServer(({ socket, nth }) => socket.write(response(nth % 2 ? 503 : 204, '')));
    const report = await run(planFor(server.port, soon));
    expect([report.total.failed, report.total.completed]).toEqual([25, 25]);
    expect(report.errors).toEqual({ 'status 503': 25 });
    expect(report.service.totalCount).toBe(50);
    expect(report.response.totalCount).toBe(50);
  });

  it('judges answers by what the request expects', async () => {
    const bodies = ['{"ok":true}', '{"ok":false}'];
    await using server = await startRawServer(({ socket, nth }) => {
      if (nth % 5 === 0) socket.write(response(500, 'oops'));
      else if (nth % 5 === 1) socket.write(response(404, '{"ok":true}'));
      else socket.write(response(200, bodies[nth % 2]));
    });
    const expect200 = { ...plainRequest, expect: { status: [200, 404], bodyContains: '"ok":true' } };
    const report = await run(planFor(server.port, { ...soon, requests: [expect200], maxConnections: 1 }));
    expect(report.errors).toEqual({
      'expected status 200 or 404, got 500': 10,
      'body does not contain "\\"ok\\":true"': 15,
    });
    expect(report.total.completed).toBe(25);
    expect(report.service.totalCount).toBe(50);
  });

  it('sends several requests by weight, the same ones for one seed, and says whose errors they are', async () => {
    const answers = { '/list': 200, '/cart': 503, '/pay': 200 } as const;
    const sent: string[] = [];
    await using server = await startRawServer(({ socket, text }) => {
      const path = (text.split(' ')[1] ?? '') as keyof typeof answers;
      sent.push(`${text.split(' ')[0]} ${path}`);
      if (path === '/pay') socket.end('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nno');
      else socket.write(response(answers[path]));
    });
    const requests = [
      { ...plainRequest, name: 'list', weight: 8, path: '/list' },
      { ...plainRequest, name: 'cart', weight: 4, path: '/cart', method: 'DELETE' },
      { ...plainRequest, name: 'pay', weight: 1, path: '/pay' },
    ];
    const plan = { ...soon, requests, maxConnections: 1, steps: [constantStep(650, 200)] };
    const report = await run(planFor(server.port, plan));
    const count = (request: string) => sent.filter((each) => each === request).length;
    const cart = count('DELETE /cart');
    const pay = count('GET /pay');
    expect(count('GET /list') + cart + pay).toBe(130);
    expect(Math.abs(cart - 40)).toBeLessThan(20);
    expect(report.errors).toEqual({ 'cart: status 503': cart, 'pay: closed in the response': pay });
    const first = sent.splice(0);
    await run(planFor(server.port, plan));
    expect(sent).toEqual(first);
  });

  it('does not blame a request for a connection that was refused', async () => {
    const requests = [
      { ...plainRequest, name: 'list' },
      { ...plainRequest, name: 'cart' },
    ];
    const report = await run(planFor(await refusingPort(), { ...soon, requests }));
    expect(report.errors).toEqual({ 'connect ECONNREFUSED': 50 });
  });

  it('counts every refused connection as a failure', async () => {
    const report = await run(planFor(await refusingPort(), soon));
    expect(report.total.failed).toBe(50);
    expect(report.errors).toEqual({ 'connect ECONNREFUSED': 50 });
    expect(report.response.totalCount).toBe(50);
    expect(report.service.totalCount).toBe(0);
  });

  it.each([
    ['ends', 'closed before the response', (socket: Socket) => socket.end()],
    ['closes', 'closed before the response', (socket: Socket) => socket.destroy()],
    ['resets', 'read ECONNRESET', (socket: Socket) => socket.resetAndDestroy()],
  ])(
    'fails a request that a server reads before it %s a kept connection, and sends none twice',
    async (_, kind, cut) => {
      await using server = await startRawServer(({ socket, nthOnSocket }) => {
        if (nthOnSocket === 1) socket.write(response(200));
        else cut(socket);
      });
      const report = await run(planFor(server.port, { ...soon, maxConnections: 1 }));
      expect(report.errors).toEqual({ [kind]: 25 });
      expect(server.requests.length).toBe(50);
      expect([report.reached, report.resent]).toEqual([50, 0]);
    },
  );

  /** The next request waits already when the answer comes, and goes to a connection that is closed by then. */
  const crowded = { ...soon, maxConnections: 1, steps: [constantStep(5000, 10)] };
  const closing = () =>
    startRawServer(({ socket }) => {
      socket.write(response(200, ''));
      socket.destroy();
    });

  it.each([
    ['GET', {}],
    ['HEAD', {}],
    ['OPTIONS', {}],
    ['POST', { 'idempotency-key': '1' }],
  ])(
    'sends a %s once more that came after its server had closed the connection, and counts it',
    async (method, headers) => {
      await using server = await closing();
      const requests = [{ ...plainRequest, method, headers }];
      const report = await run(planFor(server.port, { ...crowded, requests }));
      expect(report.errors).toEqual({});
      expect(report.total.completed).toBe(50);
      expect(server.requests.length).toBe(50);
      expect(report.resent).toBeGreaterThan(20);
      expect(report.reached).toBe(50);
      expect(report.ticks.reduce((sum, tick) => sum + tick.sent, 0)).toBe(50);
    },
  );

  it.each([
    ['a POST', { method: 'POST' }, 'safe'],
    ['a PATCH', { method: 'PATCH' }, 'safe'],
    ['a PUT', { method: 'PUT' }, 'safe'],
    ['a GET, when nothing is to be resent', { method: 'GET' }, 'never'],
  ] as const)('fails %s that came after its server had closed the connection', async (_, request, resend) => {
    await using server = await closing();
    const report = await run(planFor(server.port, { ...crowded, resend, requests: [{ ...plainRequest, ...request }] }));
    expect(Object.keys(report.errors)).toEqual(['closed before the request']);
    expect(report.resent).toBe(0);
    expect(report.unsent).toBe(report.total.failed);
    expect(server.requests.length).toBe(report.total.completed);
    expect(report.reached).toBe(server.requests.length);
  });

  it('sends nothing once more that no single segment held: a part of it may have been read', async () => {
    await using server = await closing();
    const requests = [{ ...plainRequest, headers: { 'X-Long': 'x'.repeat(3000) } }];
    const report = await run(planFor(server.port, { ...crowded, requests }));
    expect(report.resent).toBe(0);
    expect(Object.keys(report.errors)).toEqual(['closed before the response']);
  });

  it('keeps the first cause when what is sent again finds nobody', async () => {
    const server = await startRawServer(({ socket }) => {
      socket.write(response(200));
      socket.destroy();
      void server[Symbol.asyncDispose]();
    });
    const report = await run(planFor(server.port, crowded));
    expect(report.errors).toEqual({ 'closed before the request': 1, 'connect ECONNREFUSED': 48 });
    expect(report.total.completed).toBe(1);
    expect([report.unsent, report.resent, report.reached]).toEqual([49, 0, 1]);
  });

  it('does not send again what a new connection left unanswered', async () => {
    await using server = await startRawServer(({ socket }) => socket.end());
    const report = await run(planFor(server.port, soon));
    expect(report.errors).toEqual({ 'closed before the response': 50 });
    expect(server.requests.length).toBe(50);
  });

  it('does not send again once bytes of the answer came', async () => {
    await using server = await startRawServer(({ socket, nthOnSocket }) => {
      if (nthOnSocket === 1) socket.write(response(200));
      else socket.end('HTTP/1.1 2');
    });
    const report = await run(planFor(server.port, { ...soon, maxConnections: 1 }));
    expect(report.total).toMatchObject({ completed: 25, failed: 25 });
    expect(report.errors).toEqual({ 'closed in the response': 25 });
  });

  it('opens a new connection after one that the server closes with its answer', async () => {
    await using server = await startRawServer(({ socket }) => socket.end(response(200, 'ok', ['Connection: close'])));
    const report = await run(planFor(server.port, { ...soon, maxConnections: 2 }));
    expect(report.total.completed).toBe(50);
    expect(server.connections).toBe(50);
  });

  it('fails what makes no sense as HTTP and gives its connection up', async () => {
    await using server = await startRawServer(({ socket }) => socket.write('HELLO\r\n\r\n'));
    const report = await run(planFor(server.port, soon));
    expect(report.errors).toEqual({ 'protocol bad status line': 50 });
    expect(server.connections).toBe(50);
  });

  it('gives a kept connection up when the server speaks unasked', async () => {
    await using server = await startRawServer(({ socket }) => {
      socket.write(response(200));
      setImmediate(() => socket.write(response(408)));
    });
    const report = await run(planFor(server.port, soon));
    expect(imbalance(report.total)).toBe(0);
    expect(report.total.failed).toBe(0);
  });

  it('ends silence as timed out, at the time it took, and closes the connection', async () => {
    await using server = await startRawServer(() => {});
    // Long enough for a busy machine to open the connections: one that was given none in that time would be dropped.
    const report = await run(planFor(server.port, { ...soon, timeoutMs: 3000 }));
    expect(report.total.timedOut).toBe(50);
    expect(report.response.totalCount).toBe(50);
    expect(report.response.minNonZeroValue).toBeGreaterThanOrEqual(2_990_000);
    expect(report.service.totalCount).toBe(0);
    expect(report.ticks.at(-1)?.inFlight).toBe(0);
  });

  it('drops what found all connections busy for its whole timeout', async () => {
    await using server = await startRawServer(() => {});
    const plan = { ...soon, maxConnections: 2, steps: [constantStep(20_000, 1)], timeoutMs: 200 };
    const report = await run(planFor(server.port, plan));
    // Two had a connection; two more may get theirs in the millisecond between the first timeouts and their own.
    expect(report.total.timedOut).toBeLessThanOrEqual(4);
    expect(report.total.timedOut + report.total.dropped).toBe(20);
    // A user whose request was never sent has waited all the same.
    expect(report.response.totalCount).toBe(20);
    expect(report.response.minNonZeroValue).toBeGreaterThanOrEqual(199_000);
    expect(report.lag.totalCount).toBe(20);
  });

  it('drops at once what finds the queue for a connection full', async () => {
    await using server = await startRawServer(() => {});
    const plan = { ...soon, maxConnections: 2, maxQueue: 5, steps: [constantStep(20_000, 1)], timeoutMs: 60_000 };
    const { signal, heed } = endedByTick();
    const report = await run(planFor(server.port, plan), signal, heed);
    expect(report.total).toMatchObject({ planned: 20, dropped: 13, unfinished: 7 });
    expect(report.response.totalCount).toBe(13);
    expect(report.ticks.at(-1)).toMatchObject({ waiting: 5, inFlight: 2 });
  });

  it('without a queue still lets arrivals wait for connections that are being opened', async () => {
    await using server = await startRawServer(({ socket }) => setTimeout(() => socket.write(response(200)), 100));
    const plan = { ...soon, maxConnections: 20, maxQueue: 0, steps: [constantStep(20_000, 1)] };
    const report = await run(planFor(server.port, plan));
    expect(report.total.completed).toBe(20);
    expect(server.connections).toBe(20);
  });

  it('counts the wait for a busy connection as response time, not as lag or service time', async () => {
    await using server = await startRawServer(({ socket }) => setTimeout(() => socket.write(response(200)), 20));
    const plan = { ...soon, maxConnections: 1, steps: [constantStep(1000, 20)] };
    const report = await run(planFor(server.port, plan));
    expect(report.total.completed).toBe(20);
    // Twenty answers of at least 20 ms one after the other: the last had to wait for nineteen others.
    expect(report.response.maxValue).toBeGreaterThan(19 * 19_000);
    expect(report.response.maxValue).toBeGreaterThan(report.lag.maxValue + report.service.maxValue);
  });

  it('still sends everything after the generator was held up, and says so as lag', async () => {
    await using server = await startRawServer(({ socket, nth }) => {
      socket.write(response(200));
      if (nth === 50) for (const until = hrUs() + 200_000; hrUs() < until; );
    });
    const plan = planFor(server.port, { ...soon, steps: [constantStep(500, 600)] });
    const report = await run(plan);
    expect(report.total.completed).toBe(plannedCount(plan.steps));
    expect(report.lag.maxValue).toBeGreaterThan(150_000);
    expect(report.lag.totalCount).toBe(300);
  });

  it('ends at once when it is aborted: due arrivals without an outcome are unfinished', async () => {
    await using server = await startRawServer(({ socket, nth }) => {
      if (nth <= 5) socket.write(response(200));
    });
    const plan = { ...soon, steps: [constantStep(100, 60_000)], timeoutMs: 60_000 };
    const { signal, heed } = endedByTick();
    const report = await run(planFor(server.port, plan), signal, heed);
    expect(report.total.completed).toBe(5);
    expect(report.total.unfinished).toBe(report.total.planned - 5);
    expect(report.total.planned).toBeGreaterThan(15);
    expect(report.total.planned).toBeLessThan(6000);
  });

  it('does nothing when it was aborted before it began', async () => {
    await using server = await startRawServer(({ socket }) => socket.write(response(200)));
    const report = await run(planFor(server.port, soon), AbortSignal.abort());
    // On a busy machine something may fall due before it is seen that nothing is wanted.
    expect(report.total.unfinished).toBe(report.total.planned);
    expect([server.connections, server.requests.length]).toEqual([0, 0]);
  });

  it('waits for the answers that are still out after the last arrival', async () => {
    await using server = await startRawServer(({ socket }) => setTimeout(() => socket.write(response(200)), 400));
    const report = await run(planFor(server.port, { ...soon, steps: [constantStep(100, 100)] }));
    expect(report.total.completed).toBe(10);
    const end = report.messages.at(-1);
    expect(end?.kind === 'end' && end.drainedUs - end.lastDueUs).toBeGreaterThan(390_000);
  });
});
