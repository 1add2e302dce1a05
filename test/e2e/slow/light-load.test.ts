/** Programs that nobody here wrote, under light load and well: nothing above a note may be found in them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { cli, readResult, workDirectory } from '../../helpers/cli.ts';
import { describeWith } from '../../helpers/programs.ts';
import { answers, strangersIn } from '../../helpers/strangers.ts';

interface Place {
  /** What load is sent to. */
  readonly url: string;
  readonly pprof: string;
  readonly metrics: string;
  readonly log: string;
  readonly pid: number | undefined;
}

/** Three light steps, with everything watched that can be. */
function scenarioOf({ url, pprof, metrics, log, pid }: Place): string {
  return JSON.stringify({
    name: 'light',
    topology: {
      engine: 'external',
      targets: [{ name: 'stranger', pprof, metrics, logs: log, ...(pid ? { pid } : {}) }],
    },
    target: { url },
    load: {
      steps: [
        { name: 'warm-up', rate: '20/s', for: '1s', measure: false },
        { from: '20/s', to: '100/s', stairs: 3, for: '9s' },
      ],
    },
    observe: { schedtrace: '500ms', gctrace: true, goroutines: '1s', metrics: '500ms', containers: '500ms' },
  });
}

async function expectNothingAboveNote(directory: string, place: Place): Promise<void> {
  writeFileSync(join(directory, 'light.yaml'), scenarioOf(place));
  const { code, stderr, stdout } = await cli(['run', 'light.yaml', '--out', 'light'], directory);
  // Beside other tests a run may be invalid; what is found must be nothing all the same.
  expect([0, 4], stderr + stdout).toContain(code);
  const { findings, diagnosis, steps } = readResult(join(directory, 'light'));
  expect(steps.filter(({ kind }) => kind === 'measure').map(({ load }) => load.failed)).toEqual([0, 0, 0]);
  expect(findings.filter(({ severity, role }) => severity !== 'note' && role !== 'measurement')).toEqual([]);
  expect(diagnosis?.outcome).toBe('healthy');
}

describeWith('prometheus', 'light load on a Prometheus', (prometheus) => {
  const directory = workDirectory();
  const strangers = strangersIn(directory);
  const web = '127.63.0.60:9090';
  let pid: number | undefined;
  beforeAll(async () => {
    writeFileSync(join(directory, 'prometheus.yml'), JSON.stringify({ global: { scrape_interval: '15s' } }));
    const flags = ['--config.file=prometheus.yml', '--storage.tsdb.path=data', `--web.listen-address=${web}`];
    pid = strangers.start('log', prometheus, flags).pid;
    await answers(`http://${web}/-/ready`);
  });
  afterAll(() => strangers.end());

  it('finds nothing above a note', async () => {
    await expectNothingAboveNote(directory, {
      url: `http://${web}/api/v1/query?query=up`,
      pprof: `http://${web}/debug/pprof`,
      metrics: `http://${web}/metrics`,
      log: join(directory, 'log'),
      pid,
    });
  });
});

describeWith('etcd', 'light load on an etcd', (etcd) => {
  const directory = workDirectory();
  const strangers = strangersIn(directory);
  const [client, peer] = ['127.63.0.61:2379', '127.63.0.61:2380'];
  let pid: number | undefined;
  beforeAll(async () => {
    const flags = [
      ...['--data-dir=data', '--enable-pprof', `--listen-client-urls=http://${client}`],
      ...[`--advertise-client-urls=http://${client}`, `--listen-peer-urls=http://${peer}`],
      ...[`--initial-advertise-peer-urls=http://${peer}`, `--initial-cluster=default=http://${peer}`],
    ];
    pid = strangers.start('log', etcd, flags).pid;
    await answers(`http://${client}/health`);
  });
  afterAll(() => strangers.end());

  it('finds nothing above a note', async () => {
    await expectNothingAboveNote(directory, {
      url: `http://${client}/health`,
      pprof: `http://${client}/debug/pprof`,
      metrics: `http://${client}/metrics`,
      log: join(directory, 'log'),
      pid,
    });
  });
});

describeWith('caddy', 'light load on a Caddy', (caddy) => {
  const directory = workDirectory();
  const strangers = strangersIn(directory);
  const [web, admin] = ['127.63.0.62:8080', '127.63.0.62:2019'];
  let pid: number | undefined;
  beforeAll(async () => {
    mkdirSync(join(directory, 'site'));
    writeFileSync(join(directory, 'site', 'index.html'), `<p>${'well '.repeat(400)}</p>`);
    const routes = [{ handle: [{ handler: 'file_server', root: 'site' }] }];
    const http = { servers: { site: { listen: [web], automatic_https: { disable: true }, metrics: {}, routes } } };
    writeFileSync(join(directory, 'caddy.json'), JSON.stringify({ admin: { listen: admin }, apps: { http } }));
    pid = strangers.start('log', caddy, ['run', '--config', 'caddy.json']).pid;
    await answers(`http://${web}/`);
  });
  afterAll(() => strangers.end());

  it('finds nothing above a note', async () => {
    await expectNothingAboveNote(directory, {
      url: `http://${web}/`,
      pprof: `http://${admin}/debug/pprof`,
      metrics: `http://${admin}/metrics`,
      log: join(directory, 'log'),
      pid,
    });
  });
});
