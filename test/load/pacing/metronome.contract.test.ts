import { once } from 'node:events';
import { constants } from 'node:os';
import { expect, it } from 'vitest';
import { hrUs } from '../../../src/host/clock.ts';
import {
  type ArmedRing,
  arm,
  createArmedRing,
  isWritten,
  pass,
  sentUsOf,
  writtenOf,
} from '../../../src/load/pacing/armed-ring.ts';
import { descriptorOf, openDialer } from '../../../src/load/transport/dialer.ts';
import { builtMetronome } from '../built-engines.ts';
import { constantStep } from '../load-run.ts';
import { response, startRawServer } from '../raw-server.ts';

/** Three arrivals, due 50, 150 and 250 ms after the start. */
const schedule = { steps: [constantStep(10, 300)], arrivals: 'uniform', seed: 1, startUs: 100_000 } as const;
const request = Buffer.from('GET /armed HTTP/1.1\r\n\r\n');

/** A started metronome of the built thread, which sends also what a busy machine has made late; `woken` resolves with the time of its first call, microseconds of the schedule. */
async function started(prepare: (ring: ArmedRing) => void) {
  const metronome = await (await builtMetronome())(Number.POSITIVE_INFINITY);
  const pacer = metronome.pacer();
  const ring = pacer.ring ?? createArmedRing();
  prepare(ring);
  const originHrUs = hrUs();
  const woken = new Promise<number>((resolve) => {
    pacer.start(schedule, originHrUs, () => resolve(hrUs() - originHrUs));
  });
  return { ring, woken, [Symbol.dispose]: () => metronome.stop() };
}

it('sends what is armed by itself when it is due, and wakes for the rest', async () => {
  await using server = await startRawServer(({ socket }) => socket.write(response(200)));
  const to = { host: '127.0.0.1', port: server.port };
  const socket = (await openDialer(to)).dial(to);
  await once(socket, 'connect');
  const answered = once(socket, 'data');
  using metronome = await started((ring) => arm(ring, 0, descriptorOf(socket), request));
  await answered;
  expect(server.requests).toEqual([request.toString()]);
  // The answer may be here before the thread says that it has written.
  await expect.poll(() => isWritten(metronome.ring, 0)).toBe(true);
  expect(sentUsOf(metronome.ring, 0)).toBeGreaterThanOrEqual(150_000);
  expect(writtenOf(metronome.ring, 0)).toBe(request.length);
  expect(await metronome.woken).toBeGreaterThanOrEqual(249_000);
  socket.destroy();
});

it('tells the other thread why something cannot be written', async () => {
  // No process has so many files open.
  using metronome = await started((ring) => arm(ring, 0, 2 ** 30, request));
  await metronome.woken;
  expect([isWritten(metronome.ring, 0), writtenOf(metronome.ring, 0)]).toEqual([true, -constants.errno.EBADF]);
});

it('does not wake for what it need not come to', async () => {
  using metronome = await started((ring) => pass(ring, 2));
  expect(await metronome.woken).toBeGreaterThanOrEqual(349_000);
});
