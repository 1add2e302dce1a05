// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Compose's variables look like this
/** What every topology engine that starts something promises, held against each of them with the same two services. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it } from 'vitest';
import { connectDocker } from '../../src/host/docker.ts';
import { runVariable } from '../../src/host/owner.ts';
import { findProcesses } from '../../src/host/processes.ts';
import type { TopologyEngine } from '../../src/model/contracts.ts';
import type { LogLine, RunningTopology, TargetExit } from '../../src/model/topology.ts';
import type { ComposeTopology } from '../../src/model/topology-spec.ts';
import { composeEngine } from '../../src/topology/compose-engine.ts';
import { externalEngine } from '../../src/topology/external-engine.ts';
import { processEngine } from '../../src/topology/process-engine.ts';
import { hasDocker } from '../helpers/docker.ts';
import { type TestRun, testRun } from '../helpers/run-context.ts';

const compose = fileURLToPath(new URL('../fixtures/services/compose.yaml', import.meta.url));
const timeout = 180_000;

async function processesOf({ context }: TestRun): Promise<string[]> {
  return findProcesses(runVariable, [runVariable])
    .filter(({ variables }) => variables[runVariable] === context.runId)
    .map(({ pid }) => `process ${pid}`);
}

async function dockerThingsOf({ context }: TestRun): Promise<string[]> {
  const things = await connectDocker(context.env).things(`dev.rampart.run=${context.runId}`);
  return things.map(({ id }) => id);
}

const engines = [
  { engine: processEngine, thingsOf: processesOf, isHere: process.platform === 'linux' },
  { engine: composeEngine, thingsOf: dockerThingsOf, isHere: hasDocker },
];

describe.each(engines)('$engine.kind', ({ engine, thingsOf, isHere }) => {
  const running: RunningTopology[] = [];
  afterEach(() => Promise.all(running.splice(0).map((one) => one.down())), timeout);

  async function up(run: TestRun, changes: Partial<ComposeTopology> = {}, goDebug: string[] = []) {
    const spec: ComposeTopology = { engine: 'auto', compose, scale: {}, env: {}, readyTimeoutMs: 50_000, ...changes };
    const topology = await engine.up(spec, goDebug, run.context);
    running.push(topology);
    return topology;
  }

  it.skipIf(!isHere)('starts what is asked, shows it while it lives, and leaves nothing', { timeout }, async () => {
    const run = testRun({ GOGC: '7' });
    const topology = await up(run, { scale: { front: 2 }, env: { front: { GOMAXPROCS: '1', MONEY: '$5 $$' } } }, [
      'gctrace=1',
    ]);
    expect(topology.engine).toBe(engine.kind);
    expect(topology.targets.map(({ id }) => id).sort()).toEqual(['back-1', 'back-2', 'front-1', 'front-2']);

    const front = targetOf(topology, 'front-2');
    const address = front.ports['8080'] ?? '';
    expect(new URL(address).hostname).toMatch(/^127\./);
    expect(front.pprofUrl).toBe(`${address}/debug/pprof`);
    expect((await fetch(`${front.pprofUrl}/cmdline`)).status).toBe(200);
    const env = (await (await fetch(front.metricsUrl ?? '')).json()) as Record<string, string>;
    expect(env).toMatchObject({ GOMAXPROCS: '1', MONEY: '$5 $$', GODEBUG: 'madvdontneed=1,gctrace=1' });
    expect(env).not.toHaveProperty('GOGC');
    const back = (await (await fetch(`${targetOf(topology, 'back-1').ports['8080']}/env`)).json()) as typeof env;
    expect(back).toMatchObject({ ARGS: '-name back', GODEBUG: 'gctrace=1' });

    const lines: LogLine[] = [];
    topology.onLog((line) => lines.push(line));
    await fetch(`${address}/print?text=marker`);
    await expect
      .poll(() => lines.find(({ text }) => text === 'marker'))
      .toMatchObject({ target: 'front-2', stream: 'stdout' });

    const exits: TargetExit[] = [];
    topology.onChange((exit) => exits.push(exit));
    await fetch(`${targetOf(topology, 'back-2').ports['8080']}/exit`).catch(() => undefined);
    await expect.poll(() => exits, { timeout: 50_000 }).toHaveLength(1);
    expect(exits[0]).toMatchObject({ target: 'back-2', message: 'back-2 exited with code 7' });
    expect(lines.at(-1)).toMatchObject({ target: 'back-2', stream: 'stderr', text: 'fatal: asked to exit' });

    expect(await thingsOf(run)).not.toEqual([]);
    await Promise.all([topology.down(), topology.down()]);
    expect(await thingsOf(run)).toEqual([]);
    expect(exits).toHaveLength(1);
  });

  it.skipIf(!isHere)('sees the project that its files make together', { timeout }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
    try {
      await writeProject(folder);
      const topology = await up(testRun(), {
        compose: join(folder, 'compose.yaml'),
        overlays: [join(folder, 'more', 'overlay.yaml')],
        profiles: ['tools'],
      });
      const environments = topology.targets.map(async ({ id, ports }) => {
        const env = (await (await fetch(`${ports['8080']}/env`)).json()) as Record<string, string>;
        return [id, Object.fromEntries(Object.entries(env).filter(([name]) => /^(?:X_|ARGS$)/.test(name)))] as const;
      });
      expect(Object.fromEntries(await Promise.all(environments))).toEqual({
        'front-1': {
          ARGS: '-name front',
          X_BASE: 'common',
          X_FILE: 'env $file',
          X_GUILD: '175928847299117063',
          X_MODE: 'overlay',
          X_OCTAL: '420',
          X_OVERRIDE: 'yes',
          X_WHERE: 'dot-env',
        },
        'back-1': { ARGS: '-name back', X_BASE: 'common', X_PART: 'inner' },
        'tool-1': { ARGS: '-name tool', X_BASE: 'common' },
      });
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.skipIf(!isHere)('says why a target died at its start, and leaves nothing', { timeout }, async () => {
    const run = testRun();
    await expect(up(run, { env: { back: { DIE: '3' } } })).rejects.toMatchObject({
      code: 'target-died',
      exitCode: 3,
      message: expect.stringMatching(/back-\d exited with code 3 before it was ready(.*\n)+.*\| fatal: no database/),
    });
    expect(await thingsOf(run)).toEqual([]);
  });

  it.skipIf(!isHere)('takes down what it started when the run is aborted half-way', { timeout }, async () => {
    const run = testRun();
    const starting = up(run, { env: { front: { NEVER_READY: '1' } } });
    const failure = expect(starting).rejects.toThrow('enough');
    await expect.poll(async () => (await thingsOf(run)).length, { timeout: 50_000 }).toBeGreaterThan(0);
    run.abort.abort(new Error('enough'));
    await failure;
    expect(await thingsOf(run)).toEqual([]);
  });

  it.skipIf(!isHere)('refuses a service that is not there before anything is started', { timeout }, async () => {
    const run = testRun();
    await expect(up(run, { scale: { nobody: 2 } })).rejects.toMatchObject({
      exitCode: 2,
      message: expect.stringContaining('topology.scale.nobody'),
    });
    expect(await thingsOf(run)).toEqual([]);
  });
});

/** A project of seven files: extends, include with variables of its own, an override, an overlay from another folder, env files, a profile. */
async function writeProject(folder: string): Promise<void> {
  const base = dirname(compose);
  const files: Readonly<Record<string, string>> = {
    'common.yaml': `
services:
  server:
    build: { context: ${JSON.stringify(base)}, target: prebuilt, args: { SERVICE: server } }
    environment: { LISTEN_ADDR: "\${RAMPART_IP:-0.0.0.0}:8080", X_BASE: common }
    ports: ["127.0.0.1::8080"]
    labels: { rampart.go.package: ./server, rampart.pprof.port: "8080" }
`,
    'compose.yaml': `
include: [parts/back.yaml]
services:
  front:
    extends: { file: common.yaml, service: server }
    command: -name front
    env_file: app.env
    environment: { X_GUILD: 175928847299117063, X_OCTAL: 0644, X_MODE: production, X_WHERE: "\${WHERE:-nowhere}" }
    depends_on: [back]
  tool:
    extends: { file: common.yaml, service: server }
    command: [-name, tool]
    profiles: [tools]
`,
    'compose.override.yaml': 'services: { front: { environment: [X_MODE=development, X_OVERRIDE=yes] } }',
    'more/overlay.yaml': 'services: { front: { environment: { X_MODE: overlay } } }',
    'app.env': 'X_FILE="env \\$file"\nX_MODE=file\n',
    '.env': 'WHERE=dot-env\n',
    'parts/back.yaml':
      'services: { back: { extends: { file: ../common.yaml, service: server }, command: [-name, back], environment: { X_PART: "${PART}" } } }',
    'parts/.env': 'PART=inner\n',
  };
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

describe('external', () => {
  it('refuses to start anything, as the others refuse to attach', async () => {
    const { context } = testRun();
    const file: ComposeTopology = { engine: 'auto', compose, scale: {}, env: {}, readyTimeoutMs: 1000 };
    await expect(externalEngine.up(file, [], context)).rejects.toMatchObject({ code: 'engine-mismatch', exitCode: 2 });
    for (const engine of [processEngine, composeEngine] satisfies TopologyEngine[]) {
      const running = { engine: 'external', targets: [], readyTimeoutMs: 1000 } as const;
      await expect(engine.up(running, [], context)).rejects.toMatchObject({ code: 'engine-mismatch', exitCode: 2 });
    }
  });
});

function targetOf(topology: RunningTopology, id: string) {
  const target = topology.targets.find((one) => one.id === id);
  if (!target) throw new Error(`no target ${id}`);
  return target;
}
