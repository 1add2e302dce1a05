/** default.pgo beside a main package, as the real Go tool takes it. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keepProfile } from '../../src/experiments/pgo-keep.ts';

const main = `package main

import (
	"os"
	"runtime/pprof"
	"time"
)

func main() {
	pprof.StartCPUProfile(os.Stdout)
	defer pprof.StopCPUProfile()
	for end := time.Now().Add(300 * time.Millisecond); time.Now().Before(end); {
	}
}
`;
/** A cold one would have Go's own packages compiled once more: that is no part of what is held here. */
const GOCACHE = execFileSync('go', ['env', 'GOCACHE'], { encoding: 'utf8' }).trim();

let folder: string;
let profile: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-keep-'));
  mkdirSync(join(folder, 'cmd/api'), { recursive: true });
  writeFileSync(join(folder, 'go.mod'), 'module strange.test/keep\n\ngo 1.24\n');
  writeFileSync(join(folder, 'cmd/api/main.go'), main);
  profile = join(folder, 'cpu.pb.gz');
  writeFileSync(profile, execFileSync('go', ['run', './cmd/api'], { cwd: folder }));
}, 180_000);
afterAll(() => rmSync(folder, { recursive: true }));

function keep(isForced: boolean, flags: readonly string[] = []) {
  const directory = join(folder, 'cmd/api');
  const build = { service: 'api', context: folder, packages: ['./cmd/api'], flags, env: {} };
  const env = { ...process.env, CGO_ENABLED: '0', GOCACHE, XDG_CACHE_HOME: join(folder, 'cache') };
  const options = { env, overrides: {}, signal: AbortSignal.timeout(170_000) };
  const main = { importPath: 'strange.test/keep/cmd/api', directory };
  const target = { ...main, services: ['api'], source: { ...main, isOwn: true, service: 'api', build, options } };
  const told = { ...main, services: ['api'], samples: 30, isEnough: false };
  return keepProfile({ target, told, file: profile }, { isForced }, { cwd: folder });
}

it('is written, taken by a plain build, and never replaced unless that is asked for', async () => {
  const place = join(folder, 'cmd/api/default.pgo');
  const { written, note } = await keep(false);
  expect([written, note]).toEqual([place, undefined]);
  expect(readFileSync(place)).toEqual(readFileSync(profile));
  writeFileSync(place, 'another');
  expect((await keep(false)).note).toBe(`${place} appeared meanwhile, and was left: --force replaces it`);
  expect(readFileSync(place, 'utf8')).toBe('another');
  expect((await keep(true)).written).toBe(place);
  expect(readFileSync(place)).toEqual(readFileSync(profile));
}, 180_000);

it('says so where the build of a service does not take it', async () => {
  const { written, note } = await keep(true, ['-ldflags=-s']);
  expect([written, note]).toEqual([join(folder, 'cmd/api/default.pgo'), undefined]);
  rmSync(join(folder, 'cmd/api'), { recursive: true });
  await expect(keep(false)).resolves.toMatchObject({
    note: expect.stringContaining('its build does not take it yet: '),
  });
  expect(existsSync(join(folder, 'cmd/api/default.pgo'))).toBe(true);
}, 180_000);
