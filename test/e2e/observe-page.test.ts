/** `rampart observe` of a metrics page that somebody else serves: behind a password and a redirect, and of several processes. */
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { readResult, startCli, workDirectory } from '../helpers/cli.ts';

const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** Observes such a page under this user for a few looks; the run directory and all that was said. */
async function observe(answer: RequestListener, user = '') {
  const server = createServer(answer).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const url = `http://${user}127.0.0.1:${(server.address() as AddressInfo).port}`;
  const directory = workDirectory();
  const flags = ['--url', url, '--set', 'observe.metrics=250ms', '--out', 'run'];
  const observing = startCli(['observe', ...flags], directory);
  await observing.sees('observing until Ctrl-C');
  let asked = 0;
  server.on('request', () => {
    asked += 1;
  });
  // A look is one or two.
  await vi.waitUntil(() => asked >= 6, { timeout: 170_000 });
  observing.child.kill('SIGINT');
  const { code, stdout, stderr } = await observing.end;
  return { code, said: stdout + stderr, run: join(directory, 'run') };
}

function textsIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n');
}

it('follows the redirect with the password, which stands nowhere afterwards', async () => {
  const { code, said, run } = await observe(({ url, headers }, response) => {
    if (headers.authorization !== `Basic ${Buffer.from('anna:s3cret').toString('base64')}`)
      response.writeHead(401).end();
    else if (url === '/metrics') response.writeHead(301, { location: '/metrics/' }).end();
    else if (url === '/metrics/') response.end('go_goroutines 42\n');
    else response.writeHead(404).end();
  }, 'anna:s3cret@');
  expect(code, said).toBe(0);
  const series = readResult(run).series.find(({ name }) => name === 'go.goroutines');
  expect(new Set(series?.points.map(([, value]) => value))).toEqual(new Set([42]));
  expect(said + textsIn(run)).not.toContain('s3cret');
});

it('takes nothing of two instances on one page, warns, and does not call that valid', async () => {
  const page = ['a', 'b']
    .map((job, n) => `go_goroutines{job="${job}"} ${n * 58 + 42}\ngo_threads{job="${job}"} 7\n`)
    .join('');
  const { code, said, run } = await observe((_, response) => response.end(page));
  expect(code, said).toBe(4);
  expect(said).toContain('has metrics of several processes (job="a"; job="b")');
  const { series, warnings } = readResult(run);
  expect(series.filter(({ name }) => name.startsWith('go.'))).toEqual([]);
  expect(warnings).toContainEqual(expect.stringMatching(/several processes .* give the address at which that process/));
});
