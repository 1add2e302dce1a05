import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openRepository, stateOfWorkingTree } from '../../src/experiments/git-trees.ts';
import { git as gitLines } from '../../src/host/git.ts';

let folder = '';

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'rampart-git-')));
  git('init', '--quiet');
  await write('compose.yaml', 'services: {}\n');
  git('add', '.');
  git('-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '--quiet', '--message', 'one');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

test('the state of the working tree has new files and leaves out what is excluded', async () => {
  await write('new.txt', 'new');
  await write('runs/result.json', '{}');
  expect(await filesOfWorkingTree()).toEqual(['compose.yaml', 'new.txt']);
});

test('an excluded folder that git ignores as well is left out', async () => {
  await write('.gitignore', 'runs/\n');
  await write('runs/result.json', '{}');
  expect(await filesOfWorkingTree()).toEqual(['.gitignore', 'compose.yaml']);
});

test('an excluded folder that does not exist changes nothing', async () => {
  await write('.gitignore', 'runs/\n');
  expect(await filesOfWorkingTree()).toEqual(['.gitignore', 'compose.yaml']);
});

async function filesOfWorkingTree(): Promise<string[]> {
  const signal = new AbortController().signal;
  const repository = await openRepository(join(folder, 'compose.yaml'), { env: process.env, signal });
  try {
    const { tree } = await stateOfWorkingTree(repository, [join(folder, 'runs')]);
    return [...(await gitLines(['ls-tree', '-r', '--name-only', tree], repository.place))];
  } finally {
    await repository.close();
  }
}

async function write(path: string, text: string): Promise<void> {
  const file = join(folder, path);
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

function git(...args: string[]): void {
  execFileSync('git', args, { cwd: folder });
}
