/** Which compose files a folder is about. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findComposeFiles } from '../../../src/topology/survey/find-compose-files.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
});

afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** The files that are taken of those that are there, relative to the folder; and what is said. */
async function found(files: Readonly<Record<string, string>>, given?: string, env = {}, cwd = '.') {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  const { files: taken, notes } = findComposeFiles(given, join(folder, cwd), env);
  const all = taken.composeFiles ?? [taken.compose];
  return { taken: all.map((file) => relative(folder, file)), notes: notes.join('\n') };
}

const any = 'services: {}';

it('takes the default name that Compose takes, and tells of others beside it', async () => {
  const { taken, notes } = await found({
    'compose.yaml': any,
    'docker-compose.yml': any,
    'docker-compose.dev.yml': any,
  });
  expect(taken).toEqual(['compose.yaml']);
  expect(notes).toContain('not read: docker-compose.dev.yml, docker-compose.yml');
});

it('does not tell of an override file, which is merged', async () => {
  expect((await found({ 'compose.yaml': any, 'compose.override.yaml': any })).notes).toBe('');
});

it('follows COMPOSE_FILE, of the environment or of .env', async () => {
  const files = { 'a.yml': any, 'b.yml': any, 'compose.yaml': any };
  expect((await found(files, undefined, { COMPOSE_FILE: 'a.yml:b.yml' })).taken).toEqual(['a.yml', 'b.yml']);
  const dotEnv = { ...files, '.env': 'COMPOSE_FILE=b.yml;a.yml\nCOMPOSE_PATH_SEPARATOR=;\n' };
  const { taken, notes } = await found(dotEnv);
  expect(taken).toEqual(['b.yml', 'a.yml']);
  expect(notes).toContain('as COMPOSE_FILE names them: b.yml, a.yml');
});

it('takes a file or a folder that is named', async () => {
  const files = { 'compose.yaml': any, 'deploy/compose.yml': any, 'deploy/prod.yml': any };
  expect((await found(files, 'deploy')).taken).toEqual(['deploy/compose.yml']);
  expect((await found(files, 'deploy/prod.yml')).taken).toEqual(['deploy/prod.yml']);
});

it('takes a .env that is a folder for none', async () => {
  expect((await found({ 'compose.yaml': any, '.env/x': '' })).taken).toEqual(['compose.yaml']);
});

it('looks upwards within the repository only', async () => {
  const files = { 'compose.yaml': any, 'repo/.git/HEAD': '', 'repo/cmd/main.go': '', 'repo/compose.yml': any };
  expect((await found(files, undefined, {}, 'repo/cmd')).taken).toEqual(['repo/compose.yml']);
});

it('finds the likeliest in folders below, and tells which others there are', async () => {
  const { taken, notes } = await found({
    'deploy/docker-compose.yml': any,
    'test/e2e/compose.yaml': any,
    'node_modules/x/compose.yaml': any,
    'vendor/x/compose.yaml': any,
  });
  expect(taken).toEqual(['deploy/docker-compose.yml']);
  expect(notes).toContain('took deploy/docker-compose.yml before test/e2e/compose.yaml');
});

it('takes the only one of another name', async () => {
  expect((await found({ 'docker-compose.dev.yml': any })).taken).toEqual(['docker-compose.dev.yml']);
});

it('does not choose between equals', async () => {
  await expect(found({ 'a/compose.yaml': any, 'b/compose.yaml': any })).rejects.toMatchObject({
    code: 'compose-many',
    exitCode: 2,
    message: expect.stringContaining('a/compose.yaml, b/compose.yaml'),
  });
});

it('says where it looked when there is none', async () => {
  await expect(found({ 'main.go': '' })).rejects.toMatchObject({ code: 'compose-missing', exitCode: 2 });
});
