/** The command lines of README and docs/ as a user would type them: those that send load up to where they would start something, the others to their end. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { measureRun } from '../../src/analysis/rounds/measured-run.ts';
import { readRawRun } from '../../src/archive/run-directory.ts';
import { calledCommands } from '../../src/commands/all.ts';
import { runCommandLine } from '../../src/commands/parse.ts';
import { type ExitCode, exitCodes, RampartError } from '../../src/model/errors.ts';
import { runResultSchema } from '../../src/model/run-result.ts';
import { sampleResult } from '../golden/sample-result.ts';
import { contextOf } from '../helpers/command-context.ts';
import { emptyRun, madeComparison } from '../helpers/comparison.ts';
import { hasDocker } from '../helpers/docker.ts';
import { keptGate } from '../helpers/gate.ts';
import { readPages, root } from '../helpers/markdown-page.ts';
import { commandsOf, inlineCommandsOf, type PageCommand } from '../helpers/page-commands.ts';
import { accessLog, accessLogAs, harFile, openApiDocument } from '../helpers/recorded-traffic.ts';
import { traceGeneration } from '../helpers/sample-trace.ts';
import { storedBaseline } from '../helpers/stored-baseline.ts';
import { traceBytes } from '../helpers/trace-text.ts';
import { normalOf, trendLines } from '../helpers/trend-lines.ts';
import { gateRounds } from '../helpers/trial-rounds.ts';

const called = await calledCommands();

const compose = `services:
  loadbalancer: { build: ., ports: ["8080"] }
  api: { build: ., ports: ["8080"] }
  downstream: { build: . }
`;

/** A scenario with steps that a gate can judge. */
const ramp = `name: ramp
topology: { compose: compose.yaml }
target: { service: api, port: 8080 }
load: { steps: [{ from: 400/s, to: 800/s, stairs: 2, for: 40s }] }
slo: [p99 < 50ms]
`;

/** The same of services whose images come from a registry, as a cluster wants them. */
const pulled = ramp.replace('compose.yaml', 'images.yaml');

/** The same with a fault and a condition, as docs/faults.md has one. */
const faulty = `${ramp.replace('ramp', 'leader-lost').replace('compose.yaml', 'nodes.yaml')}faults: [{ name: leader-lost, at: 10s, for: 5s, kill: api }]
conditions: { members=3: { service: api, http: /members, port: 8080, json: members.length, equals: 3 } }
`;

/** What is loaded on another host. */
const staging = `name: staging
topology: { engine: external }
target: { url: "https://api.staging.example/v1" }
load: { steps: [{ from: 400/s, to: 800/s, stairs: 2, for: 40s }] }
`;

const variants = 'variants: { as-is: {}, gogc-off: { env: { api: { GOGC: off } } } }\n';

const folder = mkdtempSync(join(tmpdir(), 'rampart-docs-'));
const env = { PATH: process.env.PATH, HOME: folder, DOCKER_HOST: process.env.DOCKER_HOST };

const git = (...words: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.org', ...words], { cwd: folder })
    .toString()
    .trim();

function write(name: string, text: string | Buffer): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
}

/** A run whose services were built from this commit. */
function writeRun(name: string, commit: string): void {
  const result = sampleResult();
  const go = {
    version: 'go1.26.0',
    settings: { 'vcs.revision': commit, 'vcs.modified': 'false' },
    sources: ['binary'],
  };
  const environment = {
    ...result.environment,
    targets: result.environment.targets.map((target) => ({ ...target, go })),
  };
  const { scenario, id, startedAt } = result;
  const recorded = { ...scenario, observe: {}, load: { ...scenario.load, steps: [] } };
  const manifest = { id, startedAt, toolVersion: '0', warnings: [], observers: [], startUs: 0, environment };
  write(`${name}/result.json`, JSON.stringify({ ...result, environment }));
  write(`${name}/raw/manifest.json`, JSON.stringify({ ...manifest, scenario: recorded }));
}

/** A gate of one round that is over, whose candidate was built from this commit. */
async function writeGate(name: string, commit: string): Promise<void> {
  const of = emptyRun(1, 'candidate');
  const path = join(folder, name, of.directory);
  writeRun(join(name, of.directory), commit);
  const steps = measureRun(await readRawRun(path), runResultSchema.parse(readJson(join(path, 'result.json'))));
  const comparison = madeComparison(
    [
      { name: 'baseline', p99Us: 2000 },
      { name: 'candidate', p99Us: 2000 },
    ],
    1,
  );
  write(`${name}/comparison.json`, JSON.stringify({ ...comparison, runs: [{ ...of, steps }] }));
  write(`${name}/gate.json`, JSON.stringify(keptGate(gateRounds(8))));
}

const readJson = (path: string): unknown => JSON.parse(readFileSync(path, 'utf8'));

beforeAll(async () => {
  write('compose.yaml', compose);
  write('deploy/compose.yaml', compose);
  write('images.yaml', 'services: { api: { image: registry.example/api:v1, ports: ["8080"] } }\n');
  write('nodes.yaml', `${compose}  node: { build: . }\n`);
  write('Dockerfile', 'FROM scratch\n');
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'as it was');
  git('tag', 'v1.4');
  const commit = git('rev-parse', 'HEAD');
  write('perf/baseline.json', JSON.stringify(storedBaseline({ recipe: { arm: commit, name: 'v1.4', commit } })));
  write('compose.yaml', `${compose}# as it is\n`);
  git('commit', '-qam', 'as it is');
  git('switch', '-qc', 'feature');
  write('compose.yaml', `${compose}# as it may be\n`);
  git('commit', '-qam', 'as it may be');
  write('compose.yaml', `${compose}# being edited\n`);
  for (const name of ['scenarios', 'compose']) cpSync(join(root, name), join(folder, name), { recursive: true });
  const read = (name: string) => readFileSync(join(root, 'test', 'fixtures', 'goruntime', name));
  write('leader-lost.yaml', faulty);
  write('token.txt', 'a-token');
  for (const name of ['api.log', 'var/log/api.log']) write(name, read('go126-all-lines.log'));
  for (const name of ['cpu.pb.gz', 'before.pb.gz', 'after.pb.gz']) write(name, read('go126-waits.pb.gz'));
  cpSync(join(root, 'test', 'golden', 'run'), join(folder, 'DIR'), { recursive: true });
  write('DIR/gate.json', JSON.stringify(keptGate(gateRounds(8))));
  for (const name of ['runs/y', ...listed]) writeRun(name, commit);
  await writeGate('runs/x-gate', commit);
  write(
    'perf/trend.ndjson',
    trendLines(normalOf(8, 0.005, 1))
      .map((line) => `${JSON.stringify(line)}\n`)
      .join(''),
  );
  write('staging.yaml', staging);
  write('access.log.2.gz', gzipSync(accessLog()));
  for (const name of ['access.log.1', 'old.log']) write(name, accessLog());
  write('recording.har', harFile());
  write('openapi.yaml', openApiDocument);
  write('trace.out', Buffer.from(traceBytes(`Trace Go1.26\n${traceGeneration(1)}`)));
});

/** Runs by the ids that pages name. */
const listed = ['20260131-142501-ramp-3fa9', '20260207-090000-ramp-77aa', '20260214-090000-ramp-90b1'].map(
  (id) => `runs/${id}`,
);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

const isWhole = ({ words }: PageCommand) => words.length > 2 && !called.has(words.slice(1).join(' '));

/** What stands in code, and in text where it is whole. */
const lines = readPages()
  .flatMap((page) => [...commandsOf(page), ...inlineCommandsOf(page).filter(isWhole)])
  .filter(({ words, text }) => words[0] === 'rampart' && !/\.\.\.|…/.test(text));

/** Commands that start a topology or send load; a gate that only judges again does not, nor does a run that only says what it would do. */
const loads = lines.filter(
  ({ words }) =>
    ['run', 'compare', 'gate', 'capacity', 'pgo'].includes(words[1] ?? '') &&
    !words.includes('--replay') &&
    !(words[1] === 'run' && ['--dry-run', '--print-scenario'].some((flag) => words.includes(flag))),
);
const looks = lines.filter(({ words }) => words[1] === 'observe');
/** Commands that go on until they are ended. */
const serves = lines.filter(({ words }) => words[1] === 'profiles' && words[2] === 'serve');
/** Commands that take profiles of what others have started. */
const collects = lines.filter(({ words }) => words[1] === 'profiles' && words[2] === 'collect');
/** Commands that send load for another machine, until they are ended; without a place they are only named. */
const generators = lines.filter(({ words }) => words[1] === 'generator');
const others = lines.filter((line) => ![...loads, ...looks, ...serves, ...collects, ...generators].includes(line));

/** When the signal of a command is aborted. */
type Stop = 'at once' | 'when it tells what it is about to do' | 'never';

/** Runs a command in the folder, in memory. */
async function typed({ text, words }: PageCommand, stop: Stop = 'never') {
  const { context, told } = contextOf(env, folder);
  const interrupt = new AbortController();
  const reason = new RampartError({ code: 'interrupted', message: 'interrupted', exitCode: exitCodes.interrupted });
  const tell = (text: string) => {
    if (stop === 'when it tells what it is about to do') interrupt.abort(reason);
    context.tell(text);
  };
  if (stop === 'at once') interrupt.abort(reason);
  const code: ExitCode = await runCommandLine(
    words.slice(1).map((word) => (word.startsWith('/') ? join(folder, word) : word)),
    { ...context, signal: interrupt.signal, input: () => fed(text), tell, log: { info: tell, warn: tell } },
  );
  return { code, ...told };
}

/** What stands behind `<` of a line, else what a service has logged. */
async function* fed(text: string) {
  const [, name = 'api.log'] = /<\s*(\S+)$/.exec(text) ?? [];
  yield readFileSync(join(folder, name));
}

/** Whether this machine has what a command asks for. */
function canBeTried({ words }: PageCommand): boolean {
  return hasDocker || !words.some((word) => word.startsWith('image:'));
}

it.each(loads.filter(canBeTried))('$file: $text: comes to where it would start the topology', async (line) => {
  const isVaried = line.words.includes('--vary');
  for (const name of ['ramp.yaml', 'rampart.yaml']) write(name, isVaried ? ramp : ramp + variants);
  const stop = line.words[1] === 'run' ? 'at once' : 'when it tells what it is about to do';
  const { code, stderr } = await typed(line, stop);
  // What was interrupted under load says where its report is.
  expect(stderr).toMatch(/: interrupted\n(\nreport: \S+\nresult: \S+\n)?$/);
  expect(code).toBe(exitCodes.interrupted);
});

it.each(looks)('$file: $text: comes to where it looks for what is not there', async (line) => {
  const { code, stderr } = await typed(line, 'at once');
  expect([exitCodes.environment, exitCodes.interrupted], stderr).toContain(code);
});

it.each(serves)('$file: $text: serves until it is ended', async (line) => {
  const { code, stderr } = await typed(line, 'when it tells what it is about to do');
  expect(stderr).toMatch(/profiles at http:\/\/\S+ until Ctrl-C/);
  expect(code).toBe(exitCodes.ok);
});

it.each(generators)('$file: $text: wants to know who calls whom, and a token for both', async (line) => {
  const { code, stderr } = await typed(line, 'at once');
  expect(stderr).toMatch(/--join HOST:PORT or --listen HOST:PORT must be given|generators need a token/);
  expect(code).toBe(exitCodes.usage);
});

it.each(collects)('$file: $text: comes to where it asks for targets', async (line) => {
  write('collect.yaml', 'discover: [{ files: [gone.json] }]\n');
  const { code, stderr } = await typed(line, 'when it tells what it is about to do');
  expect(stderr).toMatch(/profiles go to \S+/);
  expect([exitCodes.ok, exitCodes.environment, exitCodes.interrupted], stderr).toContain(code);
});

/** When one of the others is interrupted: those that go on until then. */
function stopOf({ words }: PageCommand): Stop {
  if (words.includes('--follow')) return 'at once';
  return words.includes('--http') ? 'when it tells what it is about to do' : 'never';
}

/** What is imported, in the format that the line says. */
function logFor({ words }: PageCommand): string {
  const format = words[words.indexOf('--format') + 1];
  return words.includes('--format') ? accessLogAs(format ?? '') : accessLog();
}

it.each(others)('$file: $text: does what it says', async (line) => {
  const written = ['init', 'import'].includes(line.words[1] ?? '') ? ['rampart.yaml', 'rampart-data'] : [];
  for (const name of written) rmSync(join(folder, name), { recursive: true, force: true });
  if (line.words.includes('kubernetes')) write('rampart.yaml', pulled);
  if (line.words[1] === 'import') write('access.log', logFor(line));
  const { code, stdout, stderr } = await typed(line, stopOf(line));
  // What is missing on this machine is what a doctor is there to say.
  const good: ExitCode[] = line.words[1] === 'doctor' ? [exitCodes.ok, exitCodes.environment] : [exitCodes.ok];
  expect(good, stderr).toContain(code);
  expect(stdout + stderr).not.toBe('');
  if (line.words[1] === 'import') await expectRunnable(line);
});

/** What was imported is a scenario that can be run as it is. */
async function expectRunnable({ file, words }: PageCommand): Promise<void> {
  const out = words.includes('--out') ? (words[words.indexOf('--out') + 1] ?? '') : 'rampart.yaml';
  const { code, stderr } = await typed({ file, text: '', words: ['rampart', 'check', out] });
  expect(code, stderr).toBe(exitCodes.ok);
}

it('finds commands of every kind', () => {
  expect(loads.length).toBeGreaterThan(10);
  expect(looks.length).toBeGreaterThan(4);
  expect(serves.length).toBeGreaterThan(1);
  expect(collects.length).toBeGreaterThan(3);
  expect(new Set(others.map(({ words }) => words[1]))).toEqual(
    new Set([
      ...['baseline', 'check', 'completion', 'diff', 'doctor', 'gate', 'import', 'init'],
      ...['inspect', 'profiles', 'report', 'run', 'runs', 'schema', 'trend'],
    ]),
  );
});

it.each([
  ['run gone.yaml', 'gone.yaml: there is no such scenario file'],
  ['run ramp.yaml --env shop.GOGC=off', 'is not a service of'],
  ['gate ramp.yaml --baseline v9', 'v9'],
  ['gate scenarios/quickstart.yaml --baseline v1.4', 'a gate needs 20'],
])('would not come that far with %s', async (text, told) => {
  const { code, stderr } = await typed({ file: '', text, words: ['rampart', ...text.split(' ')] });
  expect(code).toBe(exitCodes.usage);
  expect(stderr).toContain(told);
});
