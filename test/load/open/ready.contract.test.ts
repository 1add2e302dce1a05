/** Whatever an open load takes to get ready, it takes it before its rehearsal and not after its time has come. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { expect, it } from 'vitest';
import type { LoadMessage } from '../../../src/model/load.ts';
import { testRun } from '../../helpers/run-context.ts';
import { builtEngine } from '../built-engines.ts';
import { constantStep, planFor } from '../load-run.ts';

it('starts in time although its target is silent when asked for HTTP/2', async () => {
  const silent = createServer().listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const { port } = silent.address() as AddressInfo;
  // To look for it takes a second, and to start a worker some seconds on a machine with much else to do.
  const plan = planFor(port, { startInMs: 15_000, http: 2, timeoutMs: 200, steps: [constantStep(50, 200)] });
  const messages: LoadMessage[] = [];
  for await (const message of (await builtEngine('open')).run(plan, testRun().context)) messages.push(message);
  silent.close();
  expect(messages.find(({ kind }) => kind === 'step')).toMatchObject({ startUs: plan.startUs });
});
