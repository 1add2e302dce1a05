/** The hosts are hard enough: what is commonly done to compare two builds calls identical ones different on them. */
import { expect, it } from 'vitest';
import { seededUniform } from '../../src/model/random.ts';
import { naiveTests } from './naive-procedures.ts';
import { quickRamp } from './simulated-gate.ts';
import { hosts, machine } from './simulated-host.ts';

const pairs = Array.from({ length: 30 }, (_, seed) => {
  const host = machine(hosts.shared, seed + 1);
  return { first: host.run(quickRamp, {}), second: host.run(quickRamp, {}) };
});

it.each(Object.entries(naiveTests))('%s gives more false alarms than one in twenty', (_, test) => {
  const next = seededUniform(1);
  const alarms = pairs.filter(({ first, second }) =>
    first.some((step, index) => test(step, second[index]!, 0.05, next)),
  );
  expect(alarms.length / pairs.length).toBeGreaterThan(0.1);
});

it('sees no difference where there is none and no noise between ramps either', () => {
  const silent = { driftSd: 0, driftTauS: 1, burstEveryS: 1e9, burstS: 0, burstFactor: 1, startSd: 0 };
  const next = seededUniform(1);
  const calm = Array.from({ length: 30 }, (_, seed) => {
    const host = machine(silent, seed + 1);
    return { first: host.run({ rates: [400], stepS: 12 }, {}), second: host.run({ rates: [400], stepS: 12 }, {}) };
  });
  for (const [name, test] of Object.entries(naiveTests)) {
    const alarms = calm.filter(({ first, second }) => test(first[0]!, second[0]!, 0.05, next)).length;
    expect([name, alarms / calm.length <= 0.2]).toEqual([name, true]);
  }
});
