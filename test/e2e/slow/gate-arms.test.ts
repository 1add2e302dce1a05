/** What an arm of a gate and a variant of a comparison may be, each brought up for real. */
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { type Comparison, comparisonSchema } from '../../../src/model/comparison.ts';
import { cli, leaveNothing, readResult, workDirectory } from '../../helpers/cli.ts';
import { itWithDocker } from '../../helpers/docker.ts';

const main = `package main

import (
	"net/http"
	"os"
	"time"
)

func main() {
	delay, err := time.ParseDuration(os.Getenv("DELAY"))
	if err != nil {
		panic(err)
	}
	http.HandleFunc("/", func(http.ResponseWriter, *http.Request) { time.Sleep(delay) })
	panic(http.ListenAndServe(os.Getenv("LISTEN_ADDR"), nil))
}
`;
const dockerfile = 'FROM scratch\nARG NOTE=none\nLABEL note=$NOTE\nCOPY bin/api /api\nENTRYPOINT ["/api"]\n';
/** A name that belongs to the user, and must not be given to what is built here. */
const ownImage = `rampart-e2e-own-${randomUUID()}`;

let directory: string;
let hostPort: number;
const write = (files: Readonly<Record<string, string>>) => {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
};
const run = (command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd: directory, encoding: 'utf8', env: { ...process.env, CGO_ENABLED: '0' } });
const git = (...args: string[]) => run('git', '-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args);

beforeEach(async () => {
  directory = workDirectory();
  hostPort = await freePort();
  write({
    // Its port on the host is taken as long as one arm runs, so two can never run at once.
    'compose.yaml': `services:
  api:
    image: ${ownImage}
    build: { context: . }
    environment: { LISTEN_ADDR: "\${RAMPART_IP:-0.0.0.0}:8080", DELAY: 10ms }
    ports: ["127.0.0.1:${hostPort}:8080"]
`,
    'slow.yaml': 'services: { api: { environment: { DELAY: 300ms } } }\n',
    'go.mod': 'module example.com/api\n\ngo 1.21\n',
    'main.go': main,
    Dockerfile: dockerfile,
    'arms.yaml': `name: arms
topology: { compose: compose.yaml, engine: process }
target: { service: api, port: 8080 }
load:
  idle: 100ms
  steps: [{ name: steady, rate: 400/s, for: 1s }]
validity: { maxLagP99: 5s, maxOwnShare: 1 }
observe: {}
`,
  });
});

leaveNothing();

const gate = ['gate', 'arms.yaml', '--rounds', '2', '--min-windows', '1', '--out', 'g'];

it('gates two variants of a scenario, also outside of a repository', async () => {
  add('variants: { fast: {}, slow: { env: { api: { DELAY: 300ms } } } }');
  const { stderr } = await cli([...gate, '--baseline', 'variant:fast', '--candidate', 'variant:slow'], directory);
  expect(stderr).toContain('gating variant:slow against variant:fast');
  expect(stderr).toContain('is in no git repository: what is built from its files must not change until the end');
  expectDelays('g', { baseline: [10, 300], candidate: [300, Number.POSITIVE_INFINITY] });
});

itWithDocker('gates a compose overlay against an image, one container at a time', async () => {
  const image = `rampart-e2e-arm:${randomUUID()}`;
  buildBinary();
  run('docker', 'build', '--quiet', '--tag', image, '.');
  const flags = ['--engine', 'compose', '--baseline', `image:api=${image}`, '--candidate', 'overlay:slow.yaml'];
  try {
    const { stderr } = await cli([...gate, ...flags], directory);
    expect(stderr).toContain(`gating overlay:slow.yaml against image:api=${image}`);
    expectDelays('g', { baseline: [10, 300], candidate: [300, Number.POSITIVE_INFINITY] });
    expectNothingLeft();
  } finally {
    run('docker', 'rmi', '--force', image);
  }
});

itWithDocker(
  'compares a state of the repository with limits and build arguments, each in images of its own',
  async () => {
    buildBinary();
    git('init', '--quiet');
    git('add', '.');
    git('commit', '--quiet', '--message', 'one');
    git('tag', 'v1');
    write({
      'compose.yaml': readFileSync(join(directory, 'compose.yaml'), 'utf8').replace('DELAY: 10ms', 'DELAY: 300ms'),
    });
    add(`variants:
  now: { buildArgs: { api: { NOTE: "a $b" } }, limits: { api: { cpus: 0.5, memory: 64MiB } } }
  before: { git: v1 }
`);
    await cli(['compare', 'arms.yaml', '--engine', 'compose', '--rounds', '2', '--out', 'c'], directory);
    const { variants } = expectDelays('c', { now: [300, Number.POSITIVE_INFINITY], before: [10, 300] });
    expect(variants.map(({ settings }) => settings)).toEqual([
      { 'buildArgs.api.NOTE': 'a $b', 'limits.api.cpus': '0.5', 'limits.api.memoryBytes': '67108864' },
      { git: expect.stringMatching(/^v1 \(\w{7}\)$/) },
    ]);
    expectNothingLeft();
  },
);

it('tells all that is wrong with both arms at once', async () => {
  add('variants: { fast: {} }');
  const flags = ['--baseline', 'image:web=x:1', '--candidate', 'variant:slow', '--engine', 'compose'];
  const { code, stderr } = await cli([...gate, ...flags], directory);
  expect(stderr).toContain('--candidate variant:slow names no variant of the scenario (variants: fast)');
  expect(stderr).toMatch(/--baseline image:web=x:1 topology\.images\.web is not a service of .* \(services: api\)/);
  expect(code).toBe(2);
  const process = await cli([...gate, '--baseline', 'image:x:1'], directory);
  expect(process.stderr).toMatch(/--baseline image:x:1 topology\.images needs Docker, .*\(run with --engine compose\)/);
});

it('tells every state that there is not, at its place', async () => {
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'one');
  add('variants:\n  a: { git: v8 }\n  b: { git: v9 }');
  const { code, stderr } = await cli(['compare', 'arms.yaml'], directory);
  expect(stderr).toMatch(/arms\.yaml:\d+:13 variants\.a\.git must name a branch, tag or commit of .*, got "v8"/);
  expect(stderr).toMatch(/arms\.yaml:\d+:13 variants\.b\.git must name a branch, tag or commit of .*, got "v9"/);
  expect(code).toBe(2);
});

function add(lines: string): void {
  write({ 'arms.yaml': `${readFileSync(join(directory, 'arms.yaml'), 'utf8')}${lines}\n` });
}

function buildBinary(): void {
  mkdirSync(join(directory, 'bin'));
  run('go', 'build', '-o', 'bin/api', '.');
}

/** Every arm ran, none faster than it sleeps, and those that are to be fast were so; in milliseconds, of valid and invalid runs. */
function expectDelays(
  name: string,
  bounds: Readonly<Record<string, readonly [least: number, below: number]>>,
): Comparison {
  const place = join(directory, name);
  const comparison = comparisonSchema.parse(JSON.parse(readFileSync(join(place, 'comparison.json'), 'utf8')));
  for (const [arm, [least, below]] of Object.entries(bounds)) {
    const own = comparison.runs.filter(({ variant }) => variant === arm);
    const results = own.map((one) => readResult(join(place, one.directory)));
    expect(
      results.map(({ status }) => status),
      arm,
    ).toEqual(own.map(() => 'complete'));
    const fastest = Math.min(...results.flatMap(({ steps }) => steps[0]?.responseUs.p50 ?? []));
    expect(fastest / 1000, arm).toBeGreaterThanOrEqual(least);
    expect(fastest / 1000, arm).toBeLessThan(below);
  }
  return comparison;
}

function expectNothingLeft(): void {
  expect(run('docker', 'images', '--quiet', ownImage)).toBe('');
  expect(run('docker', 'images', '--quiet', '--filter', 'reference=rampart-*-arms-*')).toBe('');
  expect(run('docker', 'ps', '--all', '--quiet', '--filter', `publish=${hostPort}`)).toBe('');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
