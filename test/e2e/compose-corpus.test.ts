/** What is recorded of the corpus of compose projects held against Docker Compose itself; `vitest -u` records it anew. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect } from 'vitest';
import { canonOfCompose } from '../helpers/compose-canon.ts';
import { composeCorpus } from '../helpers/compose-corpus/all.ts';
import { type CorpusProject, recordedFile, recordedText } from '../helpers/compose-corpus/project.ts';
import { composeRefusals } from '../helpers/compose-refusals.ts';
import { itWithDocker } from '../helpers/docker.ts';

async function askCompose({ files, named, env, profiles = [] }: Omit<CorpusProject, 'name'>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
  try {
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true });
      await writeFile(join(folder, name), text);
    }
    const args = (named ?? Object.keys(files).slice(0, 1)).flatMap((name) => ['--file', join(folder, name)]);
    args.push(...profiles.flatMap((profile) => ['--profile', profile]), 'config', '--format', 'json');
    const { stdout } = await execa('docker', ['compose', ...args], {
      env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
      extendEnv: false,
    });
    return stdout.replaceAll(folder, '/elsewhere');
  } finally {
    await rm(folder, { recursive: true });
  }
}

itWithDocker.each(composeCorpus.filter(({ isNewer }) => !isNewer))('$name', async (project) => {
  await expect(recordedText(canonOfCompose(await askCompose(project)))).toMatchFileSnapshot(recordedFile(project));
});

itWithDocker.each(composeRefusals)('refuses $name', async ({ files }) => {
  await expect(askCompose({ files })).rejects.toThrow('Command failed');
});
