/** A comparison that goes on is the same under other tags. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writeComparison } from '../../src/archive/comparison-directory.ts';
import { openComparison } from '../../src/experiments/open.ts';
import type { Scenario } from '../../src/model/scenario.ts';
import { createSecrets } from '../../src/model/secrets.ts';
import { digestOf } from '../../src/runs/digest.ts';
import { contextOf } from '../helpers/command-context.ts';
import { scenario } from '../helpers/raw-run.ts';
import { namedArms } from './made-rounds.ts';

const directory = mkdtempSync(join(tmpdir(), 'rampart-open-'));
afterAll(() => rmSync(directory, { recursive: true }));

const open = async (tags?: Scenario['tags']) =>
  await openComparison(
    {
      id: 'c1',
      directory,
      base: { ...scenario, ...(tags ? { tags } : {}) },
      arms: namedArms(['a', 'b']),
      plan: { rounds: 8, budgetMs: undefined, runMs: 1000 },
      called: 'comparison',
    },
    contextOf({}).context,
  );

it('keeps its tags, or has those of the command that goes on with it', async () => {
  await writeComparison(directory, await open({ release: '1.5' }));
  expect((await open()).tags).toEqual({ release: '1.5' });
  expect((await open({ release: '1.6' })).tags).toEqual({ release: '1.6' });
});

it('has the same digest under other tags', async () => {
  const topology = { engine: 'external', targets: [], readyTimeoutMs: 1000 };
  const same: Scenario = { ...scenario, topology };
  const one = await digestOf(same, { env: {}, secrets: createSecrets() });
  expect(await digestOf({ ...same, tags: { release: '1.5' } }, { env: {}, secrets: createSecrets() })).toBe(one);
  expect(await digestOf({ ...same, seed: 2 }, { env: {}, secrets: createSecrets() })).not.toBe(one);
});
