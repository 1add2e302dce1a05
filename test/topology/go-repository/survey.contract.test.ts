/** Go repositories as people have them: modules, workspaces, several programs, libraries; read without Go. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RampartError } from '../../../src/model/errors.ts';
import { findModules, readGoMod, readGoWork } from '../../../src/topology/go-repository/modules.ts';
import { pathsOf, planOf } from '../../../src/topology/go-repository/plan.ts';
import { chooseProgram, surveyRepository } from '../../../src/topology/go-repository/survey.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-go-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const serve = (address = ':8080') => `package main
import "net/http"
func main() { http.ListenAndServe("${address}", nil) }
`;
const tool = 'package main\nfunc main() { println("hi") }\n';
const mod = (path: string, more = '') => `module ${path}\n\ngo 1.22\n${more}`;

async function write(files: Readonly<Record<string, string>>) {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** The programs of these files, without a Go tool to ask. */
async function survey(files: Readonly<Record<string, string>>, at = '.') {
  await write(files);
  return await surveyRepository({ folder: join(folder, at), env: { PATH: '' }, signal: new AbortController().signal });
}

async function chosen(files: Readonly<Record<string, string>>, named?: string) {
  const found = await survey(files);
  return chooseProgram(found, named, { folder, cwd: folder }).main;
}

describe('go.mod and go.work', () => {
  it('say where modules are', () => {
    const text = mod(
      'example.com/a // the whole',
      'replace (\n\texample.com/b => ../b\n\texample.com/c v1 => example.com/d v2\n)\nreplace e => ./e\n',
    );
    expect(readGoMod(text)).toEqual({
      path: 'example.com/a',
      replaced: new Map([
        ['example.com/b', '../b'],
        ['e', './e'],
      ]),
    });
    expect(readGoWork('go 1.22\nuse ./a // one\nuse (\n\t./b\n\t"./c"\n)\n')).toEqual(['./a', './b', './c']);
  });

  it('are looked for below, and around where there is none', async () => {
    await write({
      'go.mod': mod('m'),
      'sub/x.go': 'package x',
      'vendor/v/go.mod': mod('v'),
      'testdata/go.mod': mod('t'),
    });
    expect((await findModules(folder)).map(({ path }) => path)).toEqual(['m']);
    expect((await findModules(join(folder, 'sub'))).map(({ path }) => path)).toEqual(['m']);
  });
});

describe('of several programs the one is taken', () => {
  it.each([
    ['that serves, before a tool', { 'cmd/tool/main.go': tool, 'cmd/x/main.go': serve() }, 'cmd/x'],
    ['that has the name of the whole', { 'cmd/other/main.go': serve(), 'cmd/shop/main.go': serve() }, 'cmd/shop'],
    ['that is no example', { 'examples/a/main.go': serve(), 'cmd/zeta/main.go': serve() }, 'cmd/zeta'],
    [
      'that is no helper',
      { 'cmd/migrate/main.go': serve(), 'cmd/worker/main.go': serve(), 'cmd/orders/main.go': serve() },
      'cmd/orders',
    ],
    ['that is a server by name', { 'cmd/alpha/main.go': serve(), 'cmd/api-server/main.go': serve() }, 'cmd/api-server'],
    ['at the root', { 'main.go': serve(), 'tools/gen/main.go': serve() }, '.'],
    [
      'of a module that the workspace uses',
      {
        'go.work': 'go 1.22\nuse (\n\t.\n\t./api\n)\n',
        'api/go.mod': mod('example.com/api'),
        'api/main.go': serve(),
        'old/go.mod': mod('example.com/old'),
        'old/main.go': serve(),
      },
      'api',
    ],
  ] as const)('%s', async (_what, files, path) => {
    expect((await chosen({ 'go.mod': mod('example.com/shop'), ...files })).path).toBe(path);
  });

  it('that is named, as a folder, a package or an import path', async () => {
    const files = { 'go.mod': mod('example.com/shop'), 'main.go': serve(), 'cmd/tool/main.go': tool };
    for (const name of ['./cmd/tool', 'cmd/tool', 'cmd/tool/', 'example.com/shop/cmd/tool', join(folder, 'cmd/tool')])
      expect((await chosen(files, name)).path).toBe('cmd/tool');
    expect((await chosen(files, '.')).path).toBe('.');
    await expect(chosen(files, './cmd/none')).rejects.toMatchObject({
      code: 'init-no-main',
      message: expect.stringContaining('cmd/tool: listens nowhere'),
    });
  });
});

describe('what is no server is told apart', () => {
  it.each([
    ['a library', { 'a.go': 'package a\n' }, 'init-no-main', 'a library, no program'],
    [
      'a library with a generator',
      { 'a.go': 'package a\n', 'gen.go': `//go:build ignore\n\n${tool}` },
      'init-no-main',
      'gen.go',
    ],
    ['a tool', { 'main.go': tool }, 'init-no-server', 'listens nowhere'],
    [
      'a client',
      { 'main.go': 'package main\nimport "net/http"\nfunc main() { http.Get("http://x/") }\n' },
      'init-no-server',
      'listens nowhere',
    ],
    [
      'a gRPC server',
      {
        'main.go':
          'package main\nimport (\n\t"net"\n\t"google.golang.org/grpc"\n)\nfunc main() { l, _ := net.Listen("tcp", ":50051"); grpc.NewServer().Serve(l) }\n',
      },
      'init-no-server',
      'gRPC',
    ],
  ] as const)('%s', async (_what, files, code, message) => {
    const error = (await chosen({ 'go.mod': mod('example.com/a'), ...files }).catch(
      (thrown: unknown) => thrown,
    )) as RampartError;
    expect(error).toMatchObject({ code, message: expect.stringContaining(message) });
  });
});

describe('a program is read through the packages that it imports', () => {
  const server = `package server
import (
	"net/http"
	"os"
)
func Run() {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /items", nil)
	mux.HandleFunc("GET /items/{id}", nil)
	mux.HandleFunc("GET /healthz", nil)
	mux.HandleFunc("POST /shutdown", nil)
	mux.HandleFunc("/quit", nil)
	http.ListenAndServe(":"+os.Getenv("PORT"), mux)
}
`;
  const main = (path: string) => `package main\nimport "${path}"\nfunc main() { server.Run() }\n`;

  it.each([
    [
      'of its own module',
      { 'go.mod': mod('m'), 'cmd/a/main.go': main('m/internal/server'), 'internal/server/s.go': server },
    ],
    [
      'of its workspace',
      {
        'go.work': 'use ./a\nuse ./s\n',
        'a/go.mod': mod('m/a'),
        'a/main.go': main('m/s'),
        's/go.mod': mod('m/s'),
        's/s.go': server,
      },
    ],
    [
      'of a folder that replaces a module',
      {
        'go.mod': mod('m', 'replace x.y/s => ./s\n'),
        'main.go': main('x.y/s'),
        's/go.mod': mod('x.y/s'),
        's/s.go': server,
      },
    ],
  ])('%s', async (_what, files) => {
    const { facts } = await chosen(files);
    const plan = planOf(facts);
    expect(plan.ports).toMatchObject([{ port: 8080, purpose: 'http', from: 'PORT' }]);
    expect(plan.starts).toMatchObject([{ args: [], env: { PORT: '8080' }, told: [] }]);
    expect(pathsOf(facts.routes)).toEqual([
      { path: '/items', purpose: 'own', isWhole: true },
      { path: '/', purpose: 'own', isWhole: true },
      { path: '/healthz', purpose: 'health', isWhole: true },
    ]);
  });

  it('and not through its tests, or files for other systems', async () => {
    const { facts } = await chosen({
      'go.mod': mod('m'),
      'main.go': serve(),
      'main_test.go': serve(':1'),
      'a_windows.go': serve(':2'),
    });
    expect(facts.listens.map(({ address }) => address)).toEqual([':8080']);
  });
});

it('says what the Go tool said where it could not list, and goes on by reading', async () => {
  const { notes, programs } = await survey({ 'go.mod': mod('m'), 'main.go': serve() });
  expect(programs.map(({ main }) => main.path)).toEqual(['.']);
  expect(notes.join()).toContain('there is no Go here');
});
