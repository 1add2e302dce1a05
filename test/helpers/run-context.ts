/** A run's context for tests: a real clock, a log that is kept, and a signal that the test can abort. */
import { startClock } from '../../src/host/clock.ts';
import type { RunContext } from '../../src/model/contracts.ts';
import { createSecrets } from '../../src/model/secrets.ts';

/** A context, the lines that were logged to it, and its abort. */
export interface TestRun {
  readonly context: RunContext;
  readonly logged: string[];
  readonly abort: AbortController;
}

let runs = 0;

/** A run with an id of its own and the environment of the test process, changed by `env`. */
export function testRun(env: Readonly<Record<string, string | undefined>> = {}): TestRun {
  runs += 1;
  const logged: string[] = [];
  const abort = new AbortController();
  const log = { info: (message: string) => logged.push(message), warn: (message: string) => logged.push(message) };
  const context: RunContext = {
    runId: `test-${process.pid}-${runs}`,
    clock: startClock(),
    signal: abort.signal,
    secrets: createSecrets(),
    log,
    env: { ...process.env, ...env },
  };
  return { context, logged, abort };
}
