/** Load through a load balancer that nobody here wrote, Debian's caddy, over two of our downstreams. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunResult } from '../../src/model/run-result.ts';
import { type CliEnd, cli, readResult, workDirectory } from '../helpers/cli.ts';
import { downstreamProgram } from '../helpers/go-programs.ts';
import { expectGoroutinesToAddUp, expectPlausible, gapsOf, valuesOf } from '../helpers/observed.ts';
import { describeWith } from '../helpers/programs.ts';
import { answers, metricOf, strangersIn } from '../helpers/strangers.ts';

/** No port that a command of the docs looks at: it would ask whoever listens there. */
const port = 18622;
const pprofPort = 18623;
const balancer = { public: `127.63.0.22:${port}`, admin: '127.63.0.21:18624' };
const downstreams = ['127.63.0.23', '127.63.0.24'];

const caddyfile = `{
	admin ${balancer.admin}
	auto_https off
	servers {
		metrics
	}
}
http://${balancer.public} {
	bind ${balancer.public.split(':')[0]}
	reverse_proxy ${downstreams.map((address) => `${address}:${port}`).join(' ')}
}
`;

function scenario(pids: { readonly caddy: number; readonly downstreams: readonly number[] }): string {
  const targets = [
    { name: 'caddy', at: balancer.admin, pid: pids.caddy },
    ...downstreams.map((address, index) => ({
      name: `downstream-${index + 1}`,
      at: `${address}:${pprofPort}`,
      pid: pids.downstreams[index],
    })),
  ];
  return `name: caddy
topology:
  engine: external
  targets:
${targets.map(({ name, at, pid }) => `    - { name: ${name}, pprof: "http://${at}/debug/pprof", metrics: "http://${at}/metrics", logs: ${name}.log, pid: ${pid} }`).join('\n')}
target: { url: "http://${balancer.public}/" }
load:
  idle: 500ms
  steps:
    - { name: warm-up, rate: 100/s, for: 1s, measure: false }
    - { name: steady, rate: 200/s, for: 6s }
observe: { schedtrace: 250ms, gctrace: true, goroutines: 1s, metrics: 1s, containers: 1s, profiles: { cpu: 1s } }
`;
}

describeWith('caddy', 'a run through caddy', (caddy) => {
  const directory = workDirectory();
  const run = join(directory, 'run');
  const strangers = strangersIn(directory);
  const handled = async () => ({
    caddy: await metricOf(`http://${balancer.admin}/metrics`, 'caddy_http_requests_total'),
    downstreams: await Promise.all(
      downstreams.map((address) =>
        metricOf(`http://${address}:${pprofPort}/metrics`, 'http_request_duration_seconds_count'),
      ),
    ),
  });
  let end: CliEnd;
  let result: RunResult;
  let before: Awaited<ReturnType<typeof handled>>;
  let after: typeof before;
  beforeAll(async () => {
    const binary = await downstreamProgram();
    const started = downstreams.map((address, index) =>
      strangers.start(`downstream-${index + 1}.log`, binary, [], {
        LISTEN_ADDR: `${address}:${port}`,
        PPROF_ADDR: `${address}:${pprofPort}`,
        ADVERTISE_HOST: address,
        ALLOC_BYTES: '64KiB',
      }),
    );
    for (const address of downstreams) await answers(`http://${address}:${port}/healthz`);
    writeFileSync(join(directory, 'Caddyfile'), caddyfile);
    const server = strangers.start('caddy.log', caddy, ['run', '--config', 'Caddyfile', '--adapter', 'caddyfile']);
    await answers(`http://${balancer.public}/`);
    const pids = { caddy: server.pid ?? 0, downstreams: started.map(({ pid }) => pid ?? 0) };
    writeFileSync(join(directory, 'caddy.yaml'), scenario(pids));
    before = await handled();
    end = await cli(['run', 'caddy.yaml', '--out', 'run'], directory);
    after = await handled();
    result = readResult(run);
  });
  afterAll(() => strangers.end());

  it('accounts for every request, as caddy and the services behind it do', () => {
    expect(result.status, end.stderr).toBe('complete');
    const [warmUp, steady] = result.steps;
    expect(warmUp?.load).toMatchObject({ planned: 100, completed: 100 });
    expect(steady?.load).toMatchObject({ planned: 1200, completed: 1200 });
    // One that had no answer on a connection that ended was sent again, which is said.
    const sent = 1300 + result.steps.reduce((sum, { load }) => sum + (load?.resent ?? 0) - (load?.unsent ?? 0), 0);
    expect(after.caddy - before.caddy).toBe(sent);
    const shares = after.downstreams.map((count, index) => count - (before.downstreams[index] ?? 0));
    expect(shares.reduce((sum, share) => sum + share, 0)).toBe(sent);
    for (const share of shares) expect(share).toBeGreaterThan(250);
  });

  it('knows what program it is, and leaves nothing out', () => {
    expect(result.environment.targets[0]).toMatchObject({
      id: 'caddy-1',
      go: { version: expect.stringMatching(/^go1\.\d+/), path: expect.stringContaining('caddyserver/caddy') },
    });
    expect(result.warnings).toEqual([]);
    expect(gapsOf(result)).toEqual([]);
  });

  it('has series of all three that are plausible and agree', () => {
    for (const target of ['caddy-1', 'downstream-1', 'downstream-2']) expectPlausible(result, target);
    // Each look of every second but the first has what needs two of them.
    expect(valuesOf(result, 'caddy-1', 'go.process_cpu_percent').length).toBe(
      valuesOf(result, 'caddy-1', 'go.goroutines').length - 1,
    );
    expect(Math.max(...valuesOf(result, 'caddy-1', 'go.process_cpu_percent'))).toBeGreaterThan(0);
    expect(Math.max(...valuesOf(result, 'caddy-1', 'gc.cycles'))).toBeGreaterThan(1);
  });

  it('reads every line of the runtime from between the lines that caddy logs', () => {
    const log = readFileSync(join(directory, 'caddy.log'), 'utf8');
    expect(log).toMatch(/^\{"level":"info"/m);
    const { steps } = result;
    const lines = [...log.matchAll(/^SCHED (\d+)ms: gomaxprocs=\d+ idleprocs=\d+ threads=(\d+)/gm)];
    const threads = valuesOf(result, 'caddy-1', 'sched.threads');
    expect(threads.length).toBeGreaterThan(5);
    // What was read is a run of what was printed, without a hole.
    expect(lines.map((line) => line[2]).join(' ')).toContain(threads.join(' '));
    expect(steps.at(1)?.targets['caddy-1']?.['gc.heap_live_mib']?.max).toBeGreaterThan(0);
  });

  it('sees where the goroutines of each are; what they wait for makes their number', async () => {
    for (const target of ['caddy-1', 'downstream-1', 'downstream-2'])
      expect(await expectGoroutinesToAddUp(run, target)).toBeGreaterThan(3);
    const sites = result.steps.at(1)?.goroutines.filter(({ target }) => target === 'caddy-1') ?? [];
    expect(sites.map(({ site }) => site)).toEqual(
      expect.arrayContaining(['net/http.(*persistConn).readLoop', 'net/http.(*persistConn).writeLoop']),
    );
    expect(sites.map(({ site }) => site).join()).toContain('github.com/caddyserver/caddy/v2');
    // The looks at its metrics are ours, not its work.
    expect(sites.flatMap(({ frames }) => frames).filter((frame) => frame.includes('promhttp'))).toEqual([]);
  });

  it('says where caddy spent its CPU and its allocations, in a form that go tool pprof reads', async () => {
    const steady = result.steps.at(1);
    const taken = steady?.profiles?.filter(({ target }) => target === 'caddy-1') ?? [];
    expect(taken.map(({ type, outcome }) => `${type} ${outcome}`)).toEqual(
      expect.arrayContaining(['block empty', 'cpu ok', 'heap ok', 'mutex empty']),
    );
    const flameOf = (type: string) =>
      steady?.hot
        ?.find((hot) => hot.service === 'caddy' && hot.type === type)
        ?.flame.map(([, name]) => name)
        .join('\n');
    expect(flameOf('cpu')).toMatch(/caddyhttp|net\/http|runtime\./);
    expect(flameOf('heap')).toContain('caddyhttp/reverseproxy.(*Handler).ServeHTTP');
    const merged = await cli(['profiles', 'run', '--merge', 'heap.pb.gz', '--type', 'heap'], directory);
    expect(merged.code, merged.stderr).toBe(0);
    const flags = [
      'tool',
      'pprof',
      '-top',
      '-cum',
      '-sample_index=alloc_space',
      '-tagfocus=target=caddy-1',
      'heap.pb.gz',
    ];
    expect(execFileSync('go', flags, { cwd: directory, encoding: 'utf8' })).toContain('caddyhttp');
  });
});
