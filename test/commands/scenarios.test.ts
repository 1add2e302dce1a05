import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { CommandContext } from '../../src/commands/command.ts';
import { readScenario } from '../../src/runs/read-scenario.ts';

const folder = join(import.meta.dirname, '..', '..', 'scenarios');
const files = readdirSync(folder).filter((file) => file.endsWith('.yaml'));
const context = { cwd: folder, env: {} } as CommandContext;

it('ships the scenarios that the README names', () => {
  expect(files.sort()).toEqual([
    'article-ramp.yaml',
    'blocking-syscalls.yaml',
    'cpu-limit.yaml',
    'gc-pressure.yaml',
    'goroutine-leak.yaml',
    'lock-convoy.yaml',
    'memory-limit.yaml',
    'pool-too-small.yaml',
    'quickstart.yaml',
  ]);
});

it.each(files)('%s is a scenario that can be run', async (file) => {
  const { scenario } = await readScenario(file, [], context);
  expect(`${scenario.name}.yaml`).toBe(file);
});
