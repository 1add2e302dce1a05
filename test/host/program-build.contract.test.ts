/** Go executables told from others by their build information. */
import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGoFunctions } from '../../src/host/go-executable.ts';
import { readGoBuild } from '../../src/host/program-build.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
});
afterAll(() => rm(folder, { recursive: true }));

describe('readGoBuild', () => {
  it.each(['amd64', 'arm64', '386', 's390x'])(
    'reads version and settings from a stripped executable for %s',
    async (arch) => {
      const program = join(folder, 'main.go');
      await writeFile(program, 'package main\n\nfunc main() {}\n');
      const out = join(folder, arch);
      const env = { ...process.env, GOOS: 'linux', GOARCH: arch, CGO_ENABLED: '0' };
      execFileSync('go', ['build', '-ldflags=-s -w', '-o', out, program], { env });
      const version = execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).trim();
      expect(await readGoBuild(out)).toMatchObject({ goVersion: version, settings: { GOARCH: arch } });
      const functions = await readGoFunctions(out);
      expect(functions).toContain('main.main');
      expect(functions).toContain('runtime.mallocgc');
      expect(functions).not.toContain('');
    },
    120_000,
  );

  it('is undefined for other executables and for files that are none', async () => {
    expect(await readGoBuild(process.execPath)).toBeUndefined();
    expect(await readGoFunctions(process.execPath)).toBeUndefined();
    for (const text of ['', '#!/bin/sh\n', `\x7fELF\x02\x01${'\xff'.repeat(80)}`]) {
      const path = join(folder, 'other');
      await writeFile(path, text, 'latin1');
      expect(await readGoBuild(path)).toBeUndefined();
      expect(await readGoFunctions(path)).toBeUndefined();
    }
  });

  it('rejects when there is no such file', async () => {
    await expect(readGoBuild(join(folder, 'nowhere'))).rejects.toThrow('ENOENT');
  });
});
