/** The flags of `rampart capacity`, to what is asked. */
import { usageError } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import { isStepRule, namedSteps } from '../model/slo-rule.ts';
import { parseDurationMs, parseRateRps } from '../model/units.ts';
import type { CapacityRequest } from '../runs/capacity-search.ts';
import { readRule } from '../scenario/slo.ts';
import { ruleMistakes } from '../scenario/slo-checks.ts';
import { ruleRefusal } from '../scenario/slo-schema.ts';
import type { CommandArgs, Flag } from './command.ts';

export const capacityFlags: Readonly<Record<string, Flag>> = {
  slo: {
    describe: "What must hold, such as 'p99 < 50ms' (default: slo: of the scenario); may be repeated",
    type: 'string',
    array: true,
  },
  from: { describe: 'The first rate (default: that of the first measured step)', type: 'string' },
  max: { describe: 'The highest rate', type: 'string', default: '50000/s' },
  probe: {
    describe: 'How long each probe measures, after a settling of a quarter of it',
    type: 'string',
    default: '8s',
  },
  precision: {
    describe: 'Stop when the lowest rate that broke the rule is no more than this above the highest that held',
    type: 'string',
    default: '5%',
  },
  budget: { describe: 'Stop after this time, found or not', type: 'string', default: '15m' },
};

/** What the flags ask of a scenario; throws a usage error that lists every flag that cannot be read. */
export function capacityRequest(args: CommandArgs, scenario: Scenario): CapacityRequest {
  const mistakes: string[] = [];
  const read = (flag: string, parse: (text: string) => number | undefined, what: string, fallback: number): number => {
    const text = args.string(flag);
    if (text === undefined) return fallback;
    const value = parse(text);
    if (value !== undefined && value > 0) return value;
    mistakes.push(`--${flag} must be ${what}, got ${JSON.stringify(text)}`);
    return fallback;
  };
  const given = args.strings('slo');
  const rules = given.flatMap((text) => {
    const read = readRule(text);
    if (!('rule' in read)) mistakes.push(`--slo ${ruleRefusal(text, read.mistake)}`);
    else if (!isStepRule(read.rule)) mistakes.push(`--slo ${text}: a search has no faults and waits for no condition`);
    else mistakes.push(...ruleMistakes(read.rule, scenario.load).map((mistake) => `--slo ${text}: ${mistake}`));
    return 'rule' in read ? [read.rule] : [];
  });
  // What must hold over the whole run must hold at each rate.
  const own = scenario.slo.filter((rule) => namedSteps(rule).length === 0).map(({ over: _, ...rule }) => rule);
  if (given.length === 0 && own.length === 0) {
    mistakes.push(`--slo is missing, and the scenario has no slo: for all steps (example: --slo 'p99 < 50ms')`);
  }
  const limits = {
    startRps: read('from', parseRateRps, 'a rate (example: --from 500/s)', firstRps(scenario)),
    maxRps: read('max', parseRateRps, 'a rate (example: --max 20000/s)', 50_000),
    precision: read('precision', parsePercent, 'a percentage from 1% to 50% (example: --precision 5%)', 0.05),
  };
  const probeMs = read('probe', parseDurationMs, 'a duration (example: --probe 10s)', 8000);
  const budgetMs = read('budget', parseDurationMs, 'a duration (example: --budget 15m)', 900_000);
  if (limits.startRps > limits.maxRps)
    mistakes.push(`--from ${limits.startRps}/s must not be above --max ${limits.maxRps}/s`);
  if (probeMs < 2000) mistakes.push('--probe must be at least 2s: latencies are judged second by second');
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  return { rules: given.length > 0 ? rules : own, limits, probeMs, budgetMs };
}

function parsePercent(text: string): number | undefined {
  const share = Number(/^(\d+(?:\.\d+)?)%$/.exec(text)?.[1]) / 100;
  return share >= 0.01 && share <= 0.5 ? share : undefined;
}

function firstRps({ load }: Scenario): number {
  const shape = load.steps.find(({ measure }) => measure)?.shape;
  if (shape?.kind === 'constant' || shape?.kind === 'recorded') return Math.max(1, shape.rps);
  return shape?.kind === 'linear' ? Math.max(1, Math.min(shape.fromRps, shape.toRps)) : 100;
}
