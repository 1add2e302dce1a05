/** Live metrics of a run, read by those who read such metrics: Debian's Prometheus, with native histograms and without, and its promtool. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { findFreePorts } from '../../src/host/free-ports.ts';
import { cli, readResult, workDirectory } from '../helpers/cli.ts';
import { describeWith } from '../helpers/programs.ts';
import { answers, strangersIn } from '../helpers/strangers.ts';

/** Those of the two runs that are read. */
let ports: readonly number[];
beforeAll(async () => {
  ports = await findFreePorts(2);
});
const native = '127.63.1.10:9090';
const classic = '127.63.1.11:9090';

const directory = workDirectory();
const strangers = strangersIn(directory);
const services: Server[] = [];

async function listening(): Promise<number> {
  const service = createServer((request, response) => {
    response.writeHead(request.url === '/add' ? 503 : 200).end('ok');
  });
  services.push(service);
  await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  return (service.address() as AddressInfo).port;
}

afterAll(async () => {
  await strangers.end();
  for (const service of services) {
    service.closeAllConnections();
    service.close();
  }
});

interface Vector {
  readonly metric: Readonly<Record<string, string>>;
  readonly value?: readonly [number, string];
}

async function query(web: string, text: string): Promise<Vector[]> {
  const told = await answers(`http://${web}/api/v1/query?query=${encodeURIComponent(text)}`);
  return (JSON.parse(told) as { readonly data: { readonly result: Vector[] } }).data.result;
}

describeWith('prometheus', 'a Prometheus that scrapes a run', (prometheus) => {
  beforeAll(async () => {
    const port = await listening();
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'rampart', static_configs: [{ targets: [`127.0.0.1:${ports[0]}`] }] }],
    };
    writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(config));
    for (const [web, ...more] of [[native, '--enable-feature=native-histograms'], [classic]]) {
      mkdirSync(join(directory, `data-${web}`));
      const flags = ['--config.file=prometheus.yml', `--storage.tsdb.path=data-${web}`, `--web.listen-address=${web}`];
      strangers.start(`${web}.log`, prometheus, [...flags, ...more]);
    }
    await Promise.all([answers(`http://${native}/-/ready`), answers(`http://${classic}/-/ready`)]);
    writeFileSync(
      join(directory, 'scraped.yaml'),
      `name: scraped
topology: { engine: external, targets: [] }
target: { url: "http://127.0.0.1:${port}/" }
load:
  idle: 100ms
  requests: [{ name: add, path: /add }, { name: get, path: /get }]
  steps: [{ name: only, rate: 100/s, for: 5s }]
validity: { maxLagP99: 5s, maxOwnShare: 1 }
`,
    );
    const flags = ['--metrics-port', String(ports[0]), '--metrics-keep', '30s', '--tag', 'release=1.5'];
    await cli(['run', 'scraped.yaml', '--out', 'run', ...flags], directory);
  });

  it('has every arrival of the run, the last second too', async () => {
    const { load } = readResult(join(directory, 'run')).steps[0] ?? {};
    // The first scrape after the end ends the wait, be it before the report is written.
    const totals = await Promise.all(
      [native, classic].map((web) => query(web, 'sum by (release, step) (max_over_time(rampart_arrivals_total[5m]))')),
    );
    expect(totals.flat()).toContainEqual(
      expect.objectContaining({
        metric: { release: '1.5', step: 'only' },
        value: [expect.any(Number), String(load?.planned)],
      }),
    );
    const [failures] = await query(classic, 'max_over_time(rampart_errors_total{kind="add: status 503"}[5m])');
    expect(Number(failures?.value?.[1])).toBeGreaterThan(100);
  });

  it('has quantiles of response times from classic buckets', async () => {
    const [median] = await query(
      classic,
      'histogram_quantile(0.5, sum by (le) (max_over_time(rampart_response_seconds_bucket[5m])))',
    );
    const { responseUs } = readResult(join(directory, 'run')).steps[0] ?? {};
    expect(Number(median?.value?.[1])).toBeGreaterThan(0);
    // Classic buckets are as coarse as a factor of 2.5.
    expect(Number(median?.value?.[1]) / ((responseUs?.p50 ?? 0) / 1e6)).toBeGreaterThan(1 / 2.6);
    expect(Number(median?.value?.[1]) / ((responseUs?.p50 ?? 0) / 1e6)).toBeLessThan(2.6);
  });

  it('has them from native ones where it takes those', async () => {
    const median = 'histogram_quantile(0.5, rate(rampart_response_seconds[5m]))';
    const [seen] = await query(native, median);
    const { responseUs } = readResult(join(directory, 'run')).steps[0] ?? {};
    expect(Number(seen?.value?.[1])).toBeGreaterThan(0);
    expect(Number(seen?.value?.[1])).toBeLessThan(((responseUs?.p90 ?? 0) / 1e6) * 1.1);
    const [count] = await query(native, 'histogram_count(increase(rampart_response_seconds[5m]))');
    expect(Number(count?.value?.[1])).toBeGreaterThan(100);
    expect(await query(classic, median)).toEqual([]);
  });

  it('was up for all of it, and was told nothing that it refused', async () => {
    for (const web of [native, classic]) {
      const [lost] = await query(web, 'sum(max_over_time(scrape_samples_scraped{job="rampart"}[5m]))');
      expect(Number(lost?.value?.[1])).toBeGreaterThan(20);
    }
  });
});

it('says for how long it waits for a scrape', async () => {
  const port = await listening();
  writeFileSync(
    join(directory, 'unscraped.yaml'),
    `name: unscraped
topology: { engine: external, targets: [] }
target: { url: "http://127.0.0.1:${port}/" }
load: { idle: 100ms, steps: [{ rate: 50/s, for: 1s }] }
`,
  );
  const flags = ['--metrics-port', '0', '--metrics-keep', '100ms'];
  const { stderr } = await cli(['run', 'unscraped.yaml', '--out', 'unscraped', ...flags], directory);
  expect(stderr).toContain('metrics are served until they are scraped once more, at most 100');
});

describeWith('promtool', 'promtool check metrics of a run', (promtool) => {
  it('finds nothing against conventions', async () => {
    const port = await listening();
    writeFileSync(
      join(directory, 'checked.yaml'),
      `name: checked
topology: { engine: external, targets: [] }
target: { url: "http://127.0.0.1:${port}/" }
load: { idle: 100ms, requests: [{ name: add, path: /add }, { name: get, path: /get }], steps: [{ rate: 50/s, for: 4s }] }
observe: { containers: 500ms }
`,
    );
    const running = cli(
      ['run', 'checked.yaml', '--out', 'checked', '--metrics-port', String(ports[1]), '--metrics-keep', '0s'],
      directory,
    );
    const page = await vi.waitFor(
      async () => {
        const text = await (await fetch(`http://127.0.0.1:${ports[1]}/metrics`)).text();
        expect(text).toContain('rampart_response_seconds_bucket');
        expect(text).toContain('rampart_host_cpu_ratio');
        return text;
      },
      { timeout: 60_000, interval: 100 },
    );
    expect(execFileSync(promtool, ['check', 'metrics'], { input: page, encoding: 'utf8' })).toBe('');
    await running;
  });
});
