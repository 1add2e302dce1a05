import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { plannedCounts } from '../../src/load/schedule/arrivals.ts';
import { binValues } from '../../src/model/bin-responses.ts';
import type { LoadEngine } from '../../src/model/contracts.ts';
import { mergeHistograms } from '../../src/model/histogram.ts';
import type { DialAddress, LoadMessage, LoadPlan } from '../../src/model/load.ts';
import { makeCertificate } from '../helpers/certificate.ts';
import { histogram } from '../helpers/raw-run.ts';
import { testRun } from '../helpers/run-context.ts';
import { builtEngines } from '../load/built-engines.ts';
import {
  constantStep,
  countFrom,
  imbalance,
  type LoadReport,
  plainRequest,
  planFor,
  reportOf,
} from '../load/load-run.ts';
import { refusingPort, response, startRawServer } from '../load/raw-server.ts';
import { startTruthServer } from '../load/truth-server.ts';

const engines = await builtEngines();

/** Every registered engine, in each way that it can be asked to work: only an open load is shared out, or speaks HTTP/2. */
const ways = engines.flatMap((engine) => {
  const plain = { title: `the ${engine.kind} engine`, engine, workers: 1, http: 1 as const };
  if (engine.pacing !== 'open') return [plain];
  return [
    plain,
    { ...plain, title: `${plain.title} with two workers`, workers: 2 },
    { ...plain, title: `${plain.title} over HTTP/2`, http: 2 as const },
  ];
});

/** All that a run says; `heed` is told of each message as it comes. */
async function collect(
  engine: LoadEngine,
  plan: LoadPlan,
  abort = new AbortController(),
  heed = (_message: LoadMessage) => {},
): Promise<LoadReport> {
  const context = { ...testRun().context, signal: abort.signal };
  const messages: LoadMessage[] = [];
  for await (const message of engine.run(plan, context)) {
    messages.push(message);
    heed(message);
  }
  return reportOf(messages, plan.steps.length);
}

function sumOf<Each>(all: readonly Each[], pick: (each: Each) => number): number {
  return all.reduce((total, each) => total + pick(each), 0);
}

const processes = () => process.getActiveResourcesInfo().filter((resource) => resource === 'ProcessWrap').length;

describe.concurrent.each(ways)('$title', ({ engine, workers, http }) => {
  const run = (plan: LoadPlan, abort?: AbortController, heed?: (message: LoadMessage) => void) =>
    collect(engine, { ...plan, workers, http }, abort, heed);
  /** What is not shared out: each of several workers does it as the only one does. */
  const byOne = it.runIf(workers === 1);
  /** Likewise, against servers that are written byte by byte, in HTTP/1.1; test/load/http2 has their like for HTTP/2. */
  const byBytes = it.runIf(workers === 1 && http === 1);

  /** One load that several of these look at, and how many requests the server says that it had; every answer takes it 20 ms. */
  let looked: Promise<{ readonly report: LoadReport; readonly arrived: number }> | undefined;
  const usual = () => {
    looked ??= (async () => {
      await using truth = await startTruthServer({ delay: '20ms' });
      const steps = [constantStep(100, 300), constantStep(300, 1700), constantStep(50, 500)];
      const report = await run(planFor(truth.port, { steps, maxConnections: 20 }));
      return { report, arrived: (await truth.arrivals()).us.length };
    })();
    return looked;
  };

  it('is what it says', () => {
    expect(['open', 'closed']).toContain(engine.pacing);
    expect(engine.resolutionUs).toBeGreaterThan(0);
    expect(engine.leadMs).toBeGreaterThanOrEqual(0);
  });

  it('gives every planned arrival one outcome, in every step, and ends with `end`', async () => {
    const { report, arrived } = await usual();
    expect(report.steps.map(imbalance)).toEqual([0, 0, 0]);
    expect(report.total.planned).toBe(report.total.completed);
    for (const step of report.steps) expect(step.planned).toBeGreaterThan(0);
    expect(report.messages.map((message) => message.kind).lastIndexOf('end')).toBe(report.messages.length - 1);
    expect(report.messages.filter(({ kind }) => kind === 'step').map((start) => 'step' in start && start.step)).toEqual(
      [0, 1, 2],
    );
    expect(arrived).toBe(report.total.planned);
  });

  byBytes(
    'sends the target nothing but what is planned, also when it is given as long before the start as it wants',
    async () => {
      await using truth = await startTruthServer({ delay: '5ms' });
      const report = await run(planFor(truth.port, { startInMs: engine.leadMs, steps: [constantStep(500, 300)] }));
      expect(report.total.planned).toBe(report.total.completed);
      expect((await truth.arrivals()).us.length).toBe(report.total.planned);
    },
  );

  it('ticks about every second with numbers that add up to the windows', async () => {
    const { report } = await usual();
    expect(report.ticks.length).toBeGreaterThanOrEqual(3);
    const sum = (field: 'due' | 'sent' | 'completed') => report.ticks.reduce((total, tick) => total + tick[field], 0);
    expect([sum('due'), sum('sent'), sum('completed')]).toEqual(Array(3).fill(report.total.planned));
    expect(report.ticks.at(-1)).toMatchObject({ inFlight: 0, waiting: 0 });
    for (const tick of report.ticks) {
      expect(tick.cpuPercent).toBeGreaterThanOrEqual(0);
      expect(tick.loopUtilisation).toBeLessThanOrEqual(1);
    }
    // Live: the counts of the first second are known long before the end.
    const firstWindow = report.messages.findIndex((message) => message.kind === 'window');
    const lastTick = report.messages.findLastIndex((message) => message.kind === 'tick');
    expect(firstWindow).toBeLessThan(lastTick);
  });

  it('never reports an answer faster than the server gave it', async () => {
    const { report } = await usual();
    // A thousandth is the histogram's own resolution.
    expect(report.response.minNonZeroValue).toBeGreaterThanOrEqual(19_980);
    expect(report.service.minNonZeroValue).toBeGreaterThanOrEqual(19_980);
    expect(report.service.totalCount).toBe(report.total.completed);
    expect(report.response.getValueAtPercentile(50)).toBeGreaterThanOrEqual(report.service.getValueAtPercentile(50));
  });

  it('tells the greatest response of each tenth of a second, and so of all', async () => {
    const { report } = await usual();
    const tenths = report.windows.flatMap(({ dueUs, responsePeaksUs = [] }) =>
      responsePeaksUs.flatMap((us, tenth) => (us === null ? [] : [{ atTenth: dueUs / 1e5 + tenth, us }])),
    );
    const greatest = mergeHistograms([histogram([Math.max(...tenths.map(({ us }) => us))])]);
    expect(greatest.maxValue).toBe(report.response.maxValue);
    // A busy machine may let a closed loop send nothing for many of them.
    expect(new Set(tenths.map(({ atTenth }) => atTenth)).size).toBeGreaterThan(report.windows.length);
  });

  it('tells of arrivals by short bins, which add up to its windows, and only where it is asked to', async () => {
    await using server = await startTruthServer({ stallAt: '200ms', stallFor: '60ms' });
    const binUs = 20_000;
    const steps = [constantStep(300, 600), constantStep(600, 400)];
    const wrong = { ...plainRequest, name: 'wrong', expect: { status: [404], bodyContains: '' } };
    const requests = [{ ...plainRequest, name: 'right', weight: 9 }, wrong];
    const plan = planFor(server.port, { steps, requests, maxConnections: 20 });
    const { bins, windows, total } = await run({ ...plan, binUs });
    expect((await usual()).report.bins).toEqual([]);
    expect(total.failed).toBeGreaterThan(0);
    for (const step of steps.keys()) {
      const told = bins.filter((bin) => bin.step === step);
      const counted = windows.filter((window) => window.step === step);
      expect(sumOf(told, ({ completed }) => completed)).toBe(sumOf(counted, ({ completed }) => completed));
      expect(sumOf(told, ({ completed, lost }) => completed + lost)).toBe(sumOf(counted, ({ planned }) => planned));
    }
    // A closed load sends little on a busy machine, but in more bins than there are windows.
    expect(bins.length).toBeGreaterThan(windows.length);
    for (const { dueUs, completed, lost, response, firstLostUs = dueUs } of bins) {
      expect(dueUs % binUs).toBe(0);
      expect([...binValues(response)].reduce((total, [, count]) => total + count, 0)).toBe(completed);
      expect(firstLostUs >= dueUs && firstLostUs < dueUs + binUs).toBe(true);
      expect(completed + lost).toBeGreaterThan(0);
    }
    expect(bins.filter(({ firstLostUs }) => firstLostUs !== undefined).length).toBeGreaterThan(0);
  });

  byOne('reports statuses from 400 on as failures with a service time', async () => {
    await using truth = await startTruthServer({ status: '503' });
    const report = await run(planFor(truth.port, { maxConnections: 2 }));
    expect(report.total.failed).toBe(report.total.planned);
    expect(report.errors).toEqual({ 'status 503': report.total.planned });
    expect(report.service.totalCount).toBe(report.total.planned);
  });

  byBytes('sends nothing more on a connection that its request has ended', async () => {
    await using server = await startRawServer(({ socket }) => socket.write(response(200)));
    const requests = [{ ...plainRequest, headers: { connection: 'close' } }];
    const report = await run(planFor(server.port, { requests, maxConnections: 2, steps: [constantStep(100, 200)] }));
    expect(report.total.completed).toBe(report.total.planned);
    expect(server.requests.length).toBe(report.total.planned);
    expect(server.connections).toBe(report.total.planned);
  });

  it.runIf(http === 1)('sends requests by weight, looks at their answers and names them', async () => {
    const seen = { get: 0, post: 0 };
    await using server = await startRawServer(({ socket, text }) => {
      if (text.startsWith('GET /list HTTP/1.1')) seen.get++;
      if (text.startsWith('POST /cart HTTP/1.1') && text.includes('X-Mine: yes')) seen.post++;
      socket.write(response(200, 'it is ok'));
    });
    const report = await run(
      planFor(server.port, {
        maxConnections: 2,
        requests: [
          { ...plainRequest, name: 'list', path: '/list', expect: { status: [200], bodyContains: 'is ok' } },
          {
            ...plainRequest,
            ...{ name: 'cart', path: '/cart', method: 'POST', headers: { 'X-Mine': 'yes' } },
            expect: { status: [201], bodyContains: '' },
          },
        ],
      }),
    );
    expect(seen.get + seen.post).toBe(report.total.planned);
    expect(Math.min(seen.get, seen.post)).toBeGreaterThan(0);
    expect(report.total).toMatchObject({ completed: seen.get, failed: seen.post });
    expect(report.errors).toEqual({ 'cart: expected status 201, got 200': seen.post });
    const requests = report.windows.flatMap((window) => window.requests ?? []);
    const own = (name: string) => {
      const windows = requests.filter((each) => each.name === name);
      const sum = (key: 'planned' | 'completed' | 'failed') => windows.reduce((total, each) => total + each[key], 0);
      const answers = mergeHistograms(windows.map((each) => each.response)).totalCount;
      return [sum('planned'), sum('completed'), sum('failed'), answers];
    };
    expect(own('list')).toEqual([seen.get, seen.get, 0, seen.get]);
    expect(own('cart')).toEqual([seen.post, 0, seen.post, seen.post]);
  });

  byBytes('speaks HTTPS, and HTTP over a Unix socket', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rampart-engine-'));
    try {
      const { cert, key } = makeCertificate(folder);
      const tls = { cert: readFileSync(cert), key: readFileSync(key) };
      const socket = join(folder, 'api.sock');
      await using secure = await startRawServer(({ socket: to }) => to.write(response(200)), { tls });
      await using local = await startRawServer(({ socket: to }) => to.write(response(200)), { socket });
      const reports = [
        await run(planFor(secure.port, { maxConnections: 2, tls: { insecure: true } })),
        await run(planFor(80, { host: 'localhost', maxConnections: 2, socket })),
      ];
      for (const { errors, total } of reports) {
        expect(errors).toEqual({});
        expect(total.completed).toBe(total.planned);
        expect(total.completed).toBeGreaterThan(0);
      }
      expect([secure.requests.length, local.requests.length]).toEqual(reports.map(({ total }) => total.planned));
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  byOne('turns a refused connection into failures', async () => {
    const report = await run(planFor(await refusingPort(), { steps: [constantStep(50, 200)], maxConnections: 1 }));
    expect(report.total.failed).toBeGreaterThan(0);
    expect(report.total.failed).toBe(report.total.planned);
    expect(Object.keys(report.errors)).toEqual(['connect ECONNREFUSED']);
  });

  byBytes('has no failures against a server that closes every connection with its answer', async () => {
    await using server = await startRawServer(({ socket }) => socket.end(response(200, 'ok', ['Connection: close'])));
    const report = await run(planFor(server.port, { maxConnections: 4 }));
    expect(imbalance(report.total)).toBe(0);
    expect(report.total.completed).toBeGreaterThan(0);
    expect(report.total.completed).toBe(report.total.planned);
  });

  byBytes('reads a body that ends with its connection, and none after HEAD', async () => {
    await using server = await startRawServer(({ socket, text }) => {
      if (text.startsWith('HEAD')) socket.write('HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n');
      else socket.end('HTTP/1.1 200 OK\r\n\r\nno length');
    });
    for (const method of ['GET', 'HEAD']) {
      const request = {
        ...plainRequest,
        method,
        expect: { status: [], bodyContains: method === 'GET' ? 'length' : '' },
      };
      const report = await run(planFor(server.port, { maxConnections: 2, requests: [request] }));
      expect(report.errors).toEqual({});
      expect(report.total.completed).toBe(report.total.planned);
      expect(report.total.completed).toBeGreaterThan(0);
    }
  });

  byBytes('fails at once what is not HTTP, and goes on', async () => {
    await using server = await startRawServer(({ socket, nth }) => {
      socket.write(nth % 2 === 0 ? response(200) : 'nonsense\r\n\r\n');
    });
    const steps = [constantStep(50, 1500)];
    const report = await run(planFor(server.port, { steps, maxConnections: 1 }));
    expect(imbalance(report.total)).toBe(0);
    expect(Object.keys(report.errors)).toEqual(['protocol bad status line']);
    expect(report.total.completed).toBeGreaterThan(0);
    expect(report.total.timedOut).toBe(0);
  });

  byBytes('fails what a server closes without an answer', async () => {
    await using server = await startRawServer(({ socket }) => socket.end());
    const report = await run(planFor(server.port, { steps: [constantStep(50, 200)], maxConnections: 2 }));
    expect(imbalance(report.total)).toBe(0);
    expect(report.total.completed).toBe(0);
    expect(Object.keys(report.errors)).toEqual(['closed before the response']);
  });

  byOne('ends silence as timed out, at the time it took', async () => {
    await using server = await startRawServer(() => {});
    const report = await run(planFor(server.port, { maxConnections: 100, timeoutMs: 300 }));
    expect(imbalance(report.total)).toBe(0);
    expect(report.total.timedOut).toBeGreaterThan(0);
    expect(report.total.completed + report.total.failed).toBe(0);
    expect(report.response.minNonZeroValue).toBeGreaterThanOrEqual(299_000);
    // One that was never given a connection in that time is dropped.
    expect(report.response.totalCount).toBe(report.total.timedOut + report.total.dropped);
  });

  it.runIf(engine.pacing === 'open' && workers === 1)(
    'sends the next request of a flow on a connection that only waits for a later arrival',
    async () => {
      await using truth = await startTruthServer({ delay: '1ms' });
      const page = { ...plainRequest, extract: {} };
      const requests = [
        { ...page, name: 'first' },
        { ...page, name: 'then', think: { fromMs: 90, toMs: 90 } },
      ];
      const flows = [{ name: 'visit', weight: 1, cookies: false, requests }];
      // Each pause ends ten milliseconds before the next arrival, for which the only connection is reserved by then.
      const steps = [constantStep(10, 3000)];
      const report = await run(planFor(truth.port, { requests: [], flows, steps, maxConnections: 1, maxQueue: 0 }));
      expect(report.total.planned).toBe(30);
      // All but the last would be dropped; a machine that is busy at the wrong moment drops one, and may be busy at many.
      expect(report.total.completed).toBeGreaterThan(5);
    },
  );

  it('ends on abort while everything is out, with all that it knows', async () => {
    await using truth = await startTruthServer({ delay: '60s' });
    const abort = new AbortController();
    const plan = planFor(truth.port, { steps: [constantStep(100, 60_000)], maxConnections: 50, timeoutMs: 60_000 });
    const report = await run(plan, abort, (message) => {
      if (message.kind === 'tick' && message.inFlight > 0) abort.abort();
    });
    const end = report.messages.at(-1);
    expect(end?.kind === 'end' && end.drainedUs).toBeLessThan(plan.startUs + 60_000_000);
    expect(imbalance(report.total)).toBe(0);
    expect(report.total.unfinished).toBe(report.total.planned);
    expect(report.total.unfinished).toBeGreaterThan(0);
  });

  it('ends with `end` when it was aborted before it began', async () => {
    const abort = new AbortController();
    abort.abort();
    const report = await run(planFor(await refusingPort()), abort);
    expect(report.messages.at(-1)?.kind).toBe('end');
    expect(report.total.completed).toBe(0);
  });
});

const open = engines.filter(({ pacing }) => pacing === 'open');
const closed = engines.filter(({ pacing }) => pacing === 'closed');
const shared = open.flatMap((engine) => [1, 2].map((workers) => ({ engine, workers })));

describe.concurrent.each(shared)('the $engine.kind engine alone, $workers workers', ({ engine, workers }) => {
  const run = (plan: LoadPlan) => collect(engine, { ...plan, workers });
  /** Each of two workers does it as the only one does; for stalls and small pools, test/load/open/truth.contract.test.ts has two. */
  const byOne = it.runIf(workers === 1);

  it('sends exactly what the schedule says, step by step', async () => {
    await using truth = await startTruthServer();
    const steps = [
      constantStep(333, 310),
      { name: 'ramp', shape: { kind: 'linear', fromRps: 100, toRps: 700 }, durationMs: 450, measure: true } as const,
      {
        name: 'sine',
        shape: { kind: 'sine', meanRps: 300, amplitudeRps: 300, periodMs: 200 },
        durationMs: 330,
        measure: true,
      } as const,
    ];
    const report = await run(planFor(truth.port, { steps }));
    expect(report.steps.map((step) => step.completed)).toEqual(plannedCounts(steps));
    expect((await truth.arrivals()).us.length).toBe(report.total.planned);
  });

  it('sends every request whole and once to its server, whenever that ends idle connections', async () => {
    await using server = await startRawServer(({ socket, nth }) => {
      socket.write(response(200));
      setTimeout(() => socket.end(), nth % 7);
    });
    const report = await run(planFor(server.port, { steps: [constantStep(1000, 1000)], timeoutMs: 30_000 }));
    // What came after the end was read all the same, and nobody but the server can tell.
    expect(Object.keys(report.errors).filter((kind) => kind !== 'closed before the response')).toEqual([]);
    expect(imbalance(report.total)).toBe(0);
    expect([server.requests.length, report.reached]).toEqual([1000, 1000]);
    expect(new Set(server.requests).size).toBe(1);
  });

  byOne('shows a stall as latency, not as fewer samples', async () => {
    await using truth = await startTruthServer({ stallAt: '500ms', stallFor: '500ms' });
    const report = await run(
      planFor(truth.port, { steps: [constantStep(400, 1500)], maxConnections: 400, timeoutMs: 30_000 }),
    );
    expect(report.total.completed).toBe(600);
    // 200 arrivals fell into the stall; those of its first 400 ms waited for more than 100 ms.
    expect(countFrom(report.response, 100_000)).toBeGreaterThanOrEqual(150);
    expect(report.response.maxValue).toBeGreaterThanOrEqual(450_000);
  });

  byOne('says how long connections took to open, and first bytes to come', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'rampart-engine-'));
    try {
      const { cert, key } = makeCertificate(folder);
      const tls = { cert: readFileSync(cert), key: readFileSync(key) };
      // The head at once, the last byte of the body 200 ms later.
      await using server = await startRawServer(
        ({ socket }) => {
          const text = response(200, 'body');
          socket.write(text.slice(0, -1));
          setTimeout(() => socket.write(text.slice(-1)), 200);
        },
        { tls },
      );
      const plan = planFor(server.port, { tls: { insecure: true }, steps: [constantStep(50, 600)] });
      const { phases, service, total, ticks } = await run(plan);
      expect([phases.connect.totalCount, phases.tls.totalCount]).toEqual([server.connections, server.connections]);
      expect(server.connections).toBe(ticks.reduce((sum, { opened }) => sum + opened, 0));
      expect(phases.firstByte.totalCount).toBe(total.completed);
      // A thousandth is the histogram's own resolution, and the timer of the server may be early by a millisecond.
      expect(service.minNonZeroValue).toBeGreaterThanOrEqual(198_000);
      expect(service.mean - phases.firstByte.mean).toBeGreaterThan(50_000);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  byOne('has no lag to report where it is the pool that is too small', async () => {
    await using truth = await startTruthServer({ delay: '50ms' });
    const report = await run(planFor(truth.port, { steps: [constantStep(100, 1000)], maxConnections: 2 }));
    expect(report.total.completed).toBe(100);
    // Two connections at 50 ms carry 40 a second: the last arrivals wait for over a second.
    expect(report.response.maxValue).toBeGreaterThan(1_000_000);
    // In the mean they wait for most of a second, which is neither service time nor lag.
    expect(report.response.mean - report.service.mean).toBeGreaterThan(500_000);
    expect(report.response.mean - report.lag.mean).toBeGreaterThan(500_000);
  });
});

describe.concurrent.each(closed)('the $kind engine alone', (engine) => {
  it('keeps as many connections busy as each step says', async () => {
    await using server = await startRawServer(({ socket }) => {
      setTimeout(() => socket.write(response(200)), 5);
    });
    const steps = [2, 5].map((connections) => ({
      name: `${connections}`,
      shape: { kind: 'closed' as const, connections },
      durationMs: 1000,
      measure: true,
    }));
    const report = await collect(engine, planFor(server.port, { steps, maxConnections: 5 }));
    expect(report.steps.map(imbalance)).toEqual([0, 0]);
    expect(server.connections).toBe(7);
    expect(report.ticks.map(({ connections }) => connections)).toEqual(expect.arrayContaining([2, 5]));
    expect(Math.max(...report.ticks.map(({ inFlight }) => inFlight))).toBeLessThanOrEqual(5);
  });
});

/** Alone: it counts all processes. */
it.each(ways)('$title leaves no process behind when its messages are no longer wanted', async ({ engine, workers }) => {
  await using truth = await startTruthServer();
  const before = processes();
  for await (const message of engine.run(
    planFor(truth.port, { steps: [constantStep(10, 60_000)], workers }),
    testRun().context,
  )) {
    expect(message.kind).toBe('step');
    expect(processes()).toBe(before + workers);
    break;
  }
  await expect.poll(processes).toBe(before);
});

it.each(engines)('the $kind engine goes on where its target has moved to', async (engine) => {
  let isMoved = false;
  // It hands its clients over before it goes, so that it is known when they have heard of the move.
  await using first = await startRawServer(({ socket }) => {
    if (isMoved) socket.end(response(200, 'ok', ['Connection: close']));
    else socket.write(response(200));
  });
  const abort = new AbortController();
  await using then = await startRawServer(({ socket, nth }) => {
    socket.write(response(200));
    if (nth === 1) void first[Symbol.asyncDispose]();
    if (nth === 100) abort.abort();
  });
  let tell = (_addresses: readonly DialAddress[]) => {};
  const onMoved = (listener: typeof tell) => {
    tell = listener;
    return () => {};
  };
  let lost = 0;
  const plan = planFor(first.port, { steps: [constantStep(200, 60_000)], maxConnections: 2 });
  for await (const message of engine.run(plan, { ...testRun().context, signal: abort.signal, onMoved })) {
    if (message.kind === 'window') lost += message.failed + message.timedOut + message.dropped;
    if (message.kind !== 'step') continue;
    isMoved = true;
    tell([{ host: '127.0.0.1', port: then.port }]);
  }
  expect(then.requests.length).toBeGreaterThanOrEqual(100);
  // No more than what was under way.
  expect(lost).toBeLessThanOrEqual(4);
});
