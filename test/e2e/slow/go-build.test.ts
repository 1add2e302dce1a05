/** Go settings with the real Go tool: what runs is what was asked for, under a key of its own, or people are told why not. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGoBuild } from '../../../src/host/program-build.ts';
import type { GoSettings } from '../../../src/model/topology-spec.ts';
import { buildGo } from '../../../src/topology/go-build/go-build.ts';
import { olderToolchain } from '../../helpers/toolchains.ts';

let folder: string;
let profile: string;
const here = execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).trim();
const older = olderToolchain();

/** A program that can write a CPU profile of itself, in a module with what strangers' modules have. */
const main = (own: string) => `package main

import (
	"os"
	"runtime/pprof"
	"time"

	"strange.test/dep"
)

//go:noinline
func ${own}(n int) (sum int) {
	for i := range n {
		sum += dep.Add(i, sum)
	}
	return sum
}

func main() {
	if len(os.Args) > 1 {
		file, err := os.Create(os.Args[1])
		if err != nil {
			panic(err)
		}
		pprof.StartCPUProfile(file)
		defer pprof.StopCPUProfile()
	}
	for end := time.Now().Add(500 * time.Millisecond); len(os.Args) > 1 && time.Now().Before(end); {
		${own}(1 << 20)
	}
}
`;
const dep = 'package dep\n\nfunc Add(a, b int) int { return a ^ b }\n';
const files: Readonly<Record<string, string>> = {
  'replaced/go.mod':
    'module strange.test/replaced\n\ngo 1.24\n\ntoolchain go1.24.1\n\nrequire strange.test/dep v0.0.0\n\nreplace strange.test/dep => ../dep\n',
  'replaced/cmd/api/main.go': main('crunch'),
  'replaced/cmd/other/main.go': main('grind'),
  'dep/go.mod': 'module strange.test/dep\n\ngo 1.24\n',
  'dep/dep.go': dep,
  'work/go.work': 'go 1.24\n\nuse (\n\t./app\n\t./dep\n)\n',
  'work/app/go.mod': 'module strange.test/app\n\ngo 1.24\n',
  'work/app/main.go': main('crunch'),
  'work/dep/go.mod': 'module strange.test/dep\n\ngo 1.24\n',
  'work/dep/dep.go': dep,
  'vendored/go.mod': 'module strange.test/vendored\n\ngo 1.24\n\nrequire strange.test/dep v0.0.1\n',
  'vendored/main.go': main('crunch'),
  'vendored/vendor/modules.txt': '# strange.test/dep v0.0.1\n## explicit; go 1.24\nstrange.test/dep\n',
  'vendored/vendor/strange.test/dep/dep.go': dep,
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-go-'));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
  profile = join(folder, 'cpu.pb.gz');
  execFileSync(await build('replaced', './cmd/api'), [profile]);
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true }));

async function build(module: string, pkg: string, settings?: GoSettings, env: Record<string, string> = {}) {
  const asked = { service: 'api', context: join(folder, module), packages: [pkg], flags: [], env: {}, settings };
  const user = { ...process.env, CGO_ENABLED: '0', XDG_CACHE_HOME: join(folder, 'cache'), GOFLAGS: '', ...env };
  return await buildGo(asked, { env: user, overrides: {}, signal: AbortSignal.timeout(120_000) });
}

const modules = [
  ['replaced', './cmd/api'],
  ['work/app', '.'],
  ['vendored', '.'],
] as const;

describe.each(modules)('a module that is %s, package %s', (module, pkg) => {
  it.skipIf(!older)(
    'is built by another toolchain, with an experiment and flags, each in a place of its own',
    async () => {
      const plain = await build(module, pkg);
      const old = await build(module, pkg, { toolchain: older });
      const flagged = await build(module, pkg, { flags: ['-ldflags=-s -w', '-gcflags=-l'] });
      expect(await readGoBuild(plain)).toMatchObject({ goVersion: here });
      expect(await readGoBuild(old)).toMatchObject({ goVersion: older });
      expect(await readGoBuild(flagged)).toMatchObject({ settings: { '-ldflags': '-s -w', '-gcflags': '-l' } });
      expect(new Set([plain, old, flagged]).size).toBe(3);
      expect(await build(module, pkg, { toolchain: older })).toBe(old);
    },
    120_000,
  );

  it('is built with a profile of its own', async () => {
    const [with_, off] = [await build(module, pkg, { pgo: profile }), await build(module, pkg, { pgo: 'off' })];
    expect(await readGoBuild(with_)).toMatchObject({ settings: { '-pgo': profile } });
    expect((await readGoBuild(off))?.settings).not.toHaveProperty('-pgo');
    expect(with_).not.toBe(off);
  }, 120_000);
});

describe('what would be silence is an error', () => {
  const refusal = async (...args: Parameters<typeof build>) => await build(...args).then(() => '', String);

  it('of a toolchain that nobody has, with what the Go tool says and where it looked', async () => {
    const message = await refusal('replaced', './cmd/api', { toolchain: 'go1.27.987' }, { GOPROXY: 'off' });
    expect(message).toContain('the Go toolchain go1.27.987 cannot be had here');
    expect(message).toMatch(/^ {4}\| go: .*go1\.27\.987/m);
    expect(message).toContain('GOPROXY=off');
  });

  it('of no patch that anybody has, also where go.mod wants a newer Go than the one that answers', async () => {
    writeFileSync(join(folder, 'work/app/future.mod'), 'module strange.test/app\n\ngo 1.99\n');
    const env = { GOPROXY: 'off', GOWORK: 'off', GOTOOLCHAIN: 'local', GOFLAGS: '-modfile=future.mod' };
    const message = await refusal('work/app', '.', { toolchain: 'go1.27.x' }, env);
    expect(message).toContain('the Go toolchain go1.27.x cannot be had here');
    expect(message).not.toContain('requires go >= 1.99');
  });

  it.skipIf(!older)('of a toolchain that go.mod forbids', async () => {
    writeFileSync(join(folder, 'work/app/newer.mod'), 'module strange.test/app\n\ngo 1.26\n');
    const settings = { toolchain: older, flags: ['-modfile=newer.mod'] };
    expect(await refusal('work/app', '.', settings, { GOWORK: 'off' })).toMatch(
      new RegExp(`GOTOOLCHAIN=${older} go build -modfile=newer.mod .* failed[^]*requires go >= 1\\.26`),
    );
  });

  it('of an experiment that this toolchain does not know, or that it has on anyhow', async () => {
    expect(await refusal('replaced', './cmd/api', { experiment: 'nosuchthing' })).toContain(
      'unknown GOEXPERIMENT suchthing',
    );
    expect(await refusal('replaced', './cmd/api', { experiment: 'regabiwrappers' })).toContain(
      'service api: go.experiment: regabiwrappers is as usual in go',
    );
  });

  it('of a profile of another main package', async () => {
    const message = await refusal('replaced', './cmd/other', { pgo: profile });
    expect(message).toContain(`service api: go.pgo: ${profile} is of another program: only`);
  }, 120_000);

  it('of no default.pgo where auto should find one', async () => {
    expect(await refusal('replaced', './cmd/api', { pgo: 'auto' })).toContain('auto found no default.pgo');
  });
});
