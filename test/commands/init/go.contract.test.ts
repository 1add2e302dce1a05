/** `rampart init` in Go repositories without a compose file: real builds, real starts, and scenarios that a run takes. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { initCommand } from '../../../src/commands/init/init.ts';
import { environmentOf, processIds } from '../../../src/host/processes.ts';
import type { RampartError } from '../../../src/model/errors.ts';
import { openScenario, readScenario } from '../../../src/runs/read-scenario.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-init-go-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const mod = 'module example.com/shop\n\ngo 1.22\n';

type Flags = Readonly<Record<string, string | boolean>>;

async function init(
  files: Readonly<Record<string, string>>,
  flags: Flags = {},
  more: Readonly<Record<string, string>> = {},
) {
  for (const [name, text] of Object.entries({ 'go.mod': mod, ...files })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], GOFLAGS: '-mod=mod', GOPROXY: 'off', ...more };
  const { context, told } = contextOf(env, folder);
  await initCommand.run(argsOf({ out: 'rampart.yaml', start: true, ...flags }), context);
  const text = await readFile(join(folder, 'rampart.yaml'), 'utf8');
  const { scenario } = await readScenario(await openScenario('rampart.yaml', { cwd: folder }), [], context);
  const { topology, target, load } = parse(text);
  const [service] = Object.entries<Record<string, unknown>>(topology.services)[0] ?? [];
  return { text, said: told.stdout, service, api: topology.services[service ?? ''], target, load, scenario };
}

/** A server of net/http with what is in `body` before it listens at what `address` comes to. */
const server = (address: string, body = '', imports = '') => `package main

import (
	"fmt"
	"net/http"
${imports}
)

func main() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "items") })
	mux.HandleFunc("GET /items/{id}", func(w http.ResponseWriter, r *http.Request) { fmt.Fprintln(w, r.PathValue("id")) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {})
${body}
	if err := http.ListenAndServe(${address}, mux); err != nil {
		panic(err)
	}
}
`;

/** Ports of their own, so that nothing else on this machine is in the way. */
const port = 20_000 + (process.pid % 9000);

describe('a program that serves', () => {
  it('is told an address of its own by its flag, and its routes, pprof and readiness are found', async () => {
    const aside = '	go http.ListenAndServe(*debug, nil)\n';
    const main = server('*addr', aside, '	"flag"\n	_ "net/http/pprof"').replace(
      'func main() {',
      `var addr = flag.String("addr", ":${port}", "where")\nvar debug = flag.String("debug-addr", "localhost:${port + 1}", "where")\n\nfunc main() {\n	flag.Parse()`,
    );
    const { text, api, target, load, said, service } = await init({ 'cmd/shop/main.go': main });
    expect(text.split('\n').slice(0, 3)).toEqual([
      expect.stringMatching(/^# yaml-language-server: \$schema=\S+scenario\.schema\.json$/),
      expect.stringMatching(/^# A first ramp/),
      expect.stringMatching(/^# Look at/),
    ]);
    expect(service).toBe('shop');
    expect(api).toEqual({
      go: './cmd/shop',
      args: [`--addr=\${RAMPART_IP}:${port}`, `--debug-addr=\${RAMPART_IP}:${port + 1}`],
      ports: [port, port + 1],
      pprof: port + 1,
      ready: `${port}/readyz`,
    });
    expect(target).toEqual({ service: 'shop', port });
    expect(load.request).toEqual({ path: '/items' });
    expect(said).toContain('pprof at /debug/pprof');
  });

  it('is reached at 127.0.0.1 where it listens there and nowhere else', async () => {
    const { api, said } = await init({ 'main.go': server(`"127.0.0.1:${port}"`) });
    expect(api).toEqual({ go: '.', ports: [port], ready: `${port}/readyz`, address: '127.0.0.1' });
    expect(said).toContain('no pprof');
  });

  it('is started by the subcommand that serves', async () => {
    const main = server(`":${port}"`, '', '	"os"').replace(
      'func main() {',
      'func main() {\n	if len(os.Args) < 2 {\n		fmt.Println("usage: shop serve | migrate")\n		return\n	}\n	switch os.Args[1] {\n	case "migrate":\n		return\n	case "serve":\n	}',
    );
    expect((await init({ 'main.go': main })).api).toMatchObject({ args: ['serve'], ports: [port] });
  });

  it('gets a port where it has none', async () => {
    const main = server('":" + os.Getenv("PORT")', '', '	"os"');
    const { api, target } = await init({ 'main.go': main });
    expect(api.env).toEqual({ PORT: String(target.port) });
  });

  it('is given what it reads of your shell, which is named and not told', async () => {
    const need = '	if os.Getenv("SHOP_DSN") != "postgres://anna:hidden@db" {\n		panic(os.Getenv("SHOP_DSN"))\n	}\n';
    const files = { 'main.go': server(`":${port}"`, need, '	"os"') };
    const { api, text, said } = await init(files, {}, { SHOP_DSN: 'postgres://anna:hidden@db', GOGC: '7' });
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the scenario asks for it
    expect(api).toMatchObject({ env: { SHOP_DSN: '${env.SHOP_DSN}' }, ports: [port] });
    expect(text + said).not.toContain('hidden');
  });

  it('is asked for what answers, and load expects that where nothing is a success', async () => {
    const main = server(`":${port}"`).replaceAll('GET /', 'POST /');
    const { load, said } = await init({ 'main.go': main });
    expect(load.request).toEqual({ path: '/', expect: { status: 404 } });
    expect(said).toContain('which answers 404: change load.request');
  });

  it('is one of several, and the others are named', async () => {
    const { said, api } = await init({
      'cmd/api/main.go': server(`":${port}"`),
      'cmd/admin/main.go': server(`":${port + 1}"`),
    });
    expect(api.go).toBe('./cmd/api');
    expect(said).toContain('cmd/admin: serves HTTP');
    expect(said).toContain('rampart init --main ./cmd/admin');
    const other = await init({}, { main: './cmd/admin', force: true });
    expect(other.api).toMatchObject({ go: './cmd/admin', ports: [port + 1] });
  });

  it('leaves nothing running', async () => {
    await init({ 'main.go': server(`":${port}"`) });
    const left = processIds().filter((pid) => environmentOf(pid)?.get('RAMPART_RUN')?.startsWith('init-'));
    expect(left).toEqual([]);
  });
});

describe('a program that does not come up', () => {
  const failing = server(':8080')
    .replace('func main() {', 'func main() {\n	panic("dial tcp 127.0.0.1:5432: connect: connection refused")')
    .replace('(:8080', `(":${port}"`);

  it('still gets what its source says, with its own last lines and what it wants', async () => {
    const { text, said, target } = await init({ 'main.go': failing });
    expect(target.port).toBe(port);
    expect(text).toContain('# read in its source, not tried:');
    expect(said).toContain('it wants PostgreSQL at 127.0.0.1:5432');
    expect(said).toContain('    | panic: dial tcp 127.0.0.1:5432');
  });

  it('is not started where that is not wanted', async () => {
    const { said } = await init({ 'main.go': failing }, { start: false });
    expect(said).toContain('not started; this is what its source says:');
    expect(said).not.toContain('panic');
  });

  it('or does not compile is told with what the compiler says', async () => {
    const { said, api } = await init({ 'main.go': server(`":${port}"`, '	undefinedThing()') });
    expect(said).toContain('it could not be built');
    expect(said).toContain('undefined: undefinedThing');
    expect(api.ports).toEqual([port]);
  });
});

describe('init refuses', () => {
  const refusal = async (files: Readonly<Record<string, string>>, flags = {}) =>
    (await init(files, flags).catch((error: unknown) => error)) as RampartError;

  it('to write over a scenario, before anything is started', async () => {
    expect(await refusal({ 'main.go': server(`":${port}"`), 'rampart.yaml': 'name: mine\n' })).toMatchObject({
      code: 'init-exists',
    });
    expect(await readFile(join(folder, 'rampart.yaml'), 'utf8')).toBe('name: mine\n');
  });

  it('an address beside a path, and one that is none', async () => {
    expect(await refusal({}, { url: 'http://127.0.0.1:1/', main: '.' })).toMatchObject({ code: 'flag-invalid' });
    expect(await refusal({}, { url: 'http://127.0.0.1:1/' })).toMatchObject({ code: 'init-unanswered' });
    expect(await refusal({}, { url: 'nonsense' })).toMatchObject({ code: 'flag-invalid' });
  });
});

it('takes the program where a compose file holds only what it needs', async () => {
  const compose = 'services: { db: { image: "postgres:17", ports: ["5432:5432"] } }\n';
  const { said, api } = await init({ 'main.go': server(`":${port}"`), 'compose.yaml': compose }, { start: false });
  expect(api.ports).toEqual([port]);
  expect(said).toContain('docker compose -f compose.yaml up -d');
});
