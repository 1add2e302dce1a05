import { get } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import type { Sample } from '../../src/model/sample.ts';
import { ownLabels } from '../../src/model/tags.ts';
import { createPrometheusSink, type MeteredRun, type PrometheusSink } from '../../src/sinks/prometheus-sink.ts';
import { healthySamples, scenario } from '../helpers/raw-run.ts';

const open: PrometheusSink[] = [];
afterEach(async () => {
  for (const sink of open.splice(0)) {
    await sink.close();
    await sink.scraped(AbortSignal.abort(), () => {});
  }
});

const reading: Sample = {
  kind: 'reading',
  atUs: 1,
  target: 'loadbalancer-1',
  source: 'schedtrace',
  values: { 'sched.runqueue': 7, 'container.memory_mib': 2, 'goroutines.waiting.chan receive': 3 },
};

async function serving(samples: readonly Sample[], run: Partial<MeteredRun> = {}, place = {}): Promise<PrometheusSink> {
  const sink = await createPrometheusSink(
    { port: 0, ...place },
    { id: 'r1', steps: scenario.load.steps, nowMs: () => 0, ...run },
  );
  open.push(sink);
  for (const sample of samples) sink.accept(sample);
  return sink;
}

async function textOf({ url }: PrometheusSink, accept = 'text/plain'): Promise<string> {
  return await (await fetch(url, { headers: { accept } })).text();
}

it('serves counts, histograms and observed series while the run is live', async () => {
  const targets = [{ id: 'loadbalancer-1', service: 'loadbalancer' }];
  const text = await textOf(await serving([...healthySamples(), reading], { targets, scenario: 'ramp' }));
  for (const line of [
    'rampart_run_info{scenario="ramp",run="r1"} 1',
    'rampart_run_over{run="r1"} 0',
    'rampart_step{run="r1"} 3',
    'rampart_arrivals_planned_total{step="high",run="r1"} 4000',
    'rampart_arrivals_total{step="high",outcome="completed",run="r1"} 4000',
    'rampart_arrivals_total{step="high",outcome="timed_out",run="r1"} 0',
    'rampart_answers_total{step="low",run="r1"} 6010',
    'rampart_response_seconds_bucket{step="high",le="0.001",run="r1"} 0',
    'rampart_response_seconds_bucket{step="high",le="0.0025",run="r1"} 4000',
    'rampart_response_seconds_bucket{step="high",le="+Inf",run="r1"} 4000',
    'rampart_response_seconds_count{step="high",run="r1"} 4000',
    'rampart_response_seconds_sum{step="high",run="r1"} 8',
    'rampart_sched_runqueue{target="loadbalancer-1",service="loadbalancer",run="r1"} 7',
    'rampart_container_memory_bytes{target="loadbalancer-1",service="loadbalancer",run="r1"} 2097152',
    'rampart_goroutines_waiting{target="loadbalancer-1",service="loadbalancer",reason="chan receive",run="r1"} 3',
  ])
    expect(text.split('\n')).toContain(line);
});

it('tells of requests, kinds of failures, faults and conditions', async () => {
  const [window] = healthySamples().filter(({ kind }) => kind === 'window');
  if (window?.kind !== 'window') throw new Error('no window');
  const part = { planned: 10, completed: 9, failed: 1, timedOut: 0, dropped: 0, unfinished: 0 };
  const text = await textOf(
    await serving([
      {
        ...window,
        errors: { 'add: status 503': 1 },
        requests: [{ name: 'add', ...part, response: window.response, service: window.service }],
      },
      { kind: 'fault', atUs: 2, askedUs: 1, fault: 'storm', moment: 'begin', targets: ['a'], message: 'killed a' },
      { kind: 'fault', atUs: 2, askedUs: 1, fault: 'past', moment: 'begin', targets: ['a'], message: 'killed a' },
      { kind: 'fault', atUs: 3, askedUs: 1, fault: 'past', moment: 'end', targets: ['a'], message: 'back' },
      { kind: 'condition', atUs: 1, condition: 'members=3', holds: true },
    ]),
  );
  for (const line of [
    'rampart_errors_total{step="warm-up",kind="add: status 503",run="r1"} 1',
    'rampart_request_arrivals_total{step="warm-up",request="add",outcome="failed",run="r1"} 1',
    'rampart_request_response_seconds_count{step="warm-up",request="add",run="r1"} 10',
    'rampart_fault_in_force{fault="storm",run="r1"} 1',
    'rampart_fault_in_force{fault="past",run="r1"} 0',
    'rampart_condition_holds{condition="members=3",run="r1"} 1',
  ])
    expect(text.split('\n')).toContain(line);
});

it('answers in the form that is asked for', async () => {
  const sink = await serving([...healthySamples(), reading]);
  const open = await fetch(sink.url, { headers: { accept: 'application/openmetrics-text; version=1.0.0, */*;q=0.1' } });
  expect(open.headers.get('content-type')).toBe('application/openmetrics-text; version=1.0.0; charset=utf-8');
  const text = await open.text();
  expect(text).toContain('# TYPE rampart_arrivals counter\n');
  expect(text).toContain('le="1.0"');
  expect(text.endsWith('\n# EOF\n')).toBe(true);
  const plain = await fetch(sink.url, { headers: { accept: '*/*' } });
  expect(plain.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
  expect(await plain.text()).not.toContain('# EOF');
  expect(await (await fetch(sink.url, { method: 'HEAD' })).text()).toBe('');
});

it('answers nothing but reads of /metrics, and no page of another site', async () => {
  const { url } = await serving([]);
  const status = async (path: string, init: RequestInit = {}) => (await fetch(`${url}${path}`, init)).status;
  expect(await status('?name[]=rampart_step')).toBe(200);
  expect(await status('2')).toBe(404);
  expect(await status('', { method: 'POST' })).toBe(405);
  expect(await status('', { headers: { 'sec-fetch-site': 'cross-site' } })).toBe(403);
});

it.each(['//', '//[', '/\\', '*'])('answers a request for %s, which is no URL, and goes on', async (target) => {
  const { url } = await serving([]);
  const { hostname, port } = new URL(url);
  const ask = async (path: string) =>
    await new Promise<number | undefined>((resolve, reject) => {
      get({ hostname, port, path }, (response) => {
        response.resume();
        resolve(response.statusCode);
      }).on('error', reject);
    });
  expect(await ask(target)).toBe(404);
  expect(await ask('/metrics')).toBe(200);
  expect(await ask(url)).toBe(200);
});

it('says which port is taken', async () => {
  const { url } = await serving([]);
  await expect(serving([], {}, { port: Number(new URL(url).port) })).rejects.toMatchObject({
    code: 'port-taken',
    exitCode: 3,
  });
});

it('is served on another address where that is asked for', async () => {
  expect((await serving([], {}, { host: '127.0.7.9' })).url).toMatch(/^http:\/\/127\.0\.7\.9:\d+\/metrics$/);
  await expect(serving([], {}, { host: '203.0.113.7' })).rejects.toMatchObject({ code: 'port-taken', exitCode: 3 });
});

it('labels every metric with the tags of the run, which can take the place of none of its own labels', async () => {
  const lines = (await textOf(await serving([...healthySamples(), reading], { tags: { release: '1.5' } })))
    .split('\n')
    .filter((line) => /^rampart_/.test(line));
  expect(lines.length).toBeGreaterThan(10);
  expect(lines.filter((line) => !line.includes('release="1.5"'))).toEqual([]);
  const labels = lines.flatMap((line) => [...line.matchAll(/(?<=[{,])(\w+)="/g)].map(([, name = '']) => name));
  expect([...new Set(labels)].filter((name) => name !== 'release' && !ownLabels.includes(name))).toEqual([]);
});

describe('after the run', () => {
  it('is there until it has been scraped once more, and says that the run is over', async () => {
    const sink = await serving(healthySamples(), {}, { keepMs: 60_000 });
    await sink.close();
    const waited: number[] = [];
    const end = sink.scraped(new AbortController().signal, (ms) => waited.push(ms));
    expect(await textOf(sink)).toContain('rampart_run_over{run="r1"} 1');
    await end;
    expect(waited).toEqual([60_000]);
    await expect(textOf(sink)).rejects.toThrow();
  });

  it('is gone at once where nobody has scraped it, or the user will not wait', async () => {
    const unread = await serving(healthySamples());
    await unread.close();
    await expect(textOf(unread)).rejects.toThrow();
    const kept = await serving(healthySamples(), {}, { keepMs: 60_000 });
    await textOf(kept);
    await kept.close();
    await kept.scraped(AbortSignal.abort(), () => {});
    await expect(textOf(kept)).rejects.toThrow();
  });
});
