import { describe, expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { knownWith } from '../helpers/known-kinds.ts';

function load(loadLines: string, rest = '') {
  const text = `name: ramp
topology: { engine: external }
target: { url: "http://127.0.0.1:1/" }
load:
  mode: closed
${loadLines}
${rest}`;
  return loadScenario({ file: 'ramp.yaml', text, overrides: [], known: knownWith() }).scenario.load;
}

function refused(loadLines: string, rest?: string): string {
  try {
    load(loadLines, rest);
  } catch (error) {
    return messageOf(error);
  }
  throw new Error('the scenario was accepted');
}

describe('steps of a closed loop', () => {
  it('have connections and a time, and no rate', () => {
    const { steps, maxConnections } = load(
      '  steps: [{ connections: 8, for: 5s }, { name: more, connections: 64, for: 5s }]',
    );
    expect(steps).toEqual([
      { name: '8 connections', shape: { kind: 'closed', connections: 8 }, durationMs: 5000, measure: true },
      { name: 'more', shape: { kind: 'closed', connections: 64 }, durationMs: 5000, measure: true },
    ]);
    expect(maxConnections).toBe(64);
  });

  it('have those of the load where they name none', () => {
    expect(load('  maxConnections: 1\n  steps: [{ for: 5s }]').steps).toMatchObject([
      { name: '1 connection', shape: { connections: 1 } },
    ]);
    expect(load('  steps: [{ for: 5s }]').maxConnections).toBe(1000);
  });

  it.each([
    'rate: 100/s',
    'from: 1/s, to: 2/s',
    'rate: 5/s, peak: 9/s, peakFor: 1s',
    'rate: 5/s, amplitude: 1/s, period: 1s',
    'stairs: 3',
  ])('are refused with %s', (rate) => {
    expect(refused(`  steps: [{ ${rate}, for: 5s }]`)).toMatch(
      /^ramp\.yaml:6:\d+ load\.steps\[0\]\.(rate|from|stairs) must not be given with mode: closed, .*connections: 50/,
    );
  });
});

it.each([
  ['  arrivals: uniform', 'load.arrivals must not be given with mode: closed'],
  ['  maxQueue: 5', 'load.maxQueue must not be given with mode: closed'],
  ['  workers: 2', 'load.workers must be left out with mode: closed'],
  ['  http: 2', 'load.http must be 1 with mode: closed'],
])('refuses in a closed loop %s', (line, message) => {
  expect(refused(`${line}\n  steps: [{ for: 5s }]`)).toContain(`ramp.yaml:6:`);
  expect(refused(`${line}\n  steps: [{ for: 5s }]`)).toContain(message);
});

it('refuses connections of the load that no step uses', () => {
  expect(refused('  maxConnections: 5\n  steps: [{ connections: 2, for: 5s }]')).toContain(
    'ramp.yaml:6:19 load.maxConnections is of no use where each step has connections of its own',
  );
});

it.each([
  ['validity: { maxLagP99: 5ms }', 'ramp.yaml:7:24 validity.maxLagP99 is for the open loop'],
  ['validity: { maxLoopShare: 0.9 }', 'ramp.yaml:7:27 validity.maxLoopShare is for the open loop'],
  ['validity: { maxOwnShare: 0.9 }', 'ramp.yaml:7:26 validity.maxOwnShare is for the open loop'],
  ['validity: { minSentShare: 0.9 }', 'ramp.yaml:7:27 validity.minSentShare is for the open loop'],
  ['slo: [dropped < 1%]', 'ramp.yaml:7:7 slo[0] would always hold'],
])('refuses what a closed loop does not heed: %s', (line, message) => {
  expect(refused('  steps: [{ for: 5s }]', line)).toContain(message);
});
