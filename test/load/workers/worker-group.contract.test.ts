import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { sharedOut } from '../../../src/load/workers/share-out.ts';
import { messagesOfWorkers } from '../../../src/load/workers/worker-group.ts';
import { RampartError } from '../../../src/model/errors.ts';
import type { LoadMessage } from '../../../src/model/load.ts';
import { planFor } from '../load-run.ts';

const parentPort = new URL('../../../dist/host/parent-port.js', import.meta.url).href;

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rampart-worker-'));
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A worker that runs this body, with `share`, `say`, and `heard` for what it is told. */
function entry(name: string, body: string): URL {
  const file = join(folder, `${name}.mjs`);
  const lines = [
    `import { workForParent } from ${JSON.stringify(parentPort)};`,
    'workForParent(async ({ share }, port) => {',
    'const { say } = port;',
    'let heard = () => {};',
    'port.onOrder((order) => heard(order));',
    body,
    'await new Promise(() => {});',
    '});',
  ];
  writeFileSync(file, lines.join('\n'));
  return pathToFileURL(file);
}

/** `heed` is called after each message. */
async function collect(worker: URL, workers = 2, abort = new AbortController(), heed = () => {}) {
  const messages: LoadMessage[] = [];
  let failure: unknown;
  try {
    const plan = planFor(80, { originHrUs: 0, startUs: 1000 });
    for await (const message of messagesOfWorkers(worker, sharedOut(plan, workers), { signal: abort.signal })) {
      messages.push(message);
      heed();
    }
  } catch (error) {
    failure = error;
  }
  return { messages, failure };
}

const endOnStart = "heard = ({ startUs }) => { say({ kind: 'end', lastDueUs: startUs, drainedUs: startUs }); };";

it('starts all workers at one moment: as planned when all are ready by then', async () => {
  const worker = entry('early', `${endOnStart} say({ kind: 'ready', earliestUs: 1000 });`);
  expect(await collect(worker, 3)).toEqual({
    messages: [{ kind: 'end', lastDueUs: 1000, drainedUs: 1000 }],
    failure: undefined,
  });
});

it('starts all workers at one moment: later when one is late', async () => {
  const once = `${endOnStart} say({ kind: 'ready', earliestUs: 1000 + 70_000 * share.index });`;
  const { messages } = await collect(entry('late', once));
  expect(messages).toEqual([{ kind: 'end', lastDueUs: 76_000, drainedUs: 76_000 }]);
});

const window = "{ kind: 'window', planned: 1, step: share.index }";

it('aborts the others when one fails, hands over what they have counted, and says what happened', async () => {
  const body = `
    heard = ({ kind }) => {
      if (kind === 'start' && share.index === 1) throw new Error('out of luck');
      if (kind === 'abort') { say(${window}); say({ kind: 'end', lastDueUs: 1, drainedUs: 1 }); }
    };
    say({ kind: 'ready', earliestUs: 0 });`;
  const { messages, failure } = await collect(entry('failing', body), 3);
  expect(messages.map((message) => 'step' in message && message.step).sort()).toEqual([0, 2]);
  expect(failure).toMatchObject({ code: 'load-worker-failed', message: 'the load generator failed: out of luck' });
});

it('does not wait for a worker that does not end after an abort', async () => {
  const body = `
    heard = ({ kind }) => {
      if (share.index === 1) return;
      say(${window});
      if (kind === 'abort') say({ kind: 'end', lastDueUs: 1, drainedUs: 1 });
    };
    say({ kind: 'ready', earliestUs: 0 });`;
  const abort = new AbortController();
  const { messages, failure } = await collect(entry('deaf', body), 2, abort, () => abort.abort());
  expect(messages).toMatchObject([
    { kind: 'window', step: 0 },
    { kind: 'window', step: 0 },
  ]);
  expect(failure).toMatchObject({ message: 'the load generator did not stop within 2000 ms' });
});

it('ends when it is aborted before its workers were told to start, also when they cannot hear it yet', async () => {
  const abort = new AbortController();
  abort.abort();
  const deaf = entry('starting', 'for (;;);');
  expect(await collect(deaf, 2, abort)).toEqual({
    messages: [{ kind: 'end', lastDueUs: 0, drainedUs: 0 }],
    failure: undefined,
  });
});

it('fails when a worker is gone before it has ended', async () => {
  const body = `
    if (share.index === 1) process.exit(0);
    heard = () => say({ kind: 'end', lastDueUs: 1, drainedUs: 1 });`;
  const { messages, failure } = await collect(entry('gone', body));
  expect(messages).toEqual([]);
  expect(failure).toMatchObject({ message: 'the load generator stopped before its load was over' });
});

it('says what a worker understood as the worker said it', async () => {
  const facts = "{ code: 'not-h2', hint: 'Use TLS.', exitCode: 3 }";
  const { failure } = await collect(entry('knowing', `throw Object.assign(new Error('no HTTP/2'), ${facts});`));
  expect(failure).toBeInstanceOf(RampartError);
  expect(failure).toMatchObject({ code: 'not-h2', message: 'no HTTP/2', hint: 'Use TLS.', exitCode: 3 });
});
