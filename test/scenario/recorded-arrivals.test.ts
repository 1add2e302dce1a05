import { describe, expect, it } from 'vitest';
import { messageOf } from '../../src/model/errors.ts';
import { loadScenario } from '../../src/scenario/load-scenario.ts';
import { knownWith } from '../helpers/known-kinds.ts';

function read(arrivals: string, steps = '[{ for: 5s }]', rest = '') {
  const text = `name: replay
topology: { engine: external }
target: { url: "http://127.0.0.1:1/" }
load:
  arrivals: ${arrivals}
  steps: ${steps}
${rest}`;
  return loadScenario({ file: 'r.yaml', text, folder: '/s', overrides: [], known: knownWith() });
}

function refused(...given: Parameters<typeof read>): string {
  try {
    read(...given);
  } catch (error) {
    return messageOf(error);
  }
  throw new Error('the scenario was accepted');
}

describe('recorded arrivals', () => {
  it('come from a file beside the scenario, as fast as they came, from their beginning', () => {
    const { scenario, text } = read('{ file: a.txt }');
    expect(scenario.load.arrivals).toEqual({ file: '/s/a.txt', speed: 1, fromMs: 0 });
    expect(text).toContain('/s/a.txt');
  });

  it('have a speed, and begin where one likes', () => {
    expect(read('{ file: a.txt, speed: 0.5, from: 1h30m }').scenario.load.arrivals).toMatchObject({
      speed: 0.5,
      fromMs: 5_400_000,
    });
  });

  it('make of each step the next part of them', () => {
    const { steps } = read('{ file: a.txt }', '[{ for: 5s, measure: false }, { name: rush, for: 1m }]').scenario.load;
    expect(steps).toMatchObject([
      { name: 'part 1', shape: { kind: 'recorded' }, durationMs: 5000, measure: false },
      { name: 'rush', durationMs: 60_000, measure: true },
    ]);
  });

  it.each([
    ['rate: 5/s', 'rate'],
    ['from: 1/s, to: 5/s', 'from'],
    ['connections: 5', 'connections'],
  ])('leave no step %s', (key, name) => {
    expect(refused('{ file: a.txt }', `[{ ${key}, for: 5s }]`)).toContain(
      `load.steps[0].${name} must not be given with recorded arrivals, of which each step is the next part (example: { name: rush, for: 60s })`,
    );
  });

  it.each([
    ['{ file: a.txt, speed: 0 }', 'r.yaml:5:35 load.arrivals.speed must be a number from 0.1 to 100, got 0'],
    ['{ file: a.txt, speed: 1000 }', 'load.arrivals.speed must be a number from 0.1 to 100, got 1000'],
    ['{ file: a.txt, speed: fast }', 'load.arrivals.speed must be a number from 0.1 to 100, got "fast"'],
    ['{ speed: 2 }', 'load.arrivals.file must be a file, got nothing'],
    ['{ file: a.txt, sped: 2 }', 'load.arrivals.sped is not a known key (did you mean speed?)'],
    ['{ file: a.txt, from: soon }', 'load.arrivals.from must be a duration, got "soon"'],
    [
      'bursty',
      'load.arrivals must be uniform, poisson or a recording, got "bursty" (example: { file: arrivals.txt, speed: 2 })',
    ],
    ['7', 'load.arrivals must be uniform, poisson or a recording, got 7'],
  ])('are refused as %s', (arrivals, message) => {
    expect(refused(arrivals)).toContain(message);
  });

  it('go with no fault, whose effect shows at a rate that stays', () => {
    const faults = 'faults: [{ pause: api, at: 1s, for: 1s }]';
    expect(refused('{ file: a.txt }', '[{ for: 5s }]', faults)).toContain(
      'load.arrivals must be left out beside faults',
    );
  });

  it('are of no closed loop', () => {
    expect(refused('{ file: a.txt }\n  mode: closed')).toContain('load.arrivals must not be given with mode: closed');
  });
});
