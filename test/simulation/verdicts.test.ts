/** Verdicts held against a known truth; few repetitions, but the same in every run. `npm run bench:gate` makes the whole table. */
import { describe, expect, it } from 'vitest';
import { columnGate } from './gaussian-gate.ts';
import { type GateCase, oneStep, quickRamp, releaseRamp, repeatGate } from './simulated-gate.ts';

/** Quick gates: shorter steps, so a wider margin. */
const quick = { ramp: quickRamp, settings: { tolerance: 0.05, detect: 0.2 } } satisfies Omit<GateCase, 'host'>;

describe('identical arms', () => {
  it.each([
    ['shared', 12],
    ['awful', 8],
  ] as const)('do not fail on the %s host', (host, times) => {
    expect(repeatGate({ ...quick, host }, times).fail).toBe(0);
  });

  it('pass on a quiet host', () => {
    expect(repeatGate({ ...quick, host: 'quiet' }, 8).pass).toBe(1);
  });

  it('do not fail because the machine slows down or speeds up by 20 % meanwhile', () => {
    expect(repeatGate({ ...quick, host: 'quiet', trend: Math.log(1.2) }, 6).fail).toBe(0);
    expect(repeatGate({ ...quick, host: 'shared', trend: -Math.log(1.2) }, 6).fail).toBe(0);
  });
});

describe('a worse candidate', () => {
  it.each(['quiet', 'shared'] as const)('fails on a %s host when one of three steps is 20 % slower', (host) => {
    const { fail, pass } = repeatGate({ ...quick, host, change: oneStep(0.2) }, 12);
    expect(fail).toBeGreaterThanOrEqual(11 / 12);
    expect(pass).toBeLessThanOrEqual(1 / 12);
  });

  // In at least 95 of 100, says the whole table; of ten, 8 or more in all but 1 % of draws if that is so.
  it('fails on a shared host when one of three steps of 30 s is 10 % slower', () => {
    const { fail, pass } = repeatGate({ ramp: releaseRamp, host: 'shared', change: oneStep(0.1) }, 10);
    expect(fail).toBeGreaterThanOrEqual(0.8);
    expect(pass).toBeLessThanOrEqual(0.1);
  });

  it('does not pass even where the host is too noisy to show it', () => {
    expect(repeatGate({ ...quick, host: 'awful', change: oneStep(0.2) }, 6).pass).toBe(0);
  });

  it('fails for a pause of 100 ms every 10 s, which the median of windows does not see', () => {
    const stalling: GateCase = { ...quick, host: 'shared', change: { stall: { everyS: 10, forS: 0.1 } } };
    expect(repeatGate(stalling, 6).fail).toBe(1);
    const without = { ...quick.settings, metrics: ['p99'] as const };
    expect(repeatGate({ ...stalling, settings: without }, 6).fail).toBeLessThan(0.5);
  });
});

describe.each(['normal', 't3', 'contaminated'] as const)('gates on eight columns of %s noise', (noise) => {
  const times = 60;
  const share = (effect: number, outcome: 'fail' | 'pass') =>
    Array.from({ length: times }, (_, seed) => columnGate(noise, effect, seed + 1)).filter(
      (each) => each.outcome === outcome,
    ).length / times;

  // One in twenty are allowed; of 60, up to 6 may well be: P(X > 6) is 3 % at p = 0.05.
  it('rarely fail where everything is exactly at the tolerance', () => {
    expect(share(Math.log(1.025), 'fail')).toBeLessThanOrEqual(0.1);
  });

  it('rarely pass where everything is exactly at what must not pass', () => {
    expect(share(Math.log(1.1), 'pass')).toBeLessThanOrEqual(0.1);
  });
});
