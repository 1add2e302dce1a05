/** Live exposition of a run for Prometheus, so that dashboards people already have show it beside everything else. */
import { Counter, Gauge, Registry } from 'prom-client';
import { type ListeningServer, serve } from '../host/http-server.ts';
import type { Sink } from '../model/contracts.ts';
import { mergeHistograms } from '../model/histogram.ts';
import type { LoadTick, LoadWindow } from '../model/load.ts';
import type { LoadStep } from '../model/scenario.ts';

/** A sink that also says where it is served. */
export interface PrometheusSink extends Sink {
  readonly url: string;
}

const quantiles = [0.5, 0.9, 0.99] as const;
const recentUs = 5_000_000;

/** Serves the run's metrics on `http://127.0.0.1:<port>/metrics`; every metric carries the run's id. */
export async function createPrometheusSink(
  port: number,
  run: { readonly id: string; readonly steps: readonly LoadStep[] },
): Promise<PrometheusSink> {
  const registry = new Registry();
  registry.setDefaultLabels({ run: run.id });
  const metrics = createMetrics(registry);
  let recent: LoadWindow[] = [];
  const server: ListeningServer = await serve({ port, flag: '--metrics-port PORT' }, async (path) =>
    path.startsWith('/metrics')
      ? { status: 200, contentType: registry.contentType, body: await registry.metrics() }
      : { status: 404, contentType: 'text/plain', body: 'The metrics are at /metrics.\n' },
  );
  return {
    kind: 'prometheus',
    url: `${server.url}/metrics`,
    accept: (sample) => {
      if (sample.kind === 'window') {
        recent = [...recent.filter((window) => window.dueUs > sample.dueUs - recentUs), sample];
        metrics.takeWindow(sample, run.steps[sample.step]?.name ?? 'drain');
      }
      if (sample.kind === 'tick') metrics.takeTick(sample, recent);
      if (sample.kind === 'step') metrics.step.set(sample.step + 1);
      if (sample.kind === 'reading') {
        for (const [series, value] of Object.entries(sample.values))
          metrics.series.set({ target: sample.target, series }, value);
      }
    },
    close: () => server.close(),
  };
}

function createMetrics(registry: Registry) {
  const registers = [registry];
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge({ name, help, labelNames, registers });
  const arrivals = new Counter({
    name: 'rampart_arrivals_total',
    help: 'Arrivals by step and outcome.',
    labelNames: ['step', 'outcome'] as const,
    registers,
  });
  const resent = new Counter({
    name: 'rampart_resent_total',
    help: 'Requests that were sent once more, by step.',
    labelNames: ['step'] as const,
    registers,
  });
  const latency = gauge('rampart_latency_seconds', 'Latency of arrivals due in the last seconds.', [
    'clock',
    'quantile',
  ]);
  const rate = gauge('rampart_rate_per_second', 'Rates of the last second.', ['rate']);
  const requests = gauge('rampart_requests', 'Requests in flight, and arrivals that wait for a connection.', ['state']);
  const connections = gauge('rampart_connections', 'Open connections of the generator.');
  return {
    step: gauge('rampart_step', 'Number of the step that runs, from 1.'),
    series: gauge('rampart_series', 'Latest value of each observed series.', ['target', 'series']),
    takeWindow: (window: LoadWindow, step: string) => {
      for (const outcome of ['planned', 'completed', 'failed', 'timedOut', 'dropped', 'unfinished'] as const)
        arrivals.inc({ step, outcome }, window[outcome]);
      resent.inc({ step }, window.resent ?? 0);
    },
    takeTick: (tick: LoadTick, recent: readonly LoadWindow[]) => {
      rate.set({ rate: 'planned' }, (tick.due * 1e6) / tick.lengthUs);
      rate.set({ rate: 'sent' }, (tick.sent * 1e6) / tick.lengthUs);
      rate.set({ rate: 'completed' }, (tick.completed * 1e6) / tick.lengthUs);
      requests.set({ state: 'in_flight' }, tick.inFlight);
      requests.set({ state: 'waiting' }, tick.waiting);
      connections.set(tick.connections);
      for (const clock of ['response', 'service', 'lag'] as const) {
        const histogram = mergeHistograms(recent.map((window) => window[clock]));
        if (histogram.totalCount === 0) continue;
        for (const quantile of quantiles)
          latency.set({ clock, quantile: String(quantile) }, histogram.getValueAtPercentile(quantile * 100) / 1e6);
      }
    },
  };
}
