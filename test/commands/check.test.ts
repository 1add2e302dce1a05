/** `rampart check` and `rampart run --dry-run`: what would be done, to the last request, and nothing of it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCommandLine } from '../../src/commands/parse.ts';
import { scenarioCheckSchema } from '../../src/model/scenario-check.ts';
import { contextOf } from '../helpers/command-context.ts';

const compose = `services:
  front: { build: ., ports: ["8080"], depends_on: [store] }
  store: { image: "redis:7", deploy: { replicas: 2 } }
  spare: { image: "busybox:1", profiles: [debug] }
`;

const good = `name: good
topology: { engine: compose, compose: compose.yaml, scale: { front: 3 } }
target: { service: front, port: 8080 }
load:
  idle: 1s
  steps:
    - { name: warm-up, rate: 100/s, for: 5s, measure: false }
    - { from: 200/s, to: 400/s, stairs: 2, for: 20s }
observe: { goroutines: 5s }
slo: [p99 < 50ms]
`;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-check-'));
  mkdirSync(join(folder, 'sub'));
  for (const [name, text] of Object.entries({
    'compose.yaml': compose,
    Dockerfile: 'FROM scratch\n',
    'good.yaml': good,
    'poisson.yaml': good.replace('  idle:', '  arrivals: poisson\n  idle:').replace('name: good', 'name: poisson'),
    'bad.yaml': good.replace('rate: 100/s', 'rate: fast').replace('port: 8080 }', 'port: 0 }'),
    'replay.yaml': good.replace(
      / {2}steps:[\s\S]*(?=observe)/,
      '  arrivals: { file: day.txt, speed: 2 }\n  steps: [{ name: day, for: 30s }]\n',
    ),
    'day.txt': Array.from({ length: 100 }, (_, second) => `${second / 4}\n`).join(''),
    'flows.yaml': good.replace(
      'load:\n',
      'load:\n  flows: [{ name: buy, requests: [{ name: cart, path: /cart }, { name: pay, method: POST, path: /pay }] }]\n',
    ),
    'closed.yaml': `name: closed
topology: { engine: external, targets: [{ name: api, pprof: "http://127.0.0.1:6060/debug/pprof" }] }
target: { url: "http://127.0.0.1:8080/x" }
load: { mode: closed, steps: [{ connections: 50, for: 10s }] }
`,
  }))
    writeFileSync(join(folder, name), text);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function typed(...words: string[]) {
  const { context, told } = contextOf({ DOCKER_HOST: 'tcp://127.0.0.1:1' }, folder);
  return { code: await runCommandLine(words, context), ...told };
}

async function checkOf(...words: string[]) {
  const { code, stdout } = await typed('check', '--json', ...words);
  return { code, scenarios: scenarioCheckSchema.parse(JSON.parse(stdout)).scenarios };
}

describe('rampart check', () => {
  it('tells the plan, the arrivals, what would be started, and the resolved scenario', async () => {
    const { code, stdout, stderr } = await typed('check', 'good.yaml', '--scale', 'store=4');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('front ×3 (built here), store ×4 (redis:7); engine compose');
    expect(stdout).toContain('3 steps in 26s, 1s of it idle before the first; 6,500 requests, 6,000 of them measured');
    expect(stdout).toMatch(/warm-up +5s +500 +100\/s +not measured\n +200\/s +10s +2,000 +200\/s\n/);
    expect(stdout).toContain(`\n    compose: ${folder}/compose.yaml`.replace(/\n {4}/, ''));
    expect(stdout).toContain('store: 4');
  });

  it('tells programs the same', async () => {
    const { code, scenarios } = await checkOf('good.yaml');
    expect(code).toBe(0);
    expect(scenarios).toMatchObject([
      {
        isGood: true,
        plan: { durationMs: 26_000, idleMs: 1000, arrivals: 6500, measuredArrivals: 6000, isExact: true },
        starts: {
          engine: 'compose',
          services: [
            { name: 'front', replicas: 3 },
            { name: 'store', replicas: 2 },
          ],
        },
        scenario: { load: { timeoutMs: 10_000 } },
      },
    ]);
  });

  it('says of a random process that its count is none, and of a closed loop that it has none', async () => {
    const { scenarios } = await checkOf('poisson.yaml', 'closed.yaml');
    expect(scenarios).toMatchObject([
      { plan: { arrivals: 6500, isExact: false } },
      { starts: { engine: 'external', services: [], attachesTo: ['api (http://127.0.0.1:6060/debug/pprof)'] } },
    ]);
    expect(scenarios[1]).not.toHaveProperty('plan.arrivals');
    const { stdout } = await typed('check', 'poisson.yaml', 'closed.yaml');
    expect(stdout).toContain('about 6,500 requests');
    expect(stdout).toContain('a closed loop to http://127.0.0.1:8080/x: GET /x');
  });

  it('tells which part of a recording is sent, and where its steps last longer', async () => {
    const { stdout } = await typed('check', 'replay.yaml');
    expect(stdout).toContain('recording  all of 100 arrivals in day.txt, 25s, at 2 times their speed');
    expect(stdout).toContain('warning    load.steps: "day" lasts 18s longer than the recording does at this speed');
    expect(stdout).toContain('recorded, 3.33/s on average, 8/s at most');
    const { scenarios } = await checkOf('replay.yaml', '--set', 'load.steps=[{ for: 5s }]');
    const recording = '40 of 100 arrivals in day.txt, the first 10s of 25s, at 2 times their speed';
    expect(scenarios).toMatchObject([{ warnings: [], load: { recording } }]);
  });

  it('tells the requests of flows, and counts arrivals then', async () => {
    const { stdout } = await typed('check', 'flows.yaml');
    expect(stdout).toContain('an open loop to front:8080: buy (cart GET /cart, pay POST /pay)\n');
    expect(stdout).toContain('6,500 arrivals, 6,000 of them measured');
  });

  it('tells all mistakes of all files, what is good beside them, and exits with 2', async () => {
    const { code, stdout, stderr } = await typed('check', 'bad.yaml', 'gone.yaml', 'good.yaml');
    expect(code).toBe(2);
    expect(stderr).toMatch(/bad\.yaml:\d+:\d+ target\.port must be/);
    expect(stderr).toMatch(/bad\.yaml:\d+:\d+ load\.steps\[0\]\.rate must be a positive rate, got "fast"/);
    expect(stderr).toContain('gone.yaml: there is no such scenario file');
    expect(stdout).toContain('good  good.yaml: can be run');
    const { scenarios } = await checkOf('bad.yaml', 'good.yaml');
    expect(scenarios.map(({ isGood }) => isGood)).toEqual([false, true]);
    expect(scenarios[0]).toHaveProperty('mistakes.length', 2);
  });

  it('refuses all that local processes cannot do', async () => {
    const { code, stderr } = await typed('check', 'good.yaml', '--engine', 'process');
    expect(code).toBe(2);
    expect(stderr).toContain('compose.yaml cannot run as local processes:');
    expect(stderr).toContain('service store: ');
  });

  it('refuses all that Kubernetes would run otherwise than Compose, each with its place, without a cluster', async () => {
    const refused = compose
      .replace('ports: ["8080"]', 'ports: ["8080"], privileged: true')
      .replace('image: "redis:7"', 'image: "redis:7", volumes: ["/srv/data:/data"]');
    writeFileSync(join(folder, 'refused.yaml'), refused);
    const words = ['good.yaml', '--engine', 'kubernetes', '--set', 'topology.compose=refused.yaml'];
    const { code, stdout, stderr } = await typed('check', ...words);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain('refused.yaml cannot run on Kubernetes as Compose would run it:\n');
    expect(stderr).toMatch(/refused\.yaml:2:\d+ services\.front\.privileged is true: /);
    expect(stderr).toMatch(/refused\.yaml:3:\d+ services\.store\.volumes\[0\] mounts "\/srv\/data" of this machine/);
    const { scenarios } = await checkOf(...words);
    expect(scenarios).toMatchObject([{ isGood: false }]);
    expect(scenarios[0]).toHaveProperty('mistakes.length', 3);
    expect((await typed('run', ...words, '--dry-run')).code).toBe(2);
  });

  it('asks for the way of images into the cluster, and warns of what the translation changes', async () => {
    const warned = compose.replace('ports: ["8080"]', 'ports: ["8080"], environment: { URL: "http://store:6379" }');
    writeFileSync(join(folder, 'warned.yaml'), `${warned}volumes: { data: {} }\n`);
    const words = ['good.yaml', '--engine', 'kubernetes', '--set', 'topology.compose=warned.yaml'];
    const { code, stderr } = await typed('check', ...words);
    expect(code).toBe(2);
    expect(stderr).toContain('the image of front would be built here, and nothing says how it comes into the cluster');
    const given = [...words, '--set', 'topology.images={ front: "front:1" }', '--set', 'topology.hostNetwork=true'];
    const { scenarios } = await checkOf(...given);
    expect(scenarios).toMatchObject([
      {
        isGood: true,
        starts: {
          engine: 'kubernetes',
          services: [{ name: 'front', replicas: 3, from: 'front:1' }, { name: 'store' }],
        },
        warnings: [
          expect.stringMatching(/^front: its URL names store, .* Docker would spread connections over 2 replicas$/),
        ],
      },
    ]);
  });

  it('refuses what a run would refuse of manifests, as far as files say it, and warns of the rest', async () => {
    const container = 'spec: { containers: [{ name: api, image: "api:1" }] }';
    const template = `template: { metadata: { labels: { app: api } }, ${container} }`;
    const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: api }
spec: { replicas: 2, selector: { matchLabels: { app: api } }, ${template} }
`;
    const kind = (version: string, name: string) =>
      `---\napiVersion: ${version}\nkind: ${name}\nmetadata: { name: all }\n`;
    const text = good.replace(/topology: .*/, 'topology: { engine: kubernetes, manifests: [k8s.yaml] }');
    writeFileSync(join(folder, 'manifests.yaml'), text.replace('service: front', 'service: api'));
    const write = (more: string) => writeFileSync(join(folder, 'k8s.yaml'), `${deployment}${more}`);
    write(kind('autoscaling/v2', 'HorizontalPodAutoscaler'));
    expect((await checkOf('manifests.yaml')).scenarios).toMatchObject([
      {
        starts: { services: [{ name: 'api', replicas: 2, from: 'api:1' }] },
        warnings: [expect.stringContaining('HorizontalPodAutoscaler all may change the number of replicas')],
      },
    ]);
    write(kind('rbac.authorization.k8s.io/v1', 'ClusterRole') + kind('v1', 'ConfigMap').repeat(2));
    const { code, stderr } = await typed('check', 'manifests.yaml');
    expect(code).toBe(2);
    expect(stderr).toContain('ClusterRole all would be made for the whole cluster');
    expect(stderr).toContain('ConfigMap all is already in');
  });

  it('refuses faults that the engine of the scenario cannot do', async () => {
    writeFileSync(join(folder, 'faulty.yaml'), `${good}faults: [{ at: 1s, for: 1s, kill: front }]\n`);
    expect((await typed('check', 'faulty.yaml')).code).toBe(0);
    const { code, stderr } = await typed('check', 'closed.yaml', '--set', 'faults=[{ at: 1s, for: 1s, kill: api }]');
    expect(code).toBe(2);
    expect(stderr).toContain("what runs already is not rampart's to kill");
  });
});

describe('rampart run --dry-run', () => {
  it('tells the same as check, and makes no run', async () => {
    const [dry, checked] = [await typed('run', 'good.yaml', '--dry-run'), await typed('check', 'good.yaml')];
    expect(dry).toEqual(checked);
    expect((await typed('run', 'good.yaml', '--dry-run', '--json')).stdout).toBe(
      (await typed('check', 'good.yaml', '--json')).stdout,
    );
    expect((await typed('run', 'bad.yaml', '--dry-run')).code).toBe(2);
  });

  it('asks nothing of a URL, and says what it would ask', async () => {
    const { code, stdout } = await typed('run', 'http://127.0.0.1:1/', '--rate', '200/s', '--for', '30s', '--dry-run');
    expect(code).toBe(0);
    expect(stdout).toContain('1 step in 32s, 2s of it idle before the first; 6,000 requests');
  });
});
