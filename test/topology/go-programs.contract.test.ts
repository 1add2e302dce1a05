/** What is known of a running Go program, against what the Go tool says of its binary. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readGoBuild } from '../../src/host/program-build.ts';
import { readGoPrograms } from '../../src/topology/go-programs.ts';

const fixture = fileURLToPath(new URL('../fixtures/services', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'rampart-programs-'));
const binary = join(folder, 'server');

beforeAll(() => {
  const flags = ['-tags=a,b', '-ldflags=-s -X "main.version=1 2"'];
  execFileSync('go', ['build', '-o', binary, ...flags, './server'], {
    cwd: fixture,
    env: { ...process.env, CGO_ENABLED: '0' },
  });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

it('reads from a binary what `go version -m` prints', async () => {
  const text = execFileSync('go', ['version', '-m', binary], { encoding: 'utf8' });
  const found = await readGoBuild(binary);
  expect(text.split('\n')[0]).toBe(`${binary}: ${found?.goVersion}`);
  expect(text).toContain(`\tpath\t${found?.path}\n`);
  const printed = [...text.matchAll(/^\tbuild\t(.*?)=/gm)].map((match) => match[1]);
  expect(Object.keys(found?.settings ?? {})).toEqual(printed);
  expect(found?.settings).toMatchObject({ '-tags': 'a,b', '-ldflags': '-s -X "main.version=1 2"', CGO_ENABLED: '0' });
});

it('knows a process by its executable and the variables of the runtime that it was started with', async () => {
  const child = spawn(binary, [], { env: { GOMAXPROCS: '1', GOGC: '50', SECRET: 'x' }, stdio: 'ignore' });
  await once(child, 'spawn');
  try {
    const found = await readGoPrograms([{ id: 'a-1', service: 'a', ports: {}, pid: child.pid }], {});
    expect(found.get('a-1')).toMatchObject({
      version: expect.stringMatching(/^go1\.|^devel/),
      settings: { '-tags': 'a,b' },
      environment: { GOMAXPROCS: '1', GOGC: '50' },
      sources: ['binary', 'environment'],
    });
    expect(JSON.stringify(found.get('a-1'))).not.toContain('SECRET');
  } finally {
    child.kill('SIGKILL');
  }
});

it('knows a program by the file that was built, where its process may not be looked at', async () => {
  const found = await readGoPrograms([{ id: 'a-1', service: 'a', ports: {}, binary }], {});
  expect(found.get('a-1')).toMatchObject({ settings: { '-tags': 'a,b' }, sources: ['binary'] });
});

it('says nothing of what is no Go program, is gone, or has no process', async () => {
  const targets = [
    { id: 'node', service: 'a', ports: {}, binary: process.execPath },
    { id: 'gone', service: 'a', ports: {}, pid: 4_194_303 },
    { id: 'unknown', service: 'a', ports: {} },
  ];
  expect([...(await readGoPrograms(targets, {})).keys()]).toEqual([]);
});
