/** Where the sampler looks when a service has no metrics of Go, over a real HTTP server. */
import { createServer, type RequestListener } from 'node:http';
import { expect, test, vi } from 'vitest';
import type { Sample } from '../../src/model/sample.ts';
import { metricsSampler } from '../../src/samplers/metrics-sampler.ts';
import { testRun } from '../helpers/run-context.ts';

const memstats = JSON.stringify({ cmdline: ['x'], memstats: { NextGC: 4_194_304, NumGC: 1 } });

interface Shown {
  readonly metrics?: string;
  readonly vars?: string;
}

/** What the sampler emitted until `isDone`, of a service that shows this, and which paths it asked for. */
async function sampled(shown: Shown, isMetricsKnown: boolean, isDone: (samples: readonly Sample[]) => boolean) {
  const asked: string[] = [];
  const pages: Readonly<Record<string, string | undefined>> = { '/metrics': shown.metrics, '/debug/vars': shown.vars };
  const answer: RequestListener = ({ url = '' }, response) => {
    asked.push(url);
    const body = pages[url];
    response.writeHead(body === undefined ? 404 : 200).end(body ?? 'nothing here');
  };
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const samples: Sample[] = [];
  const { context } = testRun();
  const urls = { pprofUrl: `${origin}/debug/pprof`, ...(isMetricsKnown ? { metricsUrl: `${origin}/metrics` } : {}) };
  const sampler = await metricsSampler.open(
    { everyMs: 20 },
    {
      ...context,
      targets: [{ id: 'a', service: 'a', ports: {}, ...urls }],
      steps: [],
      onLog: () => () => undefined,
      emit: (sample) => samples.push(sample),
    },
  );
  await vi.waitFor(() => expect(isDone(samples)).toBe(true), { timeout: 50_000 });
  await sampler.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { samples, asked };
}

const readingsOf = (samples: readonly Sample[], source: string) =>
  samples.filter((sample) => sample.kind === 'reading' && sample.source === source);
const gapsOf = (samples: readonly Sample[]) =>
  samples.flatMap((sample) => (sample.kind === 'gap' && !sample.message.startsWith('left out') ? sample.message : []));

test('without an address of metrics, /debug/vars beside pprof is read, and each reading says so', async () => {
  const { samples, asked } = await sampled({ vars: memstats }, false, (all) => readingsOf(all, 'expvar').length >= 2);
  expect(readingsOf(samples, 'expvar')[0]).toMatchObject({ values: { 'go.heap_goal_bytes': 4_194_304 } });
  expect(gapsOf(samples)).toEqual([]);
  expect(new Set(asked)).toEqual(new Set(['/debug/vars']));
});

test('metrics without those of Go are read, and /debug/vars beside them', async () => {
  const metrics = 'process_open_fds 7\n';
  const { samples } = await sampled({ metrics, vars: memstats }, true, (all) => readingsOf(all, 'expvar').length >= 2);
  expect(readingsOf(samples, 'metrics')[0]).toMatchObject({ values: { 'go.open_fds': 7 } });
});

test('metrics with those of Go are enough', async () => {
  const metrics = 'go_goroutines 7\n';
  const { asked } = await sampled({ metrics, vars: memstats }, true, (all) => readingsOf(all, 'metrics').length >= 3);
  expect(new Set(asked)).toEqual(new Set(['/metrics']));
});

test('of a service that answers every path its requests are read, and /debug/vars is asked for once', async () => {
  const metrics = 'http_requests_total{code="200"} 7\n';
  const { samples, asked } = await sampled({ metrics, vars: 'welcome' }, true, (all) => {
    return readingsOf(all, 'metrics').length >= 3;
  });
  expect(readingsOf(samples, 'metrics')[1]).toMatchObject({ values: { 'app.requests_per_second.2xx': 0 } });
  expect(gapsOf(samples)).toEqual([
    expect.stringMatching(/has no metrics of the Go runtime, and http:.*\/debug\/vars answered no JSON: "welcome"$/),
  ]);
  expect(asked.filter((path) => path !== '/metrics')).toEqual(['/debug/vars']);
});

test('metrics of Go without one number are none, and that is told', async () => {
  const metrics = 'go_goroutines +Inf\ngo_threads NaN\n';
  const { samples } = await sampled({ metrics }, true, (all) => gapsOf(all).length > 0);
  expect(gapsOf(samples)).toEqual([expect.stringMatching(/has no metrics of the Go runtime/)]);
});

test('with neither, that is said once, and asked once', async () => {
  let gaps = 0;
  const { samples, asked } = await sampled({}, false, (all) => {
    gaps = gapsOf(all).length;
    return gaps > 0;
  });
  expect(gapsOf(samples)).toEqual([
    expect.stringMatching(/^no address of its metrics endpoint is known, and http:.*\/debug\/vars answered 404/),
  ]);
  expect(asked).toEqual(['/debug/vars']);
});

test('the end says how far off the stamps may be: half of the longest exchange', async () => {
  const { samples } = await sampled(
    { metrics: 'go_goroutines 7\n' },
    true,
    (all) => readingsOf(all, 'metrics').length >= 3,
  );
  const clocks = samples.filter((sample) => sample.kind === 'clock');
  expect(clocks).toMatchObject([{ target: 'a', source: 'metrics', method: 'http-middle', offsetUs: 0 }]);
  expect(clocks[0]?.stamps).toBeGreaterThanOrEqual(3);
  expect(clocks[0]?.uncertaintyUs).toBeGreaterThanOrEqual(clocks[0]?.typicalUs ?? Number.POSITIVE_INFINITY);
});
