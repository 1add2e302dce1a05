/** `rampart observe` with containers that somebody else started, found by their labels. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, vi } from 'vitest';
import { cli, readResult, startCli, workDirectory } from '../helpers/cli.ts';
import { hasDocker, itWithDocker } from '../helpers/docker.ts';
import { downstreamProgram } from '../helpers/go-programs.ts';

const directory = workDirectory();
const image = `rampart-observe-test:${process.pid}`;
const tag = `observe-${process.pid}`;
const started: string[] = [];

function docker(...args: string[]): string {
  return execFileSync('docker', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] }).trim();
}

/** Starts the example's downstream; only what the labels name, or what is published, says where its pprof is. */
function run(
  name: string,
  labels: Readonly<Record<string, string>>,
  publish: readonly string[],
  env: string[] = [],
): string {
  const all = { 'rampart.test': tag, ...labels };
  const id = docker(
    ...['run', '--detach', '--name', `${tag}-${name}`],
    ...Object.entries(all).flatMap(([label, value]) => ['--label', `${label}=${value}`]),
    ...publish.flatMap((port) => ['--publish', port]),
    ...['LISTEN_ADDR=:8080', 'PPROF_ADDR=:6060', ...env].flatMap((entry) => ['--env', entry]),
    image,
  );
  started.push(id);
  return id;
}

function compose(service: string): Record<string, string> {
  return {
    'com.docker.compose.project': tag,
    'com.docker.compose.service': service,
    'com.docker.compose.container-number': '1',
    'com.docker.compose.oneoff': 'False',
  };
}

beforeAll(async () => {
  if (!hasDocker) return;
  copyFileSync(await downstreamProgram(), join(directory, 'service'));
  writeFileSync(join(directory, 'Dockerfile'), 'FROM scratch\nCOPY service /service\nENTRYPOINT ["/service"]\n');
  docker('build', '--quiet', '--tag', image, directory);
});
afterAll(() => {
  if (!hasDocker) return;
  if (started.length > 0) docker('rm', '--force', ...started);
  docker('rmi', '--force', image);
});

describe('rampart observe of containers', () => {
  itWithDocker(
    'finds them by label or project, follows one that is restarted on other ports, and changes none',
    async () => {
      const traced = run(
        'traced',
        { ...compose('traced'), 'rampart.pprof.port': '6060', 'rampart.metrics': '6060/metrics' },
        ['127.0.0.1::6060'],
        ['GODEBUG=schedtrace=500,gctrace=1'],
      );
      const annotated = run(
        'annotated',
        {
          ...compose('annotated'),
          'profefe.com/enable': 'true',
          'prometheus.io/scrape': 'true',
          'prometheus.io/port': '6060',
        },
        ['127.62.0.20:18061:6060'],
      );
      run('probed', compose('probed'), ['127.62.0.21:18062:6060']);
      const observing = startCli(
        ['observe', '--project', tag, '--label', `rampart.test=${tag}`, '--out', 'run'],
        directory,
      );
      await observing.sees('observing until Ctrl-C');
      const sees = (target: string, name: string, afterUs = 0) =>
        expect(
          readings().some((one) => one.target === target && name in one.values && one.atUs > afterUs),
          `${name} of ${target} after ${afterUs}`,
        ).toBe(true);
      await vi.waitFor(() => {
        for (const target of ['traced-1', 'annotated-1', 'probed-1']) {
          for (const name of ['goroutines.total', 'go.goroutines', 'container.cpu_percent']) sees(target, name);
        }
        sees('traced-1', 'sched.runqueue');
      }, 180_000);

      docker('restart', '--time', '1', traced);
      await observing.sees(`traced-1: container ${traced.slice(0, 12)} started`);
      await vi.waitFor(() => {
        const restartUs = events().find(({ event }) => event === 'restart')?.atUs ?? Number.POSITIVE_INFINITY;
        for (const name of ['goroutines.total', 'go.goroutines', 'container.cpu_percent', 'sched.runqueue'])
          sees('traced-1', name, restartUs);
      }, 180_000);
      observing.child.kill('SIGINT');
      const { code, stderr } = await observing.end;
      expect(code, stderr).toBe(0);

      const result = readResult(join(directory, 'run'));
      expect(result.environment.targets.map(({ id }) => id)).toEqual(['annotated-1', 'probed-1', 'traced-1']);
      expect(result.events.map(({ kind, target }) => [kind, target])).toEqual([
        ['phase', undefined],
        ['exit', 'traced-1'],
        ['restart', 'traced-1'],
      ]);
      const state = JSON.parse(docker('inspect', annotated)) as { State: { Running: boolean }; RestartCount: number }[];
      expect(state[0]).toMatchObject({ State: { Running: true }, RestartCount: 0 });
    },
  );

  itWithDocker('says which projects and containers run when none has the labels', async () => {
    run('other', compose('other'), []);
    const { code, stderr } = await cli(['observe', '--project', 'nobody', '--label', 'app=shop'], directory);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /--project nobody --label app=shop: no running container has all these labels; running projects: .*/,
    );
    expect(stderr).toContain(`${tag}-other`);
  });

  itWithDocker('does not take the engine that forwards a port for the service behind it', async () => {
    run('forwarded', {}, ['127.62.0.22:18063:6060']);
    const url = 'http://127.62.0.22:18063';
    await vi.waitFor(async () => expect((await fetch(`${url}/metrics`)).status).toBe(200), 60_000);
    const byPort = await cli(['observe', '--port', '127.62.0.22:18063'], directory);
    expect(byPort.code).toBe(3);
    expect(byPort.stderr).toMatch(
      /--port 127\.62\.0\.22:18063: (nothing listens|process \d+ .*another process answers through it)/,
    );
    const byUrl = await cli(['observe', '--url', url, '--for', '3s', '--out', 'forwarded'], directory);
    expect(byUrl.code, byUrl.stderr).toBe(0);
    const own = readResult(join(directory, 'forwarded')).series.filter(({ target }) => target === 'service-1');
    const names = own.map(({ name }) => name);
    expect(names).toContain('goroutines.total');
    expect(names).not.toContain('container.cpu_percent');
  });

  itWithDocker('says what was asked and what to publish when a container shows nothing', async () => {
    run('hidden', { 'rampart.alone': tag, 'rampart.pprof.port': '6060' }, []);
    const { code, stderr } = await cli(['observe', '--label', `rampart.alone=${tag}`], directory);
    expect(code).toBe(3);
    expect(stderr).toMatch(
      /none of 1 containers shows anything of a Go runtime:\n.*port 6060 of its labels is not published/,
    );
    expect(stderr).toContain('net/http/pprof');
  });
});

function readings(): { target: string; atUs: number; values: Record<string, number> }[] {
  return ndjson('readings.ndjson');
}

function events(): { event?: string; atUs: number }[] {
  return ndjson('events.ndjson');
}

function ndjson<T>(file: string): T[] {
  const path = join(directory, 'run', 'raw', file);
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
  return lines.map((line) => JSON.parse(line) as T);
}
