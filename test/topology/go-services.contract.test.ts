// biome-ignore-all lint/suspicious/noTemplateCurlyInString: addresses that a run gives out look like this
/** Services that a scenario itself describes, as local processes: built in their folder, reached where they listen. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunningTopology } from '../../src/model/topology.ts';
import type { GoService } from '../../src/model/topology-spec.ts';
import { goSourcesOf } from '../../src/topology/go-sources.ts';
import { processEngine } from '../../src/topology/process-engine.ts';
import { testRun } from '../helpers/run-context.ts';
import { refusingPort } from '../load/raw-server.ts';

const services = fileURLToPath(new URL('../fixtures/services', import.meta.url));
const running: RunningTopology[] = [];
const folders: string[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.down()));
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })));
});

const server: GoService = { folder: services, go: './server', args: [], env: {}, ports: [8080] };

const specOf = (all: Record<string, GoService>, scale = {}) => ({
  engine: 'process',
  compose: join(services, 'topology.services'),
  services: all,
  scale,
  env: {},
  readyTimeoutMs: 50_000,
});

async function up(all: Record<string, GoService>, scale = {}) {
  const topology = await processEngine.up(specOf(all, scale), [], testRun().context);
  running.push(topology);
  return topology;
}

async function envAt(url: string | undefined): Promise<Record<string, string>> {
  return (await (await fetch(`${url}/env`)).json()) as Record<string, string>;
}

describe('services without a compose file', () => {
  it('run as replicas of their own, know each other, and are looked at where they say', async () => {
    const topology = await up(
      {
        api: {
          ...server,
          env: { LISTEN_ADDR: '${RAMPART_IP}:8080', PEER: '${STORE_HOST}:8080', WORD: 'a$HOME' },
          pprof: '8080',
          metrics: '8080/env',
        },
        store: { ...server, args: ['-name', 'store'], env: { LISTEN_ADDR: '${RAMPART_IP}:8080' } },
      },
      { api: 2 },
    );
    expect(topology.targets.map(({ id }) => id)).toEqual(['api-1', 'api-2', 'store-1']);
    const [first, second, store] = topology.targets.map(({ ports }) => ports['8080']);
    expect(new Set([first, second, store]).size).toBe(3);
    expect(topology.targets[0]).toMatchObject({ pprofUrl: `${first}/debug/pprof`, metricsUrl: `${first}/env` });
    expect(await envAt(first)).toMatchObject({ PEER: store?.replace('http://', ''), WORD: 'a$HOME' });
    expect(topology.warnings).toEqual([]);
  });

  it('are not what a Dockerfile in their folder says', async () => {
    const topology = await up({ api: { ...server, env: { LISTEN_ADDR: '${RAMPART_IP}:8080' }, ready: '8080/ready' } });
    expect(topology.targets).toHaveLength(1);
  });

  it('are reached at the one address that they take', async () => {
    const port = await refusingPort();
    const one = { ...server, env: { LISTEN_ADDR: `127.0.0.1:${port}` }, ports: [port], address: '127.0.0.1' };
    const topology = await up({ api: one });
    expect(topology.targets[0]?.ports).toEqual({ [port]: `http://127.0.0.1:${port}` });
    await expect(up({ api: one }, { api: 2 })).rejects.toMatchObject({ code: 'fixed-address' });
  });

  it('are built from their folder, and a missing package is told with what the Go tool says', async () => {
    const sources = await goSourcesOf(specOf({ api: server }), testRun().context);
    expect(sources).toMatchObject([{ service: 'api', directory: join(services, 'server') }]);
    const folder = await mkdtemp(join(tmpdir(), 'rampart-go-'));
    folders.push(folder);
    await writeFile(join(folder, 'go.mod'), 'module example.com/none\n\ngo 1.22\n');
    await expect(up({ api: { ...server, folder, go: './cmd/none' } })).rejects.toMatchObject({
      code: 'go-build',
      message: expect.stringContaining('./cmd/none'),
    });
  });
});
