/** What is told where rounds with profiles cannot be made or read: a verdict never waits for them in vain. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { writeComparison } from '../../src/archive/comparison-directory.ts';
import { profileRounds } from '../../src/experiments/profile-rounds.ts';
import type { Scenario } from '../../src/model/scenario.ts';
import { contextOf } from '../helpers/command-context.ts';
import { madeComparison } from '../helpers/comparison.ts';
import { scenario } from '../helpers/raw-run.ts';
import { namedArms } from './made-rounds.ts';

it('says that rounds that were kept cannot be read, and does not reject', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'rampart-profile-rounds-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const names = ['baseline', 'candidate'];
  const kept = madeComparison(
    names.map((name) => ({ name, p99Us: 1000 })),
    1,
  );
  await writeComparison(join(directory, 'profile-rounds'), kept);
  const { context } = contextOf({});
  const work = { id: 'g1', directory, base: scenario as unknown as Scenario, arms: namedArms(names), runMs: 1000 };
  const changes = await profileRounds(work, context);
  expect([...changes.keys()]).toEqual(['candidate']);
  expect(changes.get('candidate')).toMatchObject({ state: 'cut-short', rounds: [], functions: [] });
  expect(changes.get('candidate')?.message).toMatch(/cannot be read.*result\.json/);
});
