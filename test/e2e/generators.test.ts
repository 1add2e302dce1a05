// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of templates are among the values
/** Runs over generators as people start them: what each sent, what is left when one or the coordinator is killed, and what nobody may read. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { RunResult } from '../../src/model/run-result.ts';
import { cli, expectComplete, readResult, startCli, workDirectory } from '../helpers/cli.ts';
import { type StartedGenerator, startListening, token } from '../load/generators/local-generators.ts';

const directory = workDirectory();
const secret = 'a-key-that-nobody-reads';
const env = { RAMPART_TOKEN: token, API_KEY: secret };
const seen = new Map<string, number>();
const received = () => seen.get(`Bearer ${secret}`) ?? 0;
let server: Server;
let generators: StartedGenerator[];

beforeAll(async () => {
  server = createServer((request, response) => {
    const key = String(request.headers.authorization);
    seen.set(key, (seen.get(key) ?? 0) + 1);
    response.end('ok');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  generators = await Promise.all([startListening('g1'), startListening('g2')]);
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await Promise.all(generators.map((each) => each[Symbol.asyncDispose]()));
});

/** A scenario over these generators, on a machine that does much else beside. */
function scenario(name: string, seconds: number): string {
  const addresses = generators.map(({ host, port }) => `${host}:${port}`);
  const lines = [
    `name: ${name}`,
    'topology: { engine: external }',
    `target: { url: "http://127.0.0.1:${(server.address() as AddressInfo).port}/" }`,
    'load:',
    '  idle: 100ms',
    `  generators: { addresses: ${JSON.stringify(addresses)} }`,
    '  request: { headers: { Authorization: "Bearer ${env.API_KEY}" } }',
    `  steps: [{ name: a, rate: 200/s, for: ${seconds}s }]`,
    'validity: { maxLagP99: 5s, maxOwnShare: 1, minSentShare: 0 }',
  ];
  writeFileSync(join(directory, `${name}.yaml`), lines.join('\n'));
  return `${name}.yaml`;
}

/** Everything that a run wrote. */
function writtenIn(folder: string): string {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
  return files.map((each) => readFileSync(join(each.parentPath, each.name), 'latin1')).join('\n');
}

/** Resolves when so much of a load has come that all send it. */
async function loadComes(): Promise<void> {
  const before = received();
  await vi.waitUntil(() => received() > before + 200, { timeout: 60_000 });
}

function expectBalance({ steps: [step] }: RunResult): void {
  const { planned = 0, completed = 0, failed = 0, timedOut = 0, dropped = 0, unfinished = 0 } = step?.load ?? {};
  expect(completed + failed + timedOut + dropped + unfinished).toBe(planned);
}

it('a coordinator that is killed leaves nothing that sends, and the next one has the generators and tells no secret', async () => {
  const killed = startCli(['run', scenario('killed', 20), '-o', 'killed'], directory, env);
  await loadComes();
  killed.child.kill('SIGKILL');
  await killed.end;
  await Promise.all(generators.map((each) => each.said('the connection ended')));
  const before = received();
  const end = await cli(['run', scenario('next', 2), '-o', 'next'], directory, env);
  const result = readResult(join(directory, 'next'));
  expectComplete(end, result);
  expect(result.generators?.map(({ name, planned }) => [name, planned])).toEqual([
    ['g1', 200],
    ['g2', 200],
  ]);
  expectBalance(result);
  // Nothing came between the two, and everything had the key.
  expect(received()).toBe(before + 400);
  expect([...seen.keys()]).toEqual([`Bearer ${secret}`]);
  const printed = generators.flatMap(({ lines }) => lines).join('\n');
  for (const text of [writtenIn(join(directory, 'next')), printed, end.stderr, end.stdout]) {
    expect(text).not.toContain(secret);
    expect(text).not.toContain(token);
  }
});

it('a generator that is killed ends the run as partial and invalid, with the others’ counts', async () => {
  const run = startCli(['run', scenario('lost', 20), '-o', 'lost'], directory, env);
  await loadComes();
  generators[1]?.child.kill('SIGKILL');
  const { code, stderr } = await run.end;
  expect(code).toBe(4);
  expect(stderr).toContain('generator g2 was lost');
  const result = readResult(join(directory, 'lost'));
  expect(result.status).toBe('partial');
  expect(result.failure).toMatchObject({ code: 'generator-lost', exitCode: 4 });
  expect(result.validity.reasons.map((each) => each.code)).toContain('generator-lost');
  expect(result.generators?.[1]?.lost).toContain('the connection ended');
  expect(result.steps[0]?.load.completed).toBeGreaterThan(0);
  expectBalance(result);
});

it('a run without a token, or with one that can be guessed, does not begin', async () => {
  const file = scenario('token', 1);
  const none = await cli(['run', file], directory, { API_KEY: secret, RAMPART_TOKEN: '' });
  expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('generators need a token') });
  const short = await cli(['run', file], directory, { API_KEY: secret, RAMPART_TOKEN: 'short' });
  expect(short).toMatchObject({ code: 2, stderr: expect.stringContaining('at least 16 characters') });
});
