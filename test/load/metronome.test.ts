import { once } from 'node:events';
import { expect, it } from 'vitest';
import { hrUs } from '../../src/host/clock.ts';
import { type ArmedRing, arm, isWritten, newArmedRing, pass, sentUsOf, writtenOf } from '../../src/load/armed-ring.ts';
import { descriptorOf, openDialer } from '../../src/load/dialer.ts';
import type { LoadStep } from '../../src/model/scenario.ts';
import { builtMetronome } from './built-engines.ts';
import { constantStep } from './load-run.ts';
import { response, startRawServer } from './raw-server.ts';

/** Three arrivals, due 50, 150 and 250 ms after the start. */
const schedule = { steps: [constantStep(10, 300)], arrivals: 'uniform', seed: 1, startUs: 100_000 } as const;
const request = Buffer.from('GET /armed HTTP/1.1\r\n\r\n');

/** A started metronome of the built thread, which sends also what a busy machine has made late; `woken` resolves with the time of its first call, microseconds of the schedule. */
async function beating(prepare: (ring: ArmedRing) => void, steps: readonly LoadStep[] = schedule.steps) {
  const pacer = await (await builtMetronome())(Number.POSITIVE_INFINITY);
  const ring = pacer.ring ?? newArmedRing();
  prepare(ring);
  const originHrUs = hrUs();
  const woken = new Promise<number>((resolve) => {
    pacer.start({ ...schedule, steps }, originHrUs, () => resolve(hrUs() - originHrUs));
  });
  return { ring, woken, [Symbol.dispose]: () => pacer.stop() };
}

it('sends what is armed by itself when it is due, and wakes for the rest', async () => {
  await using server = await startRawServer(({ socket }) => socket.write(response(200)));
  const socket = (await openDialer({ host: '127.0.0.1', port: server.port })).dial();
  await once(socket, 'connect');
  const answered = once(socket, 'data');
  using beat = await beating((ring) => arm(ring, 0, descriptorOf(socket), request));
  const first = await Promise.race([answered.then(() => 'answered'), beat.woken]);
  expect(first).toBe('answered');
  expect(server.requests).toEqual([request.toString()]);
  // The answer may be here before the thread says that it has written.
  await expect.poll(() => isWritten(beat.ring, 0)).toBe(true);
  expect(sentUsOf(beat.ring, 0)).toBeGreaterThanOrEqual(150_000);
  expect(writtenOf(beat.ring, 0)).toBe(request.length);
  expect(await beat.woken).toBeGreaterThanOrEqual(249_000);
  socket.destroy();
});

it('sends what is due within a fraction of a millisecond together, and nothing else early', async () => {
  await using server = await startRawServer(() => {});
  const dialer = await openDialer({ host: '127.0.0.1', port: server.port });
  const sockets = [0, 1, 2].map(() => dialer.dial());
  await Promise.all(sockets.map((socket) => once(socket, 'connect')));
  // Due 50, 150 and 250 us after the start, and then 10 ms later.
  const steps = [constantStep(10_000, 0.3), constantStep(50, 20)];
  using beat = await beating((ring) => {
    for (const [arrival, socket] of sockets.entries()) arm(ring, arrival, descriptorOf(socket), request);
  }, steps);
  await beat.woken;
  const sentUs = [0, 1, 2].map((arrival) => sentUsOf(beat.ring, arrival) - schedule.startUs);
  expect(sentUs[0]).toBeGreaterThanOrEqual(50);
  expect(Math.min(...sentUs.slice(1))).toBeGreaterThan(sentUs[0] ?? 0);
  // Sent after the first, so not before it was due; the third waits for a beat of its own, unless it has come due meanwhile.
  expect(sentUs[2]).toBeGreaterThanOrEqual(250 - 200);
  expect(await beat.woken).toBeGreaterThanOrEqual(schedule.startUs + 300 + 10_000 - 60);
  for (const socket of sockets) socket.destroy();
});

it('leaves to the other thread what cannot be written', async () => {
  // No process has so many files open.
  using beat = await beating((ring) => arm(ring, 0, 2 ** 30, request));
  await beat.woken;
  expect([isWritten(beat.ring, 0), writtenOf(beat.ring, 0)]).toEqual([true, 0]);
});

it('does not wake for what it need not come to', async () => {
  using beat = await beating((ring) => pass(ring, 2));
  expect(await beat.woken).toBeGreaterThanOrEqual(349_000);
});
