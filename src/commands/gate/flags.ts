/** The flags of `rampart gate`, to how it judges. */

import { defaultGateSettings } from '../../analysis/gate/settings.ts';
import { windowSecondsFor } from '../../analysis/rounds/window-p99.ts';
import { armForms } from '../../experiments/named-arm.ts';
import type { GateSettings } from '../../model/gate-input.ts';
import { type GateMetric, gateMetricSchema } from '../../model/gate-terms.ts';
import { isClosedLoop, isExternal, type LoadStep, type Scenario } from '../../model/scenario.ts';
import { formatDurationMs, formatNumber, parseDurationMs } from '../../model/units.ts';
import type { CommandArgs, Flag } from '../command.ts';
import { profilesFlag } from '../profile-rounds.ts';
import { presetNames, presetOf } from './preset.ts';

/** How a gate that cannot tell may end. */
export const openPolicies = ['fail', 'warn', 'pass'] as const;

const metricNames = gateMetricSchema.options;
const mostRounds = 100;
const percent = (share: number) => `${formatNumber(share * 100)}%`;

export const gateFlags: Readonly<Record<string, Flag>> = {
  baseline: { describe: `What the candidate is held against: ${armForms}`, type: 'string' },
  candidate: {
    describe: 'What is gated: one of the same (default: the working tree)',
    type: 'string',
  },
  profile: {
    describe:
      'Presets of --tolerance, --detect, --rounds, --min-windows and --budget, which win over it: pr (5%, 20%, 12 windows, 30m) or release (2.5%, 10%, 20 windows, 60m)',
    type: 'string',
    choices: presetNames,
  },
  tolerance: {
    describe: `A slowdown up to this is harmless (default: ${percent(defaultGateSettings.tolerance)})`,
    type: 'string',
  },
  detect: {
    describe: `A slowdown from this on must not pass (default: ${percent(defaultGateSettings.detect)})`,
    type: 'string',
  },
  rounds: {
    describe: `After how many rounds it may decide (default: ${defaultGateSettings.looks.join()})`,
    type: 'string',
  },
  budget: { describe: 'Begin no round that would not end within this time, such as 40m', type: 'string' },
  metrics: { describe: `What is judged (default: ${metricNames.join()})`, type: 'string' },
  steps: { describe: 'Steps that are judged (default: every measured one)', type: 'string' },
  waivers: { describe: 'File of slowdowns that somebody answers for until a day (YAML)', type: 'string' },
  'min-windows': {
    describe: `Seconds, more at low rates, that each judged step must measure (default: ${defaultGateSettings.minWindows})`,
    type: 'number',
  },
  seed: { describe: "Of the load and of the order of the arms (default: the scenario's)", type: 'number' },
  'on-inconclusive': {
    describe: 'Whether a gate that cannot tell exits with 5 or with 0; warn says so on stderr',
    type: 'string',
    choices: openPolicies,
    default: 'fail',
  },
  ...profilesFlag('after a FAIL'),
  'self-check': {
    describe: 'Hold the candidate against itself: what this machine can show, and whether it raises false alarms',
    type: 'boolean',
    default: false,
  },
  advisory: { describe: 'Print the verdict, but exit with 0 whatever it is', type: 'boolean', default: false },
};

/** The settings with what the flags change; what is wrong with the flags goes into the list. */
export function gateSettings(args: CommandArgs, given: GateSettings, mistakes: string[]): GateSettings {
  const base = { ...given, ...presetOf(args)?.settings };
  const share = (flag: string, fallback: number) => {
    const text = args.string(flag);
    if (text === undefined) return fallback;
    const value = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]) / 100;
    if (value >= 0 && value <= 10) return value;
    mistakes.push(`--${flag} must be a percentage up to 1000%, got ${JSON.stringify(text)} (example: --${flag} 10%)`);
    return fallback;
  };
  const whole = (flag: string, fallback: number, least: number) => {
    const value = args.number(flag);
    if (value === undefined) return fallback;
    if (Number.isInteger(value) && value >= least && value < 2 ** 31) return value;
    mistakes.push(`--${flag} must be a whole number from ${least}, got ${value}`);
    return fallback;
  };
  const tolerance = share('tolerance', base.tolerance);
  const detect = share('detect', base.detect);
  if (tolerance >= detect) mistakes.push(`--tolerance ${percent(tolerance)} must be below --detect ${percent(detect)}`);
  const steps =
    args
      .string('steps')
      ?.split(',')
      .map((name) => name.trim()) ?? base.steps;
  return {
    ...base,
    tolerance,
    detect,
    looks: looksOf(args.string('rounds'), base.looks, mistakes),
    metrics: metricsOf(args.string('metrics'), base.metrics, mistakes),
    ...(steps ? { steps } : {}),
    minWindows: whole('min-windows', base.minWindows, 1),
    seed: whole('seed', base.seed, 0),
  };
}

function looksOf(text: string | undefined, fallback: readonly number[], mistakes: string[]): readonly number[] {
  if (text === undefined) return fallback;
  const looks = text.split(',').map(Number);
  const isGood = looks.every(
    (rounds, index) => Number.isInteger(rounds) && rounds > (looks[index - 1] ?? 1) && rounds <= mostRounds,
  );
  if (isGood) return looks;
  mistakes.push(
    `--rounds must be ascending whole numbers from 2 to ${mostRounds}, got ${JSON.stringify(text)} (example: --rounds 8,12,16)`,
  );
  return fallback;
}

function metricsOf(
  text: string | undefined,
  fallback: readonly GateMetric[],
  mistakes: string[],
): readonly GateMetric[] {
  if (text === undefined) return fallback;
  const names = text.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !metricNames.some((known) => known === name));
  if (unknown.length > 0) {
    mistakes.push(`--metrics: there is no ${unknown.join(' and no ')} (metrics: ${metricNames.join(', ')})`);
    return fallback;
  }
  const known = metricNames.filter((name) => names.includes(name));
  if (!known.includes('p99') && !known.includes('capacity'))
    mistakes.push(
      '--metrics must name p99 or capacity: the share of slow requests alone can fail a gate, but pass none',
    );
  return known;
}

/** `--budget` in milliseconds; what is wrong with it goes into the list. */
export function budgetOf(args: CommandArgs, mistakes: string[]): number | undefined {
  const text = args.string('budget');
  if (text === undefined) return presetOf(args)?.budgetMs;
  const ms = parseDurationMs(text);
  if (!((ms ?? 0) > 0))
    mistakes.push(`--budget must be a positive duration, got ${JSON.stringify(text)} (example: --budget 40m)`);
  return ms;
}

/** Why a scenario cannot be gated with these settings, whatever is measured. */
export function gateMistakes({ load, topology }: Scenario, { steps, minWindows, metrics }: GateSettings): string[] {
  const measured = load.steps.filter(({ measure }) => measure);
  const names = measured.map(({ name }) => name);
  const unknown = (steps ?? []).filter((name) => !names.includes(name));
  const judged = measured.filter(({ name }) => steps?.includes(name) ?? true);
  return [
    ...(isExternal(topology) ? ['topology.engine: external starts nothing, so no other state of it can be built'] : []),
    ...(isClosedLoop(load) ? ['load.mode: a closed loop has no rate at which two states could be compared'] : []),
    ...(metrics.includes('p99') || judged.length > 1 || unknown.length > 0
      ? []
      : ['--metrics capacity needs a ramp: one measured step has no rate at which latency crosses a limit']),
    ...unknown.map((name) => `--steps: ${name} is no measured step (steps: ${names.join(', ')})`),
    ...(isClosedLoop(load) ? [] : judged).flatMap(({ name, shape, durationMs }) => {
      const rps = usualRps(shape);
      const seconds = windowSecondsFor(rps);
      const windows = Math.floor(durationMs / 1000 / seconds);
      if (windows >= minWindows) return [];
      return [
        `step ${name} lasts ${formatDurationMs(durationMs)}, which is ${windows} ${windows === 1 ? 'window' : 'windows'} of ${seconds} s at ${formatNumber(rps)}/s; a gate needs ${minWindows}: for: ${minWindows * seconds}s (or --min-windows, for noisier rounds)`,
      ];
    }),
  ];
}

/** The names of the steps that could be judged. */
export function measuredSteps({ load }: Pick<Scenario, 'load'>): string[] {
  return load.steps.filter(({ measure }) => measure).map(({ name }) => name);
}

function usualRps(shape: LoadStep['shape']): number {
  if (shape.kind === 'closed') return 0;
  if (shape.kind === 'constant') return shape.rps;
  if (shape.kind === 'linear') return (shape.fromRps + shape.toRps) / 2;
  return shape.kind === 'spike' ? shape.baseRps : shape.meanRps;
}

/** The settings that a scenario brings: its seed, its absolute rules, and the p99 at which its capacity ends. */
export function settingsOfScenario({ seed, slo }: Pick<Scenario, 'seed' | 'slo'>): GateSettings {
  const limit = slo.find(({ metric, comparison, step }) => metric === 'p99' && comparison.startsWith('<') && !step);
  return { ...defaultGateSettings, seed, slo, ...(limit ? { capacityLimitUs: limit.bound } : {}) };
}
