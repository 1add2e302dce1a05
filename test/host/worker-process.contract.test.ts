import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorkerProcess } from '../../src/host/worker-process.ts';

const built = (name: string) => new URL(`../../dist/host/${name}.js`, import.meta.url).href;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-worker-process-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

function moduleOf(name: string, lines: readonly string[]): URL {
  const file = join(folder, `${name}.mjs`);
  writeFileSync(file, lines.join('\n'));
  return pathToFileURL(file);
}

/** A worker whose work is this body, with `data` and `port`. */
function worker(name: string, body: string): URL {
  return moduleOf(name, [
    `import { workForParent } from ${JSON.stringify(built('parent-port'))};`,
    `workForParent(async (data, port) => { ${body} });`,
  ]);
}

/** Everything that a worker says until it is gone. */
async function heardFrom(entry: URL, data: unknown, order?: unknown) {
  const said: unknown[] = [];
  let failure: unknown;
  await new Promise<void>((resolve) => {
    const started = startWorkerProcess<unknown, unknown>(entry, data, {
      said: (answer) => said.push(answer),
      failed: (error) => {
        failure = error;
      },
      exited: resolve,
    });
    if (order !== undefined) started.order(order);
  });
  return { said, failure };
}

it('takes data and orders as they are, infinities and absent values included', async () => {
  const entry = worker(
    'mirror',
    'port.say(data); await new Promise((r) => port.onOrder((o) => { port.say(o); r(); }));',
  );
  const data = { rate: Number.POSITIVE_INFINITY, absent: undefined, bytes: new Uint8Array([1, 2]) };
  expect(await heardFrom(entry, data, { stop: true })).toEqual({ said: [data, { stop: true }], failure: undefined });
});

it('loses nothing of what a worker says last', async () => {
  const entry = worker('talker', "for (let n = 0; n < 2000; n++) port.say('x'.repeat(1000) + n);");
  const { said } = await heardFrom(entry, {});
  expect(said).toHaveLength(2000);
  expect(said.at(-1)).toBe(`${'x'.repeat(1000)}1999`);
});

it.each([
  ['in its work', "throw Object.assign(new Error('no luck'), { code: 'unlucky', cause: () => {} });"],
  [
    'later',
    "setTimeout(() => { throw Object.assign(new Error('no luck'), { code: 'unlucky' }); }); await new Promise(() => {});",
  ],
])('tells what it threw %s', async (_, body) => {
  const { failure } = await heardFrom(worker('thrower', body), {});
  expect(failure).toMatchObject({ message: 'no luck', code: 'unlucky' });
});

it('goes on when a terminal interrupts both, and is gone when the process that started it was killed', async () => {
  const entry = worker('long', 'port.say(process.pid); await new Promise(() => { setInterval(() => {}, 1000); });');
  const starter = moduleOf('starter', [
    `import { startWorkerProcess } from ${JSON.stringify(built('worker-process'))};`,
    `startWorkerProcess(new URL(${JSON.stringify(entry.href)}), {}, { said: (pid) => console.log(pid), failed() {}, exited() {} });`,
  ]);
  const parent = spawn(process.execPath, [starter.pathname], { stdio: ['ignore', 'pipe', 'inherit'] });
  const pid = Number(String((await once(parent.stdout, 'data'))[0]));
  process.kill(pid, 'SIGINT');
  process.kill(pid, 'SIGHUP');
  expect(isRunning(pid)).toBe(true);
  parent.kill('SIGKILL');
  await expect.poll(() => isRunning(pid)).toBe(false);
});

function isRunning(pid: number): boolean {
  try {
    return !execFileSync('ps', ['-o', 'stat=', '-p', `${pid}`], { encoding: 'utf8' }).startsWith('Z');
  } catch {
    return false;
  }
}
