/** Whose the CPU of the machine was. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cpuOwners } from '../../../src/analysis/run/cpu-owners.ts';
import type { StepResult } from '../../../src/model/run-result.ts';

type Targets = Record<string, Record<string, number>>;

/** A step's table, in which each value was the same all the time. */
const table = (targets: Targets): StepResult['targets'] =>
  Object.fromEntries(
    Object.entries(targets).map(([target, values]) => [
      target,
      Object.fromEntries(
        Object.entries(values).map(([name, value]) => [name, { mean: value, min: value, max: value, last: value }]),
      ),
    ]),
  );

const host = { 'host.cores': 4, 'host.cpu_percent': 80, 'host.steal_percent': 5, 'host.idle_percent': 15 };
const local = (percent: number) => ({ 'container.cpu_percent': percent, 'proc.threads': 8 });

describe('cpuOwners', () => {
  it('shares out all cores, the percent of a core among them', () => {
    const owners = cpuOwners(
      table({
        'api-1': local(40),
        'worker-1': local(120),
        generator: { 'load.cpu_percent': 60 },
        host,
      }),
    );
    expect(owners).toEqual({
      cores: 4,
      targets: [
        { target: 'worker-1', percent: 30 },
        { target: 'api-1', percent: 10 },
      ],
      generator: 15,
      others: 25,
      unplaced: 0,
      steal: 5,
      idle: 15,
      elsewhere: [],
    });
  });

  it('counts processes that a target started as its own', () => {
    const owners = cpuOwners(table({ 'api-1': { ...local(20), 'proc.cpu_children_percent': 140 }, host }));
    expect(owners).toMatchObject({ targets: [{ target: 'api-1', percent: 40 }], others: 40 });
  });

  it('leaves open whose it is what a target used that may run here or elsewhere', () => {
    const owners = cpuOwners(
      table({ 'api-1': { 'container.cpu_percent': 100 }, 'api-2': { 'go.process_cpu_percent': 200 }, host }),
    );
    expect(owners).toMatchObject({
      targets: [],
      others: 5,
      unplaced: 75,
      elsewhere: [
        { target: 'api-2', percent: 50 },
        { target: 'api-1', percent: 25 },
      ],
    });
  });

  it('leaves open no more than the machine was busy with', () => {
    const owners = cpuOwners(table({ 'api-1': { 'container.cpu_percent': 900 }, host }));
    expect(owners).toMatchObject({ others: 0, unplaced: 80, elsewhere: [{ target: 'api-1', percent: 225 }] });
  });

  it('has nobody else where processes used more than the ticks of the machine say', () => {
    expect(cpuOwners(table({ 'api-1': local(330), host }))).toMatchObject({
      targets: [{ target: 'api-1', percent: 82.5 }],
      others: 0,
    });
  });

  it.each([
    ['the machine was not looked at', { 'api-1': local(40) }],
    ['the number of cores is not known, as in older runs', { host: { 'host.cpu_percent': 80 } }],
    ['only one look was taken, which has no shares', { host: { 'host.cores': 4 } }],
  ])('knows nothing where %s', (_, targets) => {
    expect(cpuOwners(table(targets as Targets))).toBeUndefined();
  });

  it('adds up to all cores unless owners measured more, and has no negative share', () => {
    const percent = fc.double({ min: 0, max: 400, noNaN: true });
    const machine = fc
      .tuple(
        fc.integer({ min: 1, max: 128 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
      )
      .map(([cores, busy, stolen]) => ({
        'host.cores': cores,
        'host.cpu_percent': 100 * busy,
        'host.steal_percent': 100 * (1 - busy) * stolen,
        'host.idle_percent': 100 * (1 - busy) * (1 - stolen),
      }));
    fc.assert(
      fc.property(machine, fc.array(percent, { maxLength: 5 }), percent, (own, replicas, generator) => {
        const one = (value: number, index: number) =>
          index % 3 === 2 ? { 'container.cpu_percent': value } : local(value);
        const targets = Object.fromEntries(replicas.map((value, index) => [`api-${index}`, one(value, index)]));
        const owners = cpuOwners(table({ ...targets, generator: { 'load.cpu_percent': generator }, host: own }));
        if (!owners) throw new Error('the machine was looked at');
        const shares = [
          ...owners.targets.map((one) => one.percent),
          owners.generator,
          owners.others,
          owners.unplaced,
          owners.steal,
          owners.idle,
        ];
        const sum = shares.reduce((total, share) => total + share, 0);
        expect(Math.min(...shares)).toBeGreaterThanOrEqual(0);
        if (owners.others > 0) expect(sum).toBeCloseTo(100, 6);
        else expect(sum).toBeGreaterThanOrEqual(100 - 1e-6);
      }),
    );
  });
});
