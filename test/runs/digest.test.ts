// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of values are written so
/** A scenario is the same only while all files behind it are. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createSecrets } from '../../src/model/secrets.ts';
import { digestOf } from '../../src/runs/digest.ts';
import { readIn } from '../helpers/read-scenario.ts';

let folder: string;

const files: Readonly<Record<string, string>> = {
  'ramp.yaml':
    'name: ramp\ntopology: { compose: compose.yaml }\ntarget: { service: api, port: 80 }\nload: { steps: [{ rate: 20/s, for: 5s }] }\n',
  'compose.yaml': 'include: [parts/db.yaml]\nservices: { api: { extends: { file: base.yaml, service: go } } }\n',
  'compose.override.yaml': 'services: { api: { environment: { A: 1 } } }\n',
  'base.yaml': 'services: { go: { build: ., env_file: app.env } }\n',
  'parts/db.yaml': 'services: { db: { image: postgres } }\n',
  'app.env': 'B=1\n',
  '.env': 'C=1\n',
};

async function digest(env: Readonly<Record<string, string>> = {}): Promise<string> {
  const secrets = createSecrets();
  const { scenario } = await readIn(folder, 'ramp.yaml', env, secrets);
  return await digestOf(scenario, { env, secrets });
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-test-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
});

afterAll(async () => {
  await rm(folder, { recursive: true });
});

it.each(Object.keys(files).filter((name) => name !== 'ramp.yaml'))(
  'a change in %s is one of the scenario',
  async (name) => {
    const before = await digest();
    await writeFile(join(folder, name), `${files[name]}# changed\n`);
    expect(await digest()).not.toBe(before);
    await writeFile(join(folder, name), files[name] ?? '');
    expect(await digest()).toBe(before);
  },
);

describe('with secrets', () => {
  const asked = (value: string) =>
    writeFile(
      join(folder, 'ramp.yaml'),
      `${files['ramp.yaml']?.replace('load: {', `load: { request: { headers: { Authorization: "Bearer ${value}" } },`)}`,
    );
  afterAll(async () => writeFile(join(folder, 'ramp.yaml'), files['ramp.yaml'] ?? ''));

  it('is the same whatever the value of a variable, and another where another variable is taken', async () => {
    await asked('${env.TOKEN_A}');
    const env = { TOKEN_A: 'first-value', TOKEN_B: 'first-value' };
    const first = await digest(env);
    expect(await digest({ ...env, TOKEN_A: 'second-value' })).toBe(first);
    await asked('${env.TOKEN_B}');
    expect(await digest({ ...env, TOKEN_A: 'other' })).not.toBe(first);
  });

  it('tells two secrets that scenarios hold themselves', async () => {
    await asked('written-one');
    const first = await digest();
    await asked('written-two');
    expect(await digest()).not.toBe(first);
  });
});
