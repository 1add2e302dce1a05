/** Elections of an etcd, in its own log, beside what users saw of them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { RunResult } from '../../src/model/run-result.ts';

/**
 * When a leader was first elected after a moment, in microseconds on the run's clock, by the stamps that etcd itself
 * writes (`"ts"`, to the millisecond): a file of logs is read some time after its lines were written.
 */
function electedAfterUs({ startedAt }: RunResult, directory: string, fromUs: number): number {
  const logs = readdirSync(join(directory, 'logs')).map((name) => readFileSync(join(directory, 'logs', name), 'utf8'));
  const stamps = logs
    .flatMap((text) => text.split('\n'))
    .filter((line) => /elected leader [0-9a-f]+ at term/.test(line))
    .map((line) => /"ts":"([^"]+)"/.exec(line)?.[1] ?? line);
  const originMs = Date.parse(startedAt);
  return Math.min(...stamps.map((stamp) => (Date.parse(stamp) - originMs) * 1000).filter((atUs) => atUs > fromUs));
}

/** What was proposed to a leader that died is lost, and its user waits for the timeout of the scenarios here. */
const timeoutUs = 3_000_000;

/** Users are well again when there is a leader, and soon: nobody waits for anything else but what was lost. Every arrival has an outcome. */
export function expectRecoveryAtElection(result: RunResult, directory: string): void {
  const [fault] = result.faults ?? [];
  expect(fault?.recovery.state, fault?.recovery.why).toBe('recovered');
  const startUs = fault?.startUs ?? Number.NaN;
  const { afterUs = Number.NaN, uncertaintyUs = 0 } = fault?.recovery ?? {};
  const electedUs = electedAfterUs(result, directory, startUs) - startUs;
  // Who came so shortly before that the wait was none for before the fault was served well.
  const unfeltUs = fault?.band?.p99Us ?? Number.NaN;
  expect(afterUs).toBeGreaterThanOrEqual(electedUs - unfeltUs - 2 * uncertaintyUs);
  expect(afterUs).toBeLessThan(electedUs + timeoutUs + 250_000);
  for (const { load } of result.steps)
    expect(load.completed + load.failed + load.timedOut + load.dropped + load.unfinished).toBe(load.planned);
}
