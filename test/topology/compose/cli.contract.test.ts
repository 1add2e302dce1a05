/** What a person is told when the docker command itself cannot be started. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { composeVersion } from '../../../src/topology/compose/cli.ts';

const folder = await mkdtemp(join(tmpdir(), 'rampart-no-docker-'));
afterAll(() => rm(folder, { recursive: true }));

it('that there is none', async () => {
  await expect(composeVersion({ PATH: folder })).rejects.toMatchObject({
    code: 'compose-missing',
    message: 'Docker Compose v2 is not there: the docker command is not installed',
  });
});

it('that it is no program', async () => {
  await writeFile(join(folder, 'docker'), 'no program');
  await expect(composeVersion({ PATH: folder })).rejects.toMatchObject({
    code: 'compose-missing',
    exitCode: 3,
    message: expect.stringMatching(/the docker command cannot be run \(.*EACCES\)/),
  });
});
