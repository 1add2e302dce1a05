import { getPriority } from 'node:os';
import { Worker } from 'node:worker_threads';
import { expect, it } from 'vitest';
import { mayRaisePriority } from '../../src/host/priority.ts';

const built = new URL('../../dist/host/priority.js', import.meta.url).href;

it('leaves the priority as it was', () => {
  const before = getPriority();
  mayRaisePriority();
  expect(getPriority()).toBe(before);
});

it.runIf(process.platform === 'linux' && mayRaisePriority())(
  'raises the thread that asks and those that it starts, and no other',
  async () => {
    const before = getPriority();
    const worker = new Worker(
      `const { Worker, parentPort } = require('node:worker_threads');
       const tell = "require('node:worker_threads').parentPort.postMessage(require('node:os').getPriority())";
       import(${JSON.stringify(built)}).then(({ raisePriority }) => {
         raisePriority();
         new Worker(tell, { eval: true }).once('message', (inherited) => {
           parentPort.postMessage([require('node:os').getPriority(), inherited]);
         });
       });`,
      { eval: true },
    );
    const [own, inherited] = await new Promise<number[]>((resolve) => worker.once('message', resolve));
    expect(own).toBeLessThan(before);
    expect(inherited).toBe(own);
    expect(getPriority()).toBe(before);
  },
);
