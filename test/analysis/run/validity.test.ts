import { describe, expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import type { LoadTick } from '../../../src/model/load.ts';
import type { Sample } from '../../../src/model/sample.ts';
import type { Scenario } from '../../../src/model/scenario.ts';
import { healthySamples, observedRun, rawRun, scenario, window } from '../../helpers/raw-run.ts';

function reasonsOf(samples: Sample[], change: Partial<Scenario> = {}) {
  return buildResult(rawRun(samples, { scenario: change })).validity.reasons;
}

/** The healthy run with other numbers of the generator in the seconds that end within (fromUs, toUs]. */
function ticksChanged(fromUs: number, toUs: number, change: Partial<LoadTick>): Sample[] {
  return healthySamples().map(
    (sample): Sample =>
      sample.kind === 'tick' && sample.atUs > fromUs && sample.atUs <= toUs ? { ...sample, ...change } : sample,
  );
}

/** The same steps, each with eight connections that are kept busy. */
const closedLoad = {
  ...scenario.load,
  mode: 'closed',
  steps: scenario.load.steps.map((step) => ({ ...step, shape: { kind: 'closed', connections: 8 } as const })),
};

describe('the event loop of the generator', () => {
  it('makes a run invalid when it was busy for nearly all of a measured step', () => {
    const reasons = reasonsOf(ticksChanged(4_000_000, 6_000_000, { loopUtilisation: 0.97, cpuPercent: 99 }));
    expect(reasons).toEqual([
      {
        code: 'generator-saturated',
        step: 'high',
        message:
          'the generator was at its limit: its event loop was busy 97.0 % of the step, at most 95.0 % is allowed, with 99 % of a core; ' +
          'it can do no more; lower the rate, or use a machine with faster cores',
      },
    ]);
  });

  it('is told apart from a generator that others kept from its processor', () => {
    const [reason] = reasonsOf(ticksChanged(4_000_000, 6_000_000, { loopUtilisation: 0.99, cpuPercent: 35 }));
    expect(reason?.message).toContain('it had to wait for a processor; end what else runs on this machine');
  });

  it('may be busy in warm-up, and for a moment', () => {
    expect(reasonsOf(ticksChanged(0, 2_000_000, { loopUtilisation: 1 }))).toEqual([]);
    expect(reasonsOf(ticksChanged(4_000_000, 5_000_000, { loopUtilisation: 1 }))).toEqual([]);
  });

  it('may be as busy as the scenario allows', () => {
    const validity = { ...scenario.validity, maxLoopShare: 1 };
    expect(reasonsOf(ticksChanged(4_000_000, 6_000_000, { loopUtilisation: 1 }), { validity })).toEqual([]);
  });

  it('is always busy in a closed loop, which has no schedule to miss', () => {
    const load = closedLoad;
    expect(reasonsOf(ticksChanged(4_000_000, 6_000_000, { loopUtilisation: 1 }), { load })).toEqual([]);
  });
});

describe('what ran out on the side of the generator', () => {
  const failing = (errors: Record<string, number>, step = 2) => {
    const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
    return [...healthySamples(), window(step, 5_000_000, 0, 1, { planned: failed, failed, errors })];
  };

  it.each([
    ['connect EMFILE', 'exhausted-emfile', 'file descriptors; raise its limit (ulimit -n)'],
    ['connect ENFILE', 'exhausted-enfile', 'open files; raise fs.file-max'],
    ['connect EADDRNOTAVAIL', 'exhausted-eaddrnotavail', 'local ports'],
    ['write ENOBUFS', 'exhausted-enobufs', 'buffers for sockets'],
    ['connect ENOMEM', 'exhausted-enomem', 'memory for sockets'],
  ])('makes a run invalid: %s', (kind, code, words) => {
    const reasons = reasonsOf(failing({ [kind]: 3 }));
    expect(reasons).toEqual([{ code, step: 'high', message: expect.stringContaining(words) as string }]);
    expect(reasons[0]?.message).toContain(`3 of 4,003 arrivals failed with ${kind}`);
  });

  it('counts in warm-up and in a closed loop too', () => {
    const load = closedLoad;
    expect(reasonsOf(failing({ 'connect EMFILE': 1 }, 0), { load })).toMatchObject([{ step: 'warm-up' }]);
  });

  it('does not blame the generator for what the target did', () => {
    const errors = {
      'connect ECONNREFUSED': 5,
      'read ECONNRESET': 5,
      'status 503': 5,
      'closed before the response': 5,
    };
    expect(reasonsOf(failing(errors))).toEqual([]);
  });
});

describe('an observation', () => {
  const span: Sample[] = [
    { kind: 'step', step: 0, startUs: 1_000_000 },
    { kind: 'end', lastDueUs: 9_000_000, drainedUs: 9_000_000 },
  ];
  const seen = (target: string): Sample => ({
    kind: 'reading',
    atUs: 3_000_000,
    target,
    source: 'containers',
    values: { 'host.load_1m': 1 },
  });

  it('lasts until it was ended, whatever was planned, and is valid when a target was seen', () => {
    const result = buildResult(observedRun([...span, seen('api-1')]));
    expect(result.steps).toMatchObject([{ startUs: 1_000_000, durationUs: 8_000_000, load: { planned: 0 } }]);
    expect(result.validity).toEqual({ verdict: 'valid', reasons: [] });
    expect(result.findings).toEqual([]);
  });

  it('is invalid when no target was seen even once', () => {
    expect(buildResult(observedRun([...span, seen('host')])).validity.reasons).toMatchObject([
      { code: 'nothing-observed' },
    ]);
  });
});
