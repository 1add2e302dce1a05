import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hrUs, wallMs } from '../../../src/host/clock.ts';
import { watchThread } from '../../../src/host/thread-usage.ts';
import type { Metronome } from '../../../src/load/pacing/metronome.ts';
import { builtEcho, builtMetronome, builtRehearsal } from '../built-engines.ts';

const host = { hrUs, wallMs, watchThread };

let rehearse: Awaited<ReturnType<typeof builtRehearsal>>;
let startMetronome: Awaited<ReturnType<typeof builtMetronome>>;

let echo: Awaited<ReturnType<Awaited<ReturnType<typeof builtEcho>>>>;

beforeAll(async () => {
  echo = await (await builtEcho())();
  rehearse = await builtRehearsal();
  startMetronome = await builtMetronome();
});

afterAll(() => echo.stop());

/** A metronome that counts the loads it was lent to, and those that started. */
async function countingMetronome() {
  const metronome = await startMetronome();
  const seen = { lent: 0, started: 0 };
  const counting: Metronome = {
    pacer() {
      seen.lent++;
      const pacer = metronome.pacer();
      return {
        ...pacer,
        start(...order) {
          seen.started++;
          pacer.start(...order);
        },
      };
    },
    stop: metronome.stop,
  };
  return { counting, seen, [Symbol.dispose]: () => metronome.stop() };
}

describe('a rehearsal', () => {
  it('sends three loads with the metronome of the real one, when there is time', async () => {
    using metronome = await countingMetronome();
    await rehearse(metronome.counting, echo, hrUs() + 60e6, new AbortController().signal, host);
    expect(metronome.seen).toEqual({ lent: 3, started: 3 });
  });

  it('begins nothing that would not be over in time', async () => {
    using metronome = await countingMetronome();
    await rehearse(metronome.counting, echo, hrUs() + 0.3e6, new AbortController().signal, host);
    expect(metronome.seen).toEqual({ lent: 0, started: 0 });
  });

  it('is over when the load is aborted', async () => {
    using metronome = await countingMetronome();
    const abort = new AbortController();
    const rehearsed = rehearse(metronome.counting, echo, hrUs() + 60e6, abort.signal, host);
    await expect.poll(() => metronome.seen.started).toBe(1);
    abort.abort();
    await rehearsed;
    expect(metronome.seen).toEqual({ lent: 1, started: 1 });
  });
});
