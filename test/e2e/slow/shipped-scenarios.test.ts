/** What the shipped scenarios say of themselves when they are run: their cause, where it is, and from which step on. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import type { RunResult } from '../../../src/model/run-result.ts';
import { cli, readResult, workDirectory } from '../../helpers/cli.ts';

const scenarios = join(import.meta.dirname, '..', '..', '..', 'scenarios');
/** Steps are the shorter by it: their rates are what they are, and so is what breaks. */
const scale = 0.8;
/** What others do to this machine meanwhile is said as well, and is no word about the scenario. */
const ofTheMachine = ['machine-cpu', 'noisy-host', 'generator-limit'];

interface ShippedScenario {
  readonly topology: { readonly compose: string };
  readonly load: { readonly steps: readonly { readonly for: string }[] };
}

/** A shipped scenario with shorter steps, in another directory. */
function shortened(name: string, directory: string): string {
  const scenario = parse(readFileSync(join(scenarios, `${name}.yaml`), 'utf8')) as ShippedScenario;
  const steps = scenario.load.steps.map((step) => ({ ...step, for: `${Number.parseFloat(step.for) * scale}s` }));
  const file = join(directory, `${name}.yaml`);
  const compose = join(scenarios, scenario.topology.compose);
  const text = stringify({
    ...scenario,
    topology: { ...scenario.topology, compose },
    load: { ...scenario.load, idle: '1s', steps },
    validity: { maxLagP99: '5s', maxOwnShare: 1 },
  });
  writeFileSync(file, text);
  return file;
}

async function run(name: string): Promise<RunResult> {
  const directory = workDirectory();
  const { stderr } = await cli(['run', shortened(name, directory), '--engine', 'process', '--out', 'run'], directory);
  const result = readResult(join(directory, 'run'));
  expect(result.status, stderr).toBe('complete');
  return result;
}

describe('the first finding of a shipped scenario', () => {
  it.each([
    ['lock-convoy', 'lock-convoy', 'downstream-1', 'main.(*work).holdLock', 'above'],
    ['semaphore-pool', 'pool-too-small', 'downstream-1', 'main.places.take', 'above'],
    ['retry-storm', 'retry-amplification', 'downstream-1', undefined, 'above'],
    ['connection-churn', 'connection-churn', 'loadbalancer-1', 'main.(*retryingTransport).send', undefined],
    ['goroutine-leak', 'goroutine-leak', 'downstream-1', 'main.leak.func1', undefined],
    ['memory-growth', 'memory-growth', 'downstream-1', 'main.(*kept).keep', undefined],
  ])('%s is %s at %s in %s, broken at %s', async (name, id, target, site, step) => {
    const { findings, diagnosis } = await run(name);
    const [first] = findings.filter((finding) => !ofTheMachine.includes(finding.id));
    const said = findings.map((finding) => `${finding.severity} ${finding.id}: ${finding.title}`).join('\n');
    expect(first, said).toMatchObject({ id });
    expect(first?.severity, said).not.toBe('note');
    expect(first?.targets?.[0]).toBe(target);
    expect(first?.site).toBe(site);
    if (step !== undefined) expect(diagnosis?.capacity.breaksStep).toBe(step);
  });
});
