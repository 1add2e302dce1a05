/** The flags of `rampart gate`, to how it judges. */

import { defaultGateSettings } from '../../analysis/gate/settings.ts';
import { windowSecondsFor } from '../../analysis/rounds/window-p99.ts';
import { armForms } from '../../experiments/named-arm.ts';
import type { GateSettings } from '../../model/gate-input.ts';
import { canOnlyFail, type GateMetric, gateMetricSchema, isFaultMetric } from '../../model/gate-terms.ts';
import { isClosedLoop, type LoadStep, type Scenario } from '../../model/scenario.ts';
import { isPlain, isStepRule, namedSteps, type SloRule } from '../../model/slo-rule.ts';
import { isExternal } from '../../model/topology-spec.ts';
import { formatDurationMs, formatNumber, parseDurationMs } from '../../model/units.ts';
import type { CommandArgs, Flag } from '../command.ts';
import { profilesFlag } from '../profile-rounds.ts';
import { presetNames, presetOf } from './preset.ts';

/** How a gate may end whose two states are the same. */
export const samePolicies = ['pass', 'fail'] as const;

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
      'Sets --tolerance, --detect, --min-windows and --budget where they are not given: pr (5%, 20%, 12, 30m) or release (2.5%, 10%, 20, 60m)',
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
    describe: `After how many rounds it may decide, ascending, with commas between (default: ${defaultGateSettings.looks.join()})`,
    type: 'string',
  },
  budget: { describe: 'Begin no round that would not end within this time, such as 40m', type: 'string' },
  metrics: {
    describe: `What is judged, of these, with commas between: ${metricNames.join()} (default: all that are of the scenario, so recovery, lost and converged only with faults and conditions)`,
    type: 'string',
  },
  steps: { describe: 'Steps that are judged, such as 400/s,800/s (default: every measured one)', type: 'string' },
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
  'on-same': {
    describe:
      'How a gate ends of two states between which no file that is built differs: pass exits with 0, fail with 5 (default: pass with --profile, else fail)',
    type: 'string',
    choices: samePolicies,
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
  if (known.every(canOnlyFail))
    mistakes.push(
      '--metrics must name p99, capacity, recovery or converged: slow requests and lost arrivals alone can fail a gate, but pass none',
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
export function gateMistakes(
  { load, topology, faults = [], conditions = {} }: Scenario,
  { steps, minWindows, metrics, slo }: GateSettings,
): string[] {
  const readsSteps = !metrics.every(isFaultMetric) || slo.some(isStepRule);
  const measured = load.steps.filter(({ measure }) => measure);
  const names = measured.map(({ name }) => name);
  const unknown = (steps ?? []).filter((name) => !names.includes(name));
  const judged = measured.filter(({ name }) => steps?.includes(name) ?? true);
  return [
    ...(isExternal(topology) ? ['topology.engine: external starts nothing, so no other state of it can be built'] : []),
    ...(isClosedLoop(load) ? ['load.mode: a closed loop has no rate at which two states could be compared'] : []),
    ...(metrics.every((metric) => metric === 'recovery' || metric === 'lost') && faults.length === 0
      ? ['--metrics recovery needs faults, and the scenario has none']
      : []),
    ...(metrics.every((metric) => metric === 'converged') && Object.keys(conditions).length === 0
      ? ['--metrics converged needs conditions, and the scenario has none']
      : []),
    ...(metrics.includes('p99') || !metrics.includes('capacity') || judged.length > 1 || unknown.length > 0
      ? []
      : ['--metrics capacity needs a ramp: one measured step has no rate at which latency crosses a limit']),
    ...unknown.map((name) => `--steps: ${name} is no measured step (steps: ${names.join(', ')})`),
    ...(isClosedLoop(load) || !readsSteps ? [] : judged).flatMap(({ name, shape, durationMs }) => {
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
  if (shape.kind === 'constant' || shape.kind === 'recorded') return shape.rps;
  if (shape.kind === 'linear') return (shape.fromRps + shape.toRps) / 2;
  return shape.kind === 'spike' ? shape.baseRps : shape.meanRps;
}

/** The settings that a scenario brings: its seed, its absolute rules, and the p99 at which its capacity ends. */
export function settingsOfScenario({
  seed,
  slo,
  faults = [],
  conditions = {},
  load,
}: Pick<Scenario, 'seed' | 'slo' | 'faults' | 'conditions'> & Partial<Pick<Scenario, 'load'>>): GateSettings {
  const limit = slo.find(
    (rule) =>
      rule.metric === 'p99' && isPlain(rule) && rule.comparison.startsWith('<') && namedSteps(rule).length === 0,
  );
  const metrics = [
    ...defaultGateSettings.metrics,
    ...(faults.length > 0 ? (['recovery', 'lost'] as const) : []),
    ...(Object.keys(conditions).length > 0 ? (['converged'] as const) : []),
  ];
  return {
    ...defaultGateSettings,
    seed,
    slo: slo.filter((rule) => !isOfUnmeasured(rule, load)),
    metrics,
    ...(limit ? { capacityLimitUs: limit.bound } : {}),
  };
}

/** Whether a rule only watches over steps that are not measured, which a gate does not judge. */
function isOfUnmeasured(rule: SloRule, load: Scenario['load'] | undefined): boolean {
  const named = namedSteps(rule);
  const unmeasured = load?.steps.filter(({ measure }) => !measure).map(({ name }) => name) ?? [];
  return named.length > 0 && named.every((name) => unmeasured.includes(name));
}
