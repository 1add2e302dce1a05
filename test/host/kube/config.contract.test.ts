/** Which cluster is asked, and what a person is told where there is none. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAccess } from '../../../src/host/kube/config.ts';
import { connectKube } from '../../../src/host/kube/connect.ts';

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'rampart-kube-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function kubeconfig(name: string, server: string, current: string | undefined): Promise<string> {
  const file = join(dir, name);
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'c', cluster: { server } }],
    users: [{ name: 'u', user: { token: 't' } }],
    contexts: [
      { name: 'one', context: { cluster: 'c', user: 'u', namespace: 'shop' } },
      { name: 'two', context: { cluster: 'gone', user: 'u' } },
    ],
    ...(current === undefined ? {} : { 'current-context': current }),
  };
  await writeFile(file, JSON.stringify(config));
  return file;
}

it('takes the current context of KUBECONFIG, or the one that is named', async () => {
  const file = await kubeconfig('a', 'http://127.0.0.1:1', 'one');
  const cluster = await connectKube({ env: { KUBECONFIG: `${join(dir, 'nothing')}:${file}` } });
  expect(cluster).toMatchObject({ context: 'one', namespace: 'shop', server: 'http://127.0.0.1:1' });
});

it('takes of several files what the first of them says, as kubectl does', async () => {
  const [first, second] = await Promise.all([
    kubeconfig('first', 'http://127.0.0.1:1', undefined),
    kubeconfig('second', 'http://127.0.0.1:2', 'one'),
  ]);
  const cluster = await connectKube({ env: { KUBECONFIG: `${first}:${second}` } });
  expect(cluster).toMatchObject({ context: 'one', server: 'http://127.0.0.1:1' });
});

it('takes a file that is named in the place of KUBECONFIG', async () => {
  const file = await kubeconfig('b', 'https://127.0.0.1:1/k8s/clusters/c-1', 'one');
  const cluster = await connectKube({ env: { KUBECONFIG: join(dir, 'nothing') }, kubeconfig: file });
  expect(cluster.server).toBe('https://127.0.0.1:1/k8s/clusters/c-1');
});

it.each([
  ['no file', {}, undefined, 'kube-config', /KUBECONFIG=.* is not there/],
  [
    'no context of that name',
    { current: 'one' },
    'three',
    'kube-context',
    /no context "three" in .*; it has "one", "two"/,
  ],
  ['no current context', {}, undefined, 'kube-context', /names no current context/],
  ['a context without its cluster', { current: 'two' }, undefined, 'kube-context', /"two" names no cluster/],
])('says that there is %s', async (what, { current }: { current?: string }, context, code, message) => {
  const file = what === 'no file' ? join(dir, 'none') : await kubeconfig('c', 'http://127.0.0.1:1', current);
  await expect(connectKube({ env: { KUBECONFIG: file }, context })).rejects.toMatchObject({
    code,
    exitCode: 3,
    message: expect.stringMatching(message),
  });
});

it('says that a file is no kubeconfig', async () => {
  const file = join(dir, 'd');
  await writeFile(file, 'clusters: [');
  await expect(connectKube({ env: { KUBECONFIG: file } })).rejects.toMatchObject({ code: 'kube-config' });
});

it('shows nothing of a damaged file, which may hold a token', async () => {
  const file = join(dir, 'f');
  await writeFile(file, 'users:\n  - name: u\n    user: { token: s3cret-token\nclusters: [');
  const refused = await connectKube({ env: { KUBECONFIG: file } }).catch((error: unknown) => error);
  expect(refused).toMatchObject({ code: 'kube-config', message: expect.not.stringContaining('s3cret') });
});

it('says that nothing listens where the cluster should be', async () => {
  const cluster = await connectKube({ env: { KUBECONFIG: await kubeconfig('e', 'http://127.0.0.1:1', 'one') } });
  await expect(cluster.version(1000)).rejects.toMatchObject({
    code: 'kube-unreachable',
    message:
      'the cluster at http://127.0.0.1:1 (context "one") cannot be asked to say its version: nothing listens there',
  });
});

it.each([
  ['never answers', ''],
  ['begins to answer and does not go on', 'HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{'],
])('does not wait for a cluster that %s', async (_, begun) => {
  const silent = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write(begun);
  }).listen(0, '127.0.0.1');
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as { port: number };
  const cluster = await connectKube({
    env: { KUBECONFIG: await kubeconfig('f', `http://127.0.0.1:${port}`, 'one') },
  });
  await expect(cluster.version(50)).rejects.toMatchObject({
    code: 'kube-unreachable',
    message: expect.stringContaining('did not answer in time'),
  });
  cluster.close();
  silent.close();
});

it('runs a program that hands out credentials once for questions that are asked at once', async () => {
  const [program, file, counted] = ['program.mjs', 'exec', 'counted'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  const credential = { apiVersion: 'client.authentication.k8s.io/v1', kind: 'ExecCredential', status: { token: 't' } };
  await writeFile(
    program,
    `import { appendFileSync } from 'node:fs';
appendFileSync(${JSON.stringify(counted)}, 'run ');
console.log(${JSON.stringify(JSON.stringify(credential))});`,
  );
  const exec = { apiVersion: credential.apiVersion, command: process.execPath, args: [program] };
  const config = {
    clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:1' } }],
    users: [{ name: 'u', user: { exec } }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'one',
  };
  await writeFile(file, JSON.stringify(config));
  const cluster = await connectKube({ env: { KUBECONFIG: file } });
  const versions = await Promise.allSettled([1, 2, 3, 4].map(() => cluster.version(50_000)));
  expect(versions.map(({ status }) => status)).toEqual(versions.map(() => 'rejected'));
  expect(await readFile(counted, 'utf8')).toBe('run ');
});

it('ends a program that hands out no credentials, and does not wait for what that has started', async () => {
  const [program, file, ids] = ['hanging.mjs', 'hanging', 'ids'].map((name) => join(dir, name)) as [
    string,
    string,
    string,
  ];
  await writeFile(
    program,
    `import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
const child = spawn('sleep', ['60'], { stdio: ['ignore', 'inherit', 'inherit'] });
writeFileSync(${JSON.stringify(ids)}, process.pid + ' ' + child.pid);
setInterval(() => {}, 1000);`,
  );
  const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: process.execPath, args: [program] };
  const config = {
    clusters: [{ name: 'c', cluster: { server: 'http://127.0.0.1:1' } }],
    users: [{ name: 'u', user: { exec } }],
    contexts: [{ name: 'one', context: { cluster: 'c', user: 'u' } }],
    'current-context': 'one',
  };
  await writeFile(file, JSON.stringify(config));
  const access = await readAccess({ env: {}, kubeconfig: file, programMs: 2000 });
  await expect(access.credentials()).rejects.toMatchObject({
    code: 'kube-config',
    message: expect.stringMatching(/cannot be had: .* gave none in 2s, and was ended/),
  });
  const [own = 0, child = 0] = (await readFile(ids, 'utf8')).split(' ').map(Number);
  process.kill(child, 'SIGKILL');
  expect(() => process.kill(own, 0)).toThrow('ESRCH');
});
