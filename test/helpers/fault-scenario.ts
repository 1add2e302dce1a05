/** Shipped scenarios with faults, run for real. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { parse, stringify } from 'yaml';
import type { RunResult } from '../../src/model/run-result.ts';
import { cli, readResult, workDirectory } from './cli.ts';

const scenarios = join(import.meta.dirname, '..', '..', 'scenarios');
/** What others do to this machine meanwhile is no word about the scenario. */
const validity = { maxLagP99: '5s', maxOwnShare: 1, maxLoopShare: 1 };

interface Shipped {
  readonly topology: { readonly compose: string };
  readonly variants?: unknown;
}

/** A shipped scenario on local processes, with settings of its own. */
export async function runFaultScenario(
  name: string,
  ...flags: string[]
): Promise<{ result: RunResult; directory: string }> {
  const directory = workDirectory();
  const text = readFileSync(join(scenarios, `${name}.yaml`), 'utf8');
  const { variants: _, ...scenario } = parse(text) as Shipped;
  const topology = { ...scenario.topology, compose: join(scenarios, scenario.topology.compose) };
  writeFileSync(join(directory, 'scenario.yaml'), stringify({ ...scenario, topology, validity }));
  const args = ['run', 'scenario.yaml', '--engine', 'process', '--out', 'run', ...flags];
  const { stderr } = await cli(args, directory);
  const result = readResult(join(directory, 'run'));
  expect(result.status, stderr).toBe('complete');
  return { result, directory: join(directory, 'run') };
}
