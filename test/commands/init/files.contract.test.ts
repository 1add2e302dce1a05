/** The files that `init` writes beside a scenario, and what a scenario opens with. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createScenario, ignoreRuns, withLine } from '../../../src/commands/init/files.ts';
import { schemaFor } from '../../../src/commands/schema-place.ts';
import { contextOf } from '../../helpers/command-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-init-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const git = (...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
const ignore = async (at = '.') => await ignoreRuns(contextOf(process.env, join(folder, at)).context);
const ignored = async (file = '.gitignore') => await readFile(join(folder, file), 'utf8');

describe('a place where no scenario can be written', () => {
  it.each([
    ['a folder that is to be written over', '', true],
    ['below a file', 'file/rampart.yaml', false],
  ])('is told with the way out: %s', async (_, name, isForced) => {
    await writeFile(join(folder, 'file'), '');
    const writing = createScenario(join(folder, name), 'name: ramp\n', isForced, { cwd: '/' });
    await expect(writing).rejects.toMatchObject({ code: 'out-not-writable', exitCode: 3 });
  });
});

describe('runs/ is kept out of a repository', () => {
  it('by a file where there is none, once', async () => {
    git('init', '--quiet');
    expect(await ignore()).toBe('wrote .gitignore: /runs/ is where runs are kept');
    expect(await ignored()).toBe('/runs/\n');
    expect(await ignore()).toBeUndefined();
    expect(git('check-ignore', 'runs/x').toString()).toBe('runs/x\n');
  });

  it('by a line at the end of the one that there is, and as its lines end', async () => {
    git('init', '--quiet');
    await writeFile(join(folder, '.gitignore'), 'dist\r\n*.log');
    expect(await ignore()).toContain('added a line to .gitignore');
    expect(await ignored()).toBe('dist\r\n*.log\r\n/runs/\r\n');
  });

  it('by the file of the root, from a folder below that has none', async () => {
    git('init', '--quiet');
    await mkdir(join(folder, 'load'));
    expect(await ignore('load')).toBe('wrote ../.gitignore: /load/runs/ is where runs are kept');
    expect(await ignored()).toBe('/load/runs/\n');
  });

  it('not where it is ignored already, holds files of the repository, or there is none', async () => {
    expect(await ignore()).toBeUndefined();
    git('init', '--quiet');
    await mkdir(join(folder, 'runs'));
    await writeFile(join(folder, 'runs', 'main.go'), 'package runs\n');
    git('add', 'runs');
    expect(await ignore()).toContain('holds files of your repository');
    git('rm', '--quiet', '--cached', 'runs/main.go');
    await writeFile(join(folder, '.gitignore'), 'runs\n');
    expect(await ignore()).toBeUndefined();
    expect(await ignored()).toBe('runs\n');
  });

  it.each([
    ['', '/runs/\n'],
    ['a', 'a\n/runs/\n'],
    ['a\n', 'a\n/runs/\n'],
    ['a\r\n', 'a\r\n/runs/\r\n'],
  ])('%j becomes %j', (before, after) => {
    expect(withLine(before, '/runs/')).toBe(after);
  });
});

describe('the schema of a scenario', () => {
  it('is that of an installed rampart, from where the scenario lies', async () => {
    await mkdir(join(folder, 'node_modules/rampart/docs'), { recursive: true });
    await mkdir(join(folder, 'load'));
    await writeFile(join(folder, 'node_modules/rampart/docs/scenario.schema.json'), '{}');
    expect(schemaFor(join(folder, 'rampart.yaml'), '1.2.3')).toBe('./node_modules/rampart/docs/scenario.schema.json');
    expect(schemaFor(join(folder, 'load/a.yaml'), '1.2.3')).toBe('../node_modules/rampart/docs/scenario.schema.json');
  });

  it('else is that of the version where packages are published', () => {
    expect(schemaFor(join(folder, 'rampart.yaml'), '1.2.3')).toBe(
      'https://unpkg.com/rampart@1.2.3/docs/scenario.schema.json',
    );
  });
});
