/** Profiles and traces of loads whose steps begin later than planned, on a clock that is moved by hand; targets are away, so that nobody is asked. */
import { describe, expect, it } from 'vitest';
import type { SamplerContext } from '../../src/model/contracts.ts';
import type { LoadMessage } from '../../src/model/load.ts';
import { profileSampler } from '../../src/samplers/profile-sampler.ts';
import { movedWindow } from '../../src/samplers/trace-plan.ts';
import { traceSampler } from '../../src/samplers/trace-sampler.ts';
import { bareTarget, manualRun } from './manual-run.ts';

const secondUs = 1_000_000;
const everything = {
  cpuMs: 2000,
  heap: true,
  gc: false,
  mutex: false,
  block: false,
  goroutineleak: true,
  dump: true,
  trace: undefined,
};

/** A run of three measured steps of 10 s that are planned from second 2 on, of which the test tells when they begin. */
function threeSteps() {
  const run = manualRun([{ ...bareTarget('a'), pprofUrl: 'http://127.0.0.1:1/debug/pprof', isAway: true }]);
  const listeners = new Set<(message: LoadMessage) => void>();
  const steps = [0, 1, 2].map((index) => ({
    name: `${index}`,
    measure: true,
    startUs: (2 + 10 * index) * secondUs,
    endUs: (12 + 10 * index) * secondUs,
  }));
  const context: SamplerContext = {
    ...run.context,
    steps,
    onLoad: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const tell = (message: LoadMessage) => {
    for (const listener of listeners) listener(message);
  };
  return {
    ...run,
    context,
    begin: (step: number) => tell({ kind: 'step', step, startUs: run.context.clock.nowUs() }),
    end: () => tell({ kind: 'end', lastDueUs: 0, drainedUs: 0 }),
    told: () =>
      run.samples.flatMap((sample) => {
        if (sample.kind === 'profile') return [`${sample.atUs / secondUs}s ${sample.type} ${sample.step}`];
        return sample.kind === 'trace' ? [`${sample.atUs / secondUs}s ${sample.step} ${sample.message}`] : [];
      }),
  };
}

describe('profiles of a closed loop whose first step has one late answer', () => {
  it('are of the steps as they really ran, and those of the end wait for it', async () => {
    const { context, advance, begin, end, told } = threeSteps();
    const sampler = await profileSampler.open(everything, context);
    await advance(2000);
    begin(0);
    await advance(20_000);
    begin(1);
    await advance(10_000);
    begin(2);
    await advance(19_000);
    end();
    await advance(10);
    await sampler.close();
    expect(told()).toEqual([
      '2s heap -1',
      '4s cpu 0',
      '22s heap 0',
      '24s cpu 1',
      '32s heap 1',
      '34s cpu 2',
      '51s heap 2',
      '51s goroutineleak 2',
      '51s dump 2',
    ]);
  });

  it('are of what was sent where it ends early', async () => {
    const { context, advance, begin, end, told } = threeSteps();
    const sampler = await profileSampler.open(everything, context);
    await advance(2000);
    begin(0);
    await advance(15_000);
    begin(1);
    await advance(5000);
    end();
    await advance(10);
    await sampler.close();
    expect(told()).toEqual([
      '2s heap -1',
      '4s cpu 0',
      '17s heap 0',
      '19s cpu 1',
      '22s heap 1',
      '22s goroutineleak 1',
      '22s dump 1',
    ]);
  });

  it('are none where a session ends without it', async () => {
    const { context, advance, abort, told } = threeSteps();
    const sampler = await profileSampler.open(everything, context);
    await advance(40_000);
    abort.abort();
    await sampler.close();
    expect(told()).toEqual([]);
  });
});

it('says that nothing is taken where what is sent is decided while it is sent', async () => {
  const { context, samples } = threeSteps();
  const bare = { ...context, steps: [] };
  await (await profileSampler.open(everything, bare)).close();
  await (await traceSampler.open({ slowest: 1, windowMs: 1000, everyMs: 5000 }, bare)).close();
  const message = expect.stringContaining('none are taken');
  expect(samples).toMatchObject(['profiles', 'trace'].map((source) => ({ kind: 'gap', source, message })));
});

describe('traces of a load whose steps begin late', () => {
  it('are taken at whole seconds of the steps as they really ran', async () => {
    const { context, advance, begin, end, told } = threeSteps();
    const sampler = await traceSampler.open({ slowest: 1, windowMs: 1000, everyMs: 5000 }, context);
    await advance(2500);
    begin(0);
    await advance(20_000);
    begin(1);
    await advance(20_000);
    end();
    await advance(10);
    await sampler.close();
    const away = 'a fault had taken it away';
    expect(told()).toHaveLength(4);
    for (const [index, each] of told().entries()) {
      const step = Math.floor(index / 2);
      const [at = '', of, ...why] = each.split(' ');
      expect([of, why.join(' ')]).toEqual([`${step}`, away]);
      expect(Number.parseFloat(at) % 1).toBe(0);
      const intoStep = Number.parseFloat(at) - (2.5 + 20 * step);
      expect(intoStep).toBeGreaterThan(5 * (index % 2));
      expect(intoStep).toBeLessThan(5 * (index % 2) + 5);
    }
  });

  it('stay where they were to be in their step where the next whole second has no room', () => {
    const step = { name: '', measure: true, startUs: 0, endUs: 10 * secondUs };
    const window = (at: number) => ({ atUs: at * secondUs, untilUs: (at + 1) * secondUs, step: 0 });
    expect(movedWindow(window(3), 250_000, step, [])).toEqual(window(4));
    expect(movedWindow(window(3), 0, step, [])).toEqual(window(3));
    expect(movedWindow(window(8), 250_000, step, [])).toEqual(window(8.25));
    expect(movedWindow(window(3), 250_000, step, [{ atUs: 4.5 * secondUs, untilUs: 6 * secondUs }])).toEqual(
      window(3.25),
    );
    expect(movedWindow(window(3.5), 250_000, step, [])).toEqual(window(3.75));
  });
});
