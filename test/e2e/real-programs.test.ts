/** `rampart observe` of programs that nobody here wrote: Debian's Prometheus, and a cluster of three of Debian's etcd. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { findFreePorts } from '../../src/host/free-ports.ts';
import type { RunResult } from '../../src/model/run-result.ts';
import { type CliEnd, cli, readResult, startCli, workDirectory } from '../helpers/cli.ts';
import { expectGoroutinesToAddUp, expectPlausible, gapsOf, sitesOf, valuesOf } from '../helpers/observed.ts';
import { describeWith } from '../helpers/programs.ts';
import { answers, metricOf, strangersIn } from '../helpers/strangers.ts';

const web = '127.63.0.10:9090';
/** Where Prometheus finds the run. */
let ourPort = 0;

describeWith('prometheus', 'rampart observe of a Prometheus that scrapes itself', (prometheus) => {
  const directory = workDirectory();
  const strangers = strangersIn(directory);
  const ends: Record<string, CliEnd> = {};
  beforeAll(async () => {
    [ourPort = 0] = await findFreePorts(1);
    const jobs = { self: web, rampart: `127.0.0.1:${ourPort}` };
    const scrapes = Object.entries(jobs).map(([job, target]) => ({
      job_name: job,
      static_configs: [{ targets: [target] }],
    }));
    // YAML is a superset of JSON.
    const config = { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: scrapes };
    writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify(config));
    const flags = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=${web}`];
    strangers.start('prometheus.log', prometheus, flags);
    await answers(`http://${web}/-/ready`);
    const observe = async (name: string, ...more: string[]) => {
      ends[name] = await cli(['observe', ...more, '--for', '5s', '--out', name], directory);
    };
    await Promise.all([observe('port', '--port', web), observe('url', '--url', `http://${web}`)]);
  });
  afterAll(() => strangers.end());

  it.each(['port', 'url'])('finds pprof and metrics by --%s, and what it sees is plausible', async (name) => {
    expect(ends[name]?.code, ends[name]?.stderr).toBe(0);
    const result = readResult(join(directory, name));
    expect(result.warnings).toEqual([]);
    expect(gapsOf(result)).toEqual([]);
    expect(result.environment.targets).toMatchObject([
      { id: 'prometheus-1', go: { path: 'github.com/prometheus/prometheus/cmd/prometheus' } },
    ]);
    expectPlausible(result, 'prometheus-1');
    expect(await expectGoroutinesToAddUp(join(directory, name), 'prometheus-1')).toBeGreaterThan(0);
    expect(await sitesOf(join(directory, name), 'prometheus-1')).toContain(
      'github.com/prometheus/prometheus/scrape.(*Manager).Run',
    );
    // Prometheus counts the goroutines of the answer to our look as well.
    const [own = 0] = valuesOf(result, 'prometheus-1', 'goroutines.total');
    const told = valuesOf(result, 'prometheus-1', 'go.goroutines');
    expect(Math.abs(Math.min(...told) - own)).toBeLessThan(20);
  });

  it('is read by Prometheus in its turn, until Ctrl-C', async () => {
    const observing = startCli(
      ['observe', '--url', `http://${web}`, '--metrics-port', String(ourPort), '--out', 'read'],
      directory,
    );
    const wanted = ['prometheus-1 rampart_go_goroutines', 'prometheus-1 rampart_goroutines'];
    await vi.waitFor(async () => expect(await seriesReadBack()).toEqual(expect.arrayContaining(wanted)), 60_000);
    observing.child.kill('SIGINT');
    const { code, stderr } = await observing.end;
    expect(code, stderr).toBe(0);
  });

  async function seriesReadBack(): Promise<string[]> {
    const query = encodeURIComponent('{__name__=~"rampart_(go_)?goroutines",job="rampart"}');
    const { data } = JSON.parse(await answers(`http://${web}/api/v1/query?query=${query}`)) as {
      readonly data: { readonly result: readonly { readonly metric: Record<string, string> }[] };
    };
    return data.result.map(({ metric }) => `${metric['target']} ${metric['__name__']}`);
  }
});

const members = [1, 2, 3].map((number) => ({ name: `etcd-${number}`, address: `127.63.0.3${number}` }));
const puts = 300;

describeWith('etcd', 'rampart observe of a cluster of three etcd', (etcd) => {
  const directory = workDirectory();
  const run = join(directory, 'run');
  const strangers = strangersIn(directory);
  let end: CliEnd;
  let result: RunResult;
  beforeAll(async () => {
    const cluster = members.map(({ name, address }) => `${name}=http://${address}:2380`).join();
    const started = members.map(({ name, address }) => {
      const [client, peer] = [`http://${address}:2379`, `http://${address}:2380`];
      return strangers.start(`${name}.log`, etcd, [
        ...['--name', name, '--data-dir', name, '--enable-pprof'],
        ...['--listen-client-urls', client, '--advertise-client-urls', client],
        ...['--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer],
        ...['--initial-cluster', cluster, '--initial-cluster-state', 'new'],
      ]);
    });
    for (const { address } of members) await answers(`http://${address}:2379/health`);
    const [first, second, third] = members.map(({ address }) => `${address}:2379`);
    const observing = startCli(
      [
        'observe',
        ...['--target', `etcd-1=port:${first}`],
        ...['--target', `etcd-2=http://${second}`],
        ...['--target', `etcd-3=pid:${started[2]?.pid},url:http://${third}`],
        ...['--for', '6s', '--out', 'run'],
      ],
      directory,
    );
    await observing.sees('observing for 6s');
    await Promise.all(members.map(({ address }, index) => putEvery(address, index)));
    end = await observing.end;
    result = readResult(run);
  });
  afterAll(() => strangers.end());

  async function putEvery(address: string, remainder: number): Promise<void> {
    for (let index = remainder; index < puts; index += members.length) {
      const [key, value] = [`key ${index}`, 'value'].map((text) => Buffer.from(text).toString('base64'));
      const answer = await fetch(`http://${address}:2379/v3/kv/put`, {
        method: 'POST',
        body: JSON.stringify({ key, value }),
      });
      expect(answer.status, await answer.text()).toBe(200);
    }
  }

  it('keeps the three apart under the names they were given, while all three do the work', async () => {
    expect(end.code, end.stderr).toBe(0);
    expect(result.environment.targets).toMatchObject(
      members.map(({ name }) => ({ id: name, service: 'etcd', go: { path: 'go.etcd.io/etcd' } })),
    );
    expect(result.warnings).toEqual([]);
    expect(gapsOf(result)).toEqual([]);
    for (const { name, address } of members) {
      const done = await metricOf(`http://${address}:2379/metrics`, 'etcd_mvcc_put_total');
      const doneBefore35 = await metricOf(`http://${address}:2379/metrics`, 'etcd_debugging_mvcc_put_total');
      expect(Math.max(done, doneBefore35)).toBe(puts);
      expectPlausible(result, name);
      expect(await expectGoroutinesToAddUp(run, name)).toBeGreaterThan(0);
    }
  });

  it('sees the goroutines of the cluster in each', async () => {
    for (const { name } of members) {
      expect(await sitesOf(run, name)).toContain('go.etcd.io/etcd/etcdserver/api/rafthttp.(*streamWriter).run');
      expect(valuesOf(result, name, 'goroutines.waiting.select')[0]).toBeGreaterThan(10);
    }
  });
});
