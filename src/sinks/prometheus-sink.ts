/** Live exposition of a run for Prometheus, so that dashboards people already have show it beside everything else. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { type ListeningServer, listen } from '../host/http-server.ts';
import { foreignRead, headerText } from '../host/page-guard.ts';
import type { Sink } from '../model/contracts.ts';
import type { Sample } from '../model/sample.ts';
import type { LoadStep } from '../model/scenario.ts';
import type { Tags } from '../model/tags.ts';
import type { Target } from '../model/topology.ts';
import { createLastScrape } from './prometheus/last-scrape.ts';
import { loadMetrics, takeCondition, takeFault, takeTick, takeWindow } from './prometheus/load-metrics.ts';
import { createMetricStore, type MetricStore } from './prometheus/metric-store.ts';
import { acceptedForm, type MetricsForm } from './prometheus/negotiate.ts';
import { metricsProtobuf } from './prometheus/protobuf-format.ts';
import { seriesMetric } from './prometheus/series-metric.ts';

/** A sink that also says where it is served. */
export interface PrometheusSink extends Sink {
  readonly url: string;
  /**
   * After `close`: resolves when the run's end has been scraped, or nobody is to be waited for any more, and the port is free again. Says
   * for how long where it waits.
   */
  scraped(signal: AbortSignal, waits: (ms: number) => void): Promise<void>;
}

/** Where metrics are served, and for how long after the run. */
export interface MetricsPlace {
  readonly port: number;
  /** 127.0.0.1 where it is left out. */
  readonly host?: string | undefined;
  /** At most so long for one more scrape; where it is left out as long as scrapes were apart. */
  readonly keepMs?: number | undefined;
}

/** The run whose metrics these are. */
export interface MeteredRun {
  readonly id: string;
  readonly scenario?: string;
  readonly tags?: Tags | undefined;
  readonly steps: readonly LoadStep[];
  readonly targets?: readonly Pick<Target, 'id' | 'service'>[];
  /** Milliseconds from any origin, monotonic. */
  readonly nowMs: () => number;
}

/** Serves the run's metrics on `http://<host>:<port>/metrics`; every metric carries the run's id and its tags. */
export async function createPrometheusSink(place: MetricsPlace, run: MeteredRun): Promise<PrometheusSink> {
  const store = createMetricStore({ ...run.tags, run: run.id });
  store.set(loadMetrics.run, run.scenario === undefined ? {} : { scenario: run.scenario }, 1);
  store.set(loadMetrics.over, {}, 0);
  const scrapes = createLastScrape(place.keepMs, run.nowMs);
  const { port, host = '127.0.0.1' } = place;
  const server: ListeningServer = await listen(
    { port, host, flag: '--metrics-port PORT, or another address with --metrics-host' },
    (request, response) => answer(request, response, { store, onScrape: scrapes.scraped }),
  );
  const take = takerOf(store, run);
  return {
    kind: 'prometheus',
    url: `${server.url}/metrics`,
    accept: take,
    close: async () => {
      store.set(loadMetrics.over, {}, 1);
      scrapes.end();
      if (scrapes.waitMs === 0) await server.close();
    },
    scraped: async (signal, waits) => {
      if (scrapes.isAwaited && !signal.aborted) waits(scrapes.waitMs);
      await scrapes.last(signal);
      await server.close();
    },
  };
}

/** Whoever asks may send anything, also what is no URL; a proxy writes the address before the path (RFC 9112, 3.2.2). */
const metricsTarget = /^(?:https?:\/\/[^/?]*)?\/metrics(?:\?|$)/;

interface Served {
  readonly store: MetricStore;
  readonly onScrape: () => void;
}

function answer(request: IncomingMessage, response: ServerResponse, { store, onScrape }: Served): void {
  const refusal = foreignRead({ method: request.method ?? 'GET', headers: request.headers });
  const plain = { 'content-type': 'text/plain; charset=utf-8' };
  if (refusal) return void response.writeHead(refusal.status, plain).end(`${refusal.why}\n`);
  if (!metricsTarget.test(request.url ?? '/'))
    return void response.writeHead(404, plain).end('The metrics are at /metrics.\n');
  const { form, contentType } = acceptedForm(headerText(request.headers.accept));
  written(store, form).then(
    (body) => {
      response.on('finish', onScrape);
      response.writeHead(200, { 'content-type': contentType }).end(request.method === 'HEAD' ? undefined : body);
    },
    (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
  );
}

async function written({ registries }: MetricStore, form: MetricsForm['form']): Promise<string | Buffer> {
  if (form === 'protobuf') return metricsProtobuf(await registries.prometheus.getMetricsAsJSON());
  return registries[form].metrics();
}

function takerOf(store: MetricStore, { steps, targets = [] }: MeteredRun): (sample: Sample) => void {
  const services = new Map(targets.map(({ id, service }) => [id, service]));
  const known = new Map<string, ReturnType<typeof seriesMetric>>();
  const nameOf = (step: number) => steps[step]?.name ?? 'drain';
  return (sample) => {
    if (sample.kind === 'window') takeWindow(store, sample, nameOf(sample.step));
    else if (sample.kind === 'tick') takeTick(store, sample, nameOf(sample.step));
    else if (sample.kind === 'step') store.set(loadMetrics.step, {}, sample.step + 1);
    else if (sample.kind === 'fault') takeFault(store, sample);
    else if (sample.kind === 'condition') takeCondition(store, sample);
    else if (sample.kind === 'reading') {
      const { target } = sample;
      const service = services.get(target);
      for (const [series, value] of Object.entries(sample.values)) {
        const { head, factor, labels } = known.get(series) ?? seriesMetric(series);
        known.set(series, { head, factor, labels });
        store.set(head, { target, ...(service === undefined ? {} : { service }), ...labels }, value * factor);
      }
    }
  };
}
