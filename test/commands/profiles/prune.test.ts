import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runCommandLine } from '../../../src/commands/parse.ts';
import { openStore } from '../../../src/profiles/store/open-store.ts';
import { contextOf } from '../../helpers/command-context.ts';

const folder = mkdtempSync(join(tmpdir(), 'rampart-prune-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function typed(...words: string[]) {
  const { context, told } = contextOf({ HOME: folder }, folder);
  const code = await runCommandLine(['profiles', 'prune', ...words], context);
  return { code, ...told };
}

/** Puts profiles of as many days ago into the store `kept`; returns their ids. */
async function put(...days: number[]): Promise<string[]> {
  const { context } = contextOf({ HOME: folder }, folder);
  const store = await openStore('kept', context);
  const ids: string[] = [];
  for (const day of days) {
    const createdNs = BigInt(context.time.wallMs() - day * 86_400_000) * 1_000_000n;
    const labels = [{ key: 'step', value: '500' }];
    const content = Buffer.alloc(1024, day);
    ids.push((await store.put({ service: 'auth', type: 'heap', labels, createdNs, durationNs: 0n, content })).id);
  }
  await store.close();
  return ids;
}

it('prints what goes, once it goes', async () => {
  const [old, , young] = await put(40, 31, 2, 1);
  const age = ['--older-than', '720h', '--store', 'kept'];
  const dry = await typed(...age, '--dry-run');
  expect(dry.stdout.split('\n')).toHaveLength(3);
  expect(dry.stdout).toContain(`${old}  `);
  expect(dry.stdout).toContain('auth  heap  1 KiB  step=500');
  expect(dry.stderr).toContain('2 profiles would go, 2 (2 KiB) stay');
  expect(await typed(...age)).toMatchObject({ code: 0, stdout: dry.stdout });
  expect(await typed(...age)).toMatchObject({ code: 0, stdout: '' });
  const size = await typed('--max-size', '1.5KiB', '--store', 'kept');
  expect(size.stdout).toContain(`${young}  `);
  expect(size.stderr).toContain('1 profile removed, 1 (1 KiB) stay');
});

it('wants to be told what may stay, and tells all that it cannot read', async () => {
  expect(await typed()).toMatchObject({ code: 2, stderr: expect.stringContaining('--older-than or --max-size') });
  const { code, stderr } = await typed('--older-than', '30 days', '--max-size', '1GB');
  expect(code).toBe(2);
  expect(stderr).toContain('--older-than must be a duration, got "30 days" (example: --older-than 720h)');
  expect(stderr).toContain('--max-size must be a size, got "1GB" (example: --max-size 20GiB)');
});
