// biome-ignore-all lint/suspicious/noTemplateCurlyInString: places of values are written so
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { scenarioValues } from '../../src/runs/scenario-values.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-values-'));
  await writeFile(join(folder, '.env'), '# of the team\nA=of-file\nexport B="two words"\n');
  await writeFile(join(folder, 'token.txt'), '\uFEFFtok-1\n');
  await writeFile(join(folder, 'bytes'), Buffer.from([1, 255, 0]));
});
afterAll(() => rm(folder, { recursive: true }));

const valuesOf = (text: string, env: Readonly<Record<string, string>> = {}, flags: readonly string[] = []) =>
  scenarioValues(
    { file: 'a.yaml', folder, text },
    flags.map((flag) => ({ flag, path: ['a'], value: '' })),
    env,
  );

describe('values of a scenario', () => {
  it('come from the environment, and else from .env beside it', async () => {
    const { env } = await valuesOf('${env.A}', { A: 'of-environment' });
    expect([env('A'), env('B'), env('C')]).toEqual(['of-environment', 'two words', undefined]);
  });

  it('need no .env that can be read where nothing asks for any', async () => {
    await writeFile(join(folder, '.env'), 'no line of one\n');
    expect((await valuesOf('name: a')).env('A')).toBeUndefined();
    await expect(valuesOf('${env.A}')).rejects.toThrow(/\.env:1 /);
    await expect(valuesOf('', {}, ['--set a=${env.A}'])).rejects.toThrow(/\.env:1 /);
  });

  it('are texts of files that count from the scenario, and of nothing that is no text', async () => {
    const { file } = await valuesOf('');
    expect(file('token.txt')).toBe('tok-1\n');
    expect(file(join(folder, 'token.txt'))).toBe('tok-1\n');
    expect(() => file('bytes')).toThrow('no UTF-8 text');
    expect(() => file('none')).toThrow('ENOENT');
  });
});
