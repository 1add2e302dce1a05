/** `rampart init --url`: a scenario for something that runs, with what it shows of its runtime. */

import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parse } from 'yaml';
import { initCommand } from '../../../src/commands/init/init.ts';
import { openScenario, readScenario } from '../../../src/runs/read-scenario.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';

let folder: string;
let server: Server | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-init-url-'));
});
afterEach(async () => {
  server?.close();
  await rm(folder, { recursive: true });
});

async function init(answer: RequestListener, path: string, flags = {}) {
  server = createServer(answer);
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { context, told } = contextOf({ PATH: process.env['PATH'] }, folder);
  await initCommand.run(argsOf({ out: 'rampart.yaml', url: `${base}${path}`, ...flags }), context);
  await readScenario(await openScenario('rampart.yaml', context), [], context);
  return { base, said: told.stdout, scenario: parse(await readFile(join(folder, 'rampart.yaml'), 'utf8')) };
}

it('takes pprof and metrics that answer below the same address, whoever serves them', async () => {
  const pages: Readonly<Record<string, string>> = {
    '/items': 'items',
    '/debug/pprof/goroutine?debug=1': 'goroutine profile: total 1\n',
    '/metrics': '# TYPE go_goroutines gauge\ngo_goroutines 7\n',
  };
  const { base, scenario } = await init((request, response) => {
    const page = pages[request.url ?? ''];
    response.writeHead(page === undefined ? 404 : 200, { 'content-type': 'text/plain; version=0.0.4' }).end(page);
  }, '/items');
  expect(scenario).toMatchObject({
    topology: { engine: 'external', targets: [{ pprof: `${base}/debug/pprof`, metrics: `${base}/metrics` }] },
    target: { url: `${base}/items` },
    load: { request: { method: 'GET' } },
  });
  expect(Object.keys(scenario.observe)).toEqual(['goroutines', 'metrics', 'containers']);
});

it('expects what is answered where that is no success, and says so', async () => {
  const { scenario, said } = await init((_request, response) => response.writeHead(401).end(), '/');
  expect(scenario.load.request).toEqual({ method: 'GET', expect: { status: 401 } });
  expect(scenario.observe).toEqual({ containers: '1s' });
  expect(said).toContain('load.request expects 401');
});

const echo = `package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
)

func main() {
	listener, err := net.Listen("tcp", "[::1]:0")
	if err != nil {
		panic(err)
	}
	fmt.Println(listener.Addr())
	http.Serve(listener, nil)
}
`;

it('sees the Go process that listens at an address of IPv6', async ({ skip }) => {
  const addresses = Object.values(networkInterfaces()).flatMap((each) => each?.map(({ address }) => address) ?? []);
  if (!addresses.includes('::1')) skip('this machine has no IPv6');
  await writeFile(join(folder, 'main.go'), echo);
  execFileSync('go', ['build', '-o', 'six', 'main.go'], { cwd: folder });
  const six = spawn(join(folder, 'six'), { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [address] = (await once(six.stdout, 'data')) as [Buffer];
    const { context, told } = contextOf({ PATH: process.env['PATH'] }, folder);
    await initCommand.run(argsOf({ out: 'rampart.yaml', url: `http://${String(address).trim()}/` }), context);
    expect(told.stdout).toContain(`behind it: the Go process six (pid ${six.pid})`);
  } finally {
    six.kill();
  }
});

it('asks no other host, whose consent is for the one who loads it to have', async () => {
  const refused = init((_request, response) => response.end(), '/', { url: 'http://host.example/' });
  await expect(refused).rejects.toMatchObject({
    code: 'flag-invalid',
    message: expect.stringContaining('host.example'),
  });
});
