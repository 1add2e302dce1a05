import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSecrets } from '../../src/model/secrets.ts';
import { readIn } from '../helpers/read-scenario.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-compose-secrets-'));
  await writeFile(
    join(folder, 'compose.yaml'),
    `services:
  api:
    image: api
    env_file: api.env
    environment:
      DB_PASSWORD: \${DB_PASSWORD}
      DB: postgres://u:url-pass-1@postgres/x
      SESSION_DRIVER: database
      REGION: eu-west-1
      READ_TOKEN: open-tok-1
  postgres: { image: postgres, environment: { POSTGRES_PASSWORD: postgres } }
`,
  );
  await writeFile(join(folder, 'api.env'), 'API_TOKEN=env-file-tok\n');
  await writeFile(
    join(folder, 'a.yaml'),
    'name: a\ntopology: { compose: compose.yaml }\ntarget: { service: api, port: 80 }\nload: { steps: [{ rate: 10/s, for: 1s }] }\nreadable: [READ_TOKEN]\n',
  );
});
afterAll(() => rm(folder, { recursive: true }));

it('are those that services get from the compose file, its variables and env files, but no names and settings', async () => {
  const secrets = createSecrets();
  await readIn(folder, 'a.yaml', { DB_PASSWORD: 'pg-pass-1' }, secrets);
  expect(secrets.known().map(({ value, label }) => [label, value])).toEqual([
    ['api.API_TOKEN', 'env-file-tok'],
    ['api.DB_PASSWORD', 'pg-pass-1'],
    ['api.DB', 'url-pass-1'],
    ['api.DB', Buffer.from('u:url-pass-1').toString('base64')],
  ]);
});
