import { afterEach, expect, it } from 'vitest';
import { createPrometheusSink, type PrometheusSink } from '../../src/sinks/prometheus-sink.ts';
import { healthySamples, scenario } from '../helpers/raw-run.ts';

let sink: PrometheusSink | undefined;
afterEach(() => sink?.close());

it('serves outcomes, latencies, rates and observed series while the run is live', async () => {
  sink = await createPrometheusSink(0, { id: 'r1', steps: scenario.load.steps });
  for (const sample of healthySamples()) sink.accept(sample);
  sink.accept({
    kind: 'reading',
    atUs: 1,
    target: 'loadbalancer-1',
    source: 'schedtrace',
    values: { 'sched.runqueue': 7 },
  });
  const text = await (await fetch(sink.url)).text();
  expect(text).toContain('rampart_arrivals_total{step="high",outcome="completed",run="r1"} 4000');
  expect(text).toContain('rampart_rate_per_second{rate="completed",run="r1"} 2000');
  expect(text).toMatch(/rampart_latency_seconds\{clock="response",quantile="0\.99",run="r1"\} 0\.002/);
  expect(text).toContain('rampart_series{target="loadbalancer-1",series="sched.runqueue",run="r1"} 7');
});

it('says which port is taken', async () => {
  sink = await createPrometheusSink(0, { id: 'r1', steps: [] });
  const port = Number(new URL(sink.url).port);
  await expect(createPrometheusSink(port, { id: 'r2', steps: [] })).rejects.toMatchObject({
    code: 'port-taken',
    exitCode: 3,
  });
});
