/** The flags of `rampart gate`, to how it judges. */
import { describe, expect, it } from 'vitest';
import { defaultGateSettings } from '../../../src/analysis/gate/settings.ts';
import { budgetOf, gateMistakes, gateSettings, settingsOfScenario } from '../../../src/commands/gate/flags.ts';
import type { GateSettings } from '../../../src/model/gate-input.ts';
import type { Scenario } from '../../../src/model/scenario.ts';
import { argsOf } from '../../helpers/command-context.ts';
import { scenario } from '../../helpers/raw-run.ts';

type Flags = Parameters<typeof argsOf>[0];

function read(flags: Flags, base: GateSettings = defaultGateSettings) {
  const mistakes: string[] = [];
  return { settings: gateSettings(argsOf(flags), base, mistakes), mistakes };
}

describe('gateSettings', () => {
  it('leaves what no flag names as it was', () => {
    const base = { ...defaultGateSettings, steps: ['low'], seed: 9, capacityLimitUs: 50_000 };
    expect(read({}, base)).toEqual({ settings: base, mistakes: [] });
  });

  it('reads every flag', () => {
    const flags = {
      tolerance: '5%',
      detect: '12.5%',
      rounds: '9,14',
      metrics: 'capacity, p99',
      steps: 'low, high',
      'min-windows': 12,
      seed: 3,
    };
    expect(read(flags)).toEqual({
      settings: {
        ...defaultGateSettings,
        tolerance: 0.05,
        detect: 0.125,
        looks: [9, 14],
        metrics: ['p99', 'capacity'],
        steps: ['low', 'high'],
        minWindows: 12,
        seed: 3,
      },
      mistakes: [],
    });
  });

  it('tells all mistakes at once, each with what it got', () => {
    const flags = { tolerance: '10', rounds: '4,3', metrics: 'p98,mean', 'min-windows': 0, seed: 1.5, detect: '2%' };
    expect(read(flags).mistakes).toEqual([
      '--tolerance must be a percentage up to 1000%, got "10" (example: --tolerance 10%)',
      '--tolerance 2.5% must be below --detect 2%',
      '--rounds must be ascending whole numbers from 2 to 100, got "4,3" (example: --rounds 8,12,16)',
      '--metrics: there is no p98 and no mean (metrics: p99, slow-share, capacity, recovery, lost, converged)',
      '--min-windows must be a whole number from 1, got 0',
      '--seed must be a whole number from 0, got 1.5',
    ]);
  });

  it.each(['10', '0.1', '10 %', '-5%', '5%%', '1001%', 'ten', ''])('takes %j for no percentage', (detect) => {
    expect(read({ detect }).mistakes).toEqual([expect.stringContaining(`--detect must be a percentage`)]);
  });

  it('wants a tolerance below what must not pass', () => {
    expect(read({ tolerance: '10%' }).mistakes).toEqual(['--tolerance 10% must be below --detect 10%']);
    expect(read({ tolerance: '0%', detect: '1%' }).mistakes).toEqual([]);
  });

  it.each(['1', '8,8', '12,8', '8,', '8.5', '101', 'all', ''])('takes %j for no list of looks', (rounds) => {
    expect(read({ rounds }).mistakes).toEqual([expect.stringContaining('--rounds must be ascending whole numbers')]);
  });

  it.each(['2', '2,100', '8, 12'])('takes %j for looks', (rounds) => {
    expect(read({ rounds })).toMatchObject({ mistakes: [], settings: { looks: rounds.split(',').map(Number) } });
  });

  it('wants a metric that can pass a gate', () => {
    expect(read({ metrics: 'slow-share' }).mistakes).toEqual([
      expect.stringContaining('must name p99, capacity, recovery or converged'),
    ]);
    expect(read({ metrics: 'capacity' }).mistakes).toEqual([]);
  });
});

describe('budgetOf', () => {
  it('reads a duration', () => {
    const mistakes: string[] = [];
    expect(budgetOf(argsOf({ budget: '1h30m' }), mistakes)).toBe(5_400_000);
    expect(budgetOf(argsOf({}), mistakes)).toBeUndefined();
    expect(mistakes).toEqual([]);
  });

  it.each(['soon', '40', '0s', '-5m'])('refuses %j', (budget) => {
    const mistakes: string[] = [];
    budgetOf(argsOf({ budget }), mistakes);
    expect(mistakes).toEqual([
      `--budget must be a positive duration, got ${JSON.stringify(budget)} (example: --budget 40m)`,
    ]);
  });
});

describe('gateMistakes', () => {
  const withLoad = (load: Partial<Scenario['load']>, change: Partial<Scenario> = {}): Scenario => ({
    ...scenario,
    ...change,
    load: { ...scenario.load, ...load } as Scenario['load'],
  });
  const steps = (...shapes: readonly [name: string, rps: number, seconds: number, measure?: boolean][]) =>
    shapes.map(([name, rps, seconds, measure = true]) => ({
      name,
      shape: { kind: 'constant' as const, rps },
      durationMs: seconds * 1000,
      measure,
    }));

  it('finds nothing wrong with steps that are long enough for their rates', () => {
    const load = { steps: steps(['warm-up', 100, 1, false], ['low', 100, 80], ['high', 400, 20]) };
    expect(gateMistakes(withLoad(load), defaultGateSettings)).toEqual([]);
  });

  it('says how long each step has to be, only of those that are judged', () => {
    const given = withLoad({ steps: steps(['low', 100, 79], ['high', 1000, 19]) });
    expect(gateMistakes(given, defaultGateSettings)).toEqual([
      'step low lasts 1m19s, which is 19 windows of 4 s at 100/s; a gate needs 20: for: 80s (or --min-windows, for noisier rounds)',
      'step high lasts 19s, which is 19 windows of 1 s at 1,000/s; a gate needs 20: for: 20s (or --min-windows, for noisier rounds)',
    ]);
    expect(gateMistakes(given, { ...defaultGateSettings, steps: ['high'], minWindows: 19 })).toEqual([]);
  });

  it('counts the windows of a rate that changes at its mean', () => {
    const shape = { kind: 'linear' as const, fromRps: 100, toRps: 300 };
    const given = withLoad({ steps: [{ name: 'ramp', shape, durationMs: 20_000, measure: true }] });
    expect(gateMistakes(given, defaultGateSettings)[0]).toContain('10 windows of 2 s at 200/s');
  });

  it('refuses a gate on capacity alone where one step is no ramp', () => {
    const given = withLoad({ steps: steps(['low', 500, 20], ['high', 1000, 20]) });
    const settings = { ...defaultGateSettings, metrics: ['capacity'] as const };
    expect(gateMistakes(given, settings)).toEqual([]);
    expect(gateMistakes(given, { ...settings, steps: ['high'] })).toEqual([
      '--metrics capacity needs a ramp: one measured step has no rate at which latency crosses a limit',
    ]);
  });

  it('names steps that are not measured, and what cannot be gated at all', () => {
    const given = withLoad(
      { steps: steps(['warm-up', 100, 1, false], ['low', 1000, 20]) },
      { topology: { engine: 'external', readyTimeoutMs: 1 } as unknown as Scenario['topology'] },
    );
    const mistakes = gateMistakes(given, { ...defaultGateSettings, steps: ['warm-up', 'low', 'x'] });
    expect(mistakes).toEqual([
      expect.stringContaining('topology.engine: external starts nothing'),
      '--steps: warm-up is no measured step (steps: low)',
      '--steps: x is no measured step (steps: low)',
    ]);
    expect(
      gateMistakes(
        withLoad({
          mode: 'closed',
          steps: [{ name: 'low', shape: { kind: 'closed', connections: 8 }, durationMs: 2000, measure: true }],
        }),
        defaultGateSettings,
      ),
    ).toEqual(['load.mode: a closed loop has no rate at which two states could be compared']);
  });
});

describe('settingsOfScenario', () => {
  const rule = (text: string, change: Partial<Scenario['slo'][number]> = {}): Scenario['slo'][number] => ({
    text,
    metric: 'p99',
    comparison: '<',
    bound: 50_000,
    ...change,
  });

  it('ends capacity at the p99 of the first rule that is about every step', () => {
    const slo = [rule('errors', { metric: 'errors', bound: 0.01 }), rule('one', { step: 'low' }), rule('p99 < 50ms')];
    expect(settingsOfScenario({ seed: 5, slo })).toEqual({
      ...defaultGateSettings,
      seed: 5,
      slo,
      capacityLimitUs: 50_000,
    });
  });

  it('knows no such limit where a rule is a lower bound, or of one step', () => {
    const slo = [rule('p99 > 1ms', { comparison: '>' }), rule('one', { step: 'low' })];
    expect(settingsOfScenario({ seed: 5, slo })).not.toHaveProperty('capacityLimitUs');
  });
});
