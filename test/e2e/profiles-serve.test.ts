/** `rampart profiles serve` as users start and end it. */
import { cpSync, existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exitCodes } from '../../src/model/errors.ts';
import { startCli, workDirectory } from '../helpers/cli.ts';
import { root } from '../helpers/markdown-page.ts';

const folder = workDirectory();
const golden = join(root, 'test/golden/run');
const cpu = readFileSync(join(golden, 'profiles/loadbalancer-1.02.cpu.pb.gz'));
const always = 'from=2000-01-01T00:00:00&to=2100-01-01T00:00:00';

/** Starts a server, and says where it is. */
async function serve(...flags: readonly string[]) {
  const run = startCli(['profiles', 'serve', '--port', '0', ...flags], folder);
  let told = '';
  run.child.stderr?.on('data', (text: string) => {
    told += text;
  });
  await run.sees(/profiles at \S+ until Ctrl-C/);
  const [, url = ''] = /profiles at (\S+)\/ until/.exec(told) ?? [];
  const end = async (signal: NodeJS.Signals) => {
    run.child.kill(signal);
    return await run.end;
  };
  return { url, told: () => told, end };
}

it('reads a run beside a store, writes to the store, and leaves only what was sent when it is ended', async () => {
  cpSync(golden, join(folder, 'run'), { recursive: true });
  const server = await serve('run', '--store', 'store');
  const services = async (url: string) =>
    ((await (await fetch(`${url}/api/0/services`)).json()) as { body: string[] }).body;
  expect(await services(server.url)).toEqual(['downstream', 'loadbalancer']);
  const ofRun = await fetch(
    `${server.url}/api/0/profiles/merge?service=loadbalancer&type=cpu&${always}&labels=target=loadbalancer-1`,
  );
  expect(ofRun.status).toBe(200);
  expect(ofRun.headers.get('x-rampart-merge')).toBe('profiles=2; instances=1; columns=interval sum');
  const sent = await fetch(`${server.url}/api/0/profiles?service=api&type=cpu`, { method: 'POST', body: cpu });
  const { id } = ((await sent.json()) as { body: { id: string } }).body;
  expect(await services(server.url)).toEqual(['api', 'downstream', 'loadbalancer']);
  expect(await (await fetch(server.url)).text()).toContain('By service and type');

  const { code } = await server.end('SIGINT');
  expect(code).toBe(exitCodes.ok);
  await expect(fetch(server.url)).rejects.toThrow();
  const partials = join(folder, 'store', 'partial');
  expect(existsSync(partials) ? readdirSync(partials) : []).toEqual([]);

  const again = await serve('--store', 'store');
  expect(await services(again.url)).toEqual(['api']);
  const kept = await fetch(`${again.url}/api/0/profiles/${id}`);
  expect(Buffer.from(await kept.arrayBuffer()).equals(cpu)).toBe(true);
  expect((await again.end('SIGTERM')).code).toBe(exitCodes.ok);
});

it('to other machines makes a token, tells it once, and asks for it', async () => {
  const server = await serve('--host', '0.0.0.0', '--store', 'other');
  const [, token = ''] = /told only now: (\S+)/.exec(server.told()) ?? [];
  expect(token).toMatch(/^[\w-]{32}$/);
  const url = server.url.replace('0.0.0.0', '127.0.0.1');
  const status = async (headers: Record<string, string>) => (await fetch(`${url}/api/0/version`, { headers })).status;
  expect(await status({})).toBe(401);
  expect(await status({ authorization: `Bearer ${token}` })).toBe(200);
  await server.end('SIGINT');
});

it('takes a token from a file, and says what is wrong with one', async () => {
  writeFileSync(join(folder, 'token.txt'), 'from-a-file\n');
  const server = await serve('--token-file', 'token.txt', '--store', 'other');
  expect(server.told()).not.toContain('told only now');
  expect((await fetch(`${server.url}/api/0/version`)).status).toBe(401);
  const authorization = 'Bearer from-a-file';
  expect((await fetch(`${server.url}/api/0/version`, { headers: { authorization } })).status).toBe(200);
  await server.end('SIGINT');
  writeFileSync(join(folder, 'empty.txt'), '\n');
  for (const [file, why] of [
    ['empty.txt', 'is empty'],
    ['none.txt', 'is not there'],
  ] as const) {
    const { code, stderr } = await startCli(['profiles', 'serve', '--token-file', file], folder).end;
    expect([code, stderr]).toEqual([exitCodes.usage, expect.stringContaining(`--token-file ${file}: ${why}`)]);
  }
});
