import { describe, expect, it } from 'vitest';
import { buildResult } from '../../../src/analysis/build-result.ts';
import { cpuOwners } from '../../../src/analysis/run/cpu-owners.ts';
import type { GeneratorFacts, GeneratorMachine, GeneratorTick } from '../../../src/model/generators.ts';
import type { Sample } from '../../../src/model/sample.ts';
import { healthySamples, histogram, rawRun, scenario } from '../../helpers/raw-run.ts';

const machine = { os: 'Linux', cpuModel: 'cpu', cpus: 4, memoryBytes: 1, node: 'v20' };

function facts(generator: number, change: Partial<GeneratorFacts> = {}): GeneratorFacts {
  const name = `g${generator + 1}`;
  return {
    kind: 'generator',
    atUs: 1,
    generator,
    name,
    machine,
    workers: 1,
    offsetUs: 5,
    uncertaintyUs: 80,
    ...change,
  };
}

/** A healthy run whose windows and ticks two generators told in turn. */
function sharedSamples(): Sample[] {
  let [windows, ticks] = [0, 0];
  return healthySamples().flatMap((sample): Sample[] => {
    if (sample.kind === 'window') return [{ ...sample, generator: windows++ % 2 }];
    if (sample.kind !== 'tick') return [sample];
    return [
      sample,
      { kind: 'generator-tick', atUs: sample.atUs, generator: ticks++ % 2, tick: sample } as GeneratorTick,
    ];
  });
}

const resultOf = (more: readonly Sample[], change = {}) =>
  buildResult(rawRun([...sharedSamples(), ...more], { scenario: { ...scenario, ...change } }));
const reasonsOf = (more: readonly Sample[], change = {}) => resultOf(more, change).validity.reasons;

describe('generators of a result', () => {
  it('are absent where this machine sent the load alone', () => {
    expect(buildResult(rawRun(healthySamples())).generators).toBeUndefined();
  });

  it('tell what each sent, and what was told last of it', () => {
    const drift = { driftUs: -12.4, firstArrivalSkewUs: 300.2, uncertaintyUs: 91.5 };
    const result = resultOf([facts(0), facts(1, { name: 'other' }), facts(0, drift), facts(1, { name: 'other' })]);
    expect(result.validity.reasons).toEqual([]);
    const planned = result.steps.reduce((sum, { load }) => sum + load.planned, 0);
    expect(result.generators?.map(({ name }) => name)).toEqual(['g1', 'other']);
    expect(result.generators?.reduce((sum, each) => sum + each.planned, 0)).toBe(planned);
    expect(result.generators?.[0]).toMatchObject({ driftUs: -12, firstArrivalSkewUs: 300, uncertaintyUs: 92 });
    expect(result.series.some(({ name }) => name === 'generators.cpu_percent.other')).toBe(true);
  });

  it('warn where nobody knows whether they shared nodes with what they loaded', () => {
    const placed = (sharesWith: readonly string[] | undefined) => ({
      placement: { node: 'node-1', reached: 'directly', sharesWith },
    });
    const warned = (told: readonly Partial<GeneratorFacts>[], change = {}) =>
      resultOf(
        told.map((each) => facts(0, each)),
        change,
      ).warnings.filter((text) => text.includes('shared nodes'));
    expect(warned([placed(undefined)])).toEqual([expect.stringMatching(/^nobody knows .*\(g1 on node-1\)/)]);
    // At the end the cluster did not answer.
    expect(warned([placed([]), placed(undefined)])).toHaveLength(1);
    expect(warned([placed([])])).toEqual([]);
    expect(warned([{}])).toEqual([]);
    const accepted = { validity: { ...scenario.validity, mayShareNode: true } };
    expect(warned([placed(undefined)], accepted)).toEqual([]);
  });

  it('of two lots keep the worst clock of both', () => {
    const result = resultOf([
      facts(0, { driftUs: 900, uncertaintyUs: 400 }),
      facts(0, { driftUs: -3, uncertaintyUs: 10 }),
    ]);
    expect(result.generators?.[0]).toMatchObject({ driftUs: 900, uncertaintyUs: 400 });
  });
});

describe('a run is invalid by one generator', () => {
  const measured = () => resultOf([]).steps.find(({ kind }) => kind === 'measure');

  it('that was lost, with what is not known of its arrivals', () => {
    expect(reasonsOf([facts(0, { lost: 'generator g1 was lost: it hung up', lostArrivals: 1200 })])).toEqual([
      {
        code: 'generator-lost',
        message: 'generator g1 was lost: it hung up; 1,200 of its arrivals count as unfinished',
      },
    ]);
  });

  it('whose clock is not known well enough for what is told of moments', () => {
    const far = facts(0, { uncertaintyUs: 60_000, driftUs: -50_000 });
    expect(reasonsOf([far])).toMatchObject([{ code: 'generator-clock' }]);
    expect(reasonsOf([facts(0, { uncertaintyUs: 60_000 })])).toEqual([]);
  });

  it('that began later than a step bears that is measured from the beginning', () => {
    const late = { firstArrivalSkewUs: 150_000 };
    const first = (measure: boolean) => ({
      load: { ...scenario.load, steps: scenario.load.steps.map((step, i) => (i === 0 ? { ...step, measure } : step)) },
    });
    expect(reasonsOf([facts(0), facts(1, late)], first(true))).toMatchObject([
      { code: 'generator-start', step: 'warm-up', message: expect.stringMatching(/^generator g2 began 150 ms late/) },
    ]);
    expect(reasonsOf([facts(0), facts(1, late)], first(false))).toEqual([]);
  });

  it('that was held back by its CPU limit in a measured step', () => {
    const step = measured();
    const held: GeneratorMachine = {
      kind: 'generator-machine',
      atUs: (step?.startUs ?? 0) + 1e6,
      lengthUs: 1e6,
      generator: 1,
      throttledMs: (step?.durationUs ?? 0) / 50_000,
    };
    expect(reasonsOf([facts(0), facts(1, { cpuLimit: 0.5 }), held])).toMatchObject([
      {
        code: 'generator-throttled',
        step: step?.name,
        message: expect.stringContaining('g2 was held back by its CPU limit of 0.5 cores for 2.0 %'),
      },
    ]);
    expect(reasonsOf([facts(0), facts(1), { ...held, atUs: 0 }])).toEqual([]);
  });

  it('that was late, although all of them together were not', () => {
    let changed = 0;
    const samples = sharedSamples().map((sample) =>
      sample.kind === 'window' && sample.generator === 1 && sample.step > 0 && changed++ === 0
        ? { ...sample, lag: histogram([900_000]) }
        : sample,
    );
    const { validity } = buildResult(rawRun([...samples, facts(0), facts(1)]));
    const late = validity.reasons.filter(({ code }) => code === 'generator-late');
    expect(late.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^generator g2 was late: dispatch lag p99 /),
    ]);
  });
});

it('CPU time of generators on other machines is none of this one', () => {
  const at = (mean: number) => ({ mean, min: mean, max: mean, last: mean });
  const host = { 'host.cores': at(4), 'host.cpu_percent': at(20), 'host.idle_percent': at(80) };
  const used = { 'load.cpu_percent': at(120), 'load.cpu_elsewhere_percent': at(100) };
  expect(cpuOwners({ host, generator: used })?.generator).toBe(5);
});
