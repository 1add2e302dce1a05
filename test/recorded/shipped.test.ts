import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { buildResult } from '../../src/analysis/build-result.ts';
import { judge } from '../bench/findings/judge.ts';
import { readSystems } from '../bench/findings/systems.ts';
import { recordedRun } from '../helpers/recorded-run.ts';

const root = join(import.meta.dirname, '..', '..');
const kept = readdirSync(import.meta.dirname).flatMap((file) => /^(.*)\.json\.gz$/.exec(file)?.[1] ?? []);
const shipped = readSystems(root).filter(
  ({ name, scenario }) => kept.includes(name) && scenario.startsWith(join(root, 'scenarios')),
);

it.each(shipped.map(({ name, expect: known }) => [name, known] as const))(
  'tells of the recorded run of the shipped scenario %s its cause, where it is, and from which step on',
  (name, known) => {
    const judged = judge(buildResult(recordedRun(name)), known);
    expect(judged, judged.said.join(', ')).toMatchObject({ first: true, step: true });
  },
);
