/** The start of a comparison: a new one, or one that was interrupted and goes on if it is still the same. */
import { openComparisonDirectory } from '../archive/comparison-directory.ts';
import { type Comparison, comparisonSchemaVersion } from '../model/comparison.ts';
import { usageError } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Arm } from './arm.ts';
import type { ComparisonPlan } from './plan.ts';

/** What is to be compared, and where. */
interface ComparisonStart {
  readonly id: string;
  readonly directory: string;
  readonly base: Scenario;
  readonly arms: readonly Arm[];
  readonly plan: ComparisonPlan;
  /** What the user asked for. */
  readonly called: 'comparison' | 'gate' | 'set of profile rounds';
}

/** The comparison to carry out, with the runs that it has already; usage error when the directory holds another one. */
export async function openComparison(start: ComparisonStart, caller: Caller): Promise<Comparison> {
  const { plan, directory, called } = start;
  const { log } = caller;
  const before = await openComparisonDirectory(directory);
  const fresh = newComparison(start, caller);
  if (!before) return fresh;
  const differences = differencesOf(before, fresh);
  if (differences.length > 0) {
    throw usageError(
      'another-comparison',
      [
        `${directory}: holds another ${called}, which cannot be gone on with:`,
        ...differences.map((each) => `  ${each}`),
      ].join('\n'),
      'Repeat the command it was made with, or name another directory with --out DIR.',
    );
  }
  log.info(`going on with a ${called} that has ${before.runs.length} runs`);
  if (plan.rounds > before.plannedRounds && before.judgement)
    log.warn(
      `${before.plannedRounds} rounds were planned and now ${plan.rounds}: to add rounds because of what was seen makes false alarms more likely than 5 %`,
    );
  const { judgement: _judgement, ...rest } = before;
  const { tags = before.tags } = fresh;
  return {
    ...rest,
    ...(tags ? { tags } : {}),
    plannedRounds: Math.max(plan.rounds, lastRound(before)),
    ...budgetOf(plan),
  };
}

function newComparison({ id, base, arms, plan }: ComparisonStart, { version, time, secrets }: Caller): Comparison {
  const { name, description, tags, seed, load, topology, prices } = base;
  return secrets.value({
    schemaVersion: comparisonSchemaVersion,
    kind: 'comparison',
    id,
    startedAt: new Date(time.wallMs()).toISOString(),
    tool: { name: 'rampart', version },
    ...(tags ? { tags } : {}),
    scenario: { name, description, seed, steps: load.steps.filter(({ measure }) => measure).map((step) => step.name) },
    engine: topology.engine,
    ...(prices ? { prices } : {}),
    plannedRounds: plan.rounds,
    ...(plan.warmupRounds ? { warmupRounds: plan.warmupRounds } : {}),
    ...budgetOf(plan),
    variants: arms.map(({ name: variant, settings, digest }) => ({
      name: variant,
      settings: { ...settings },
      digest,
    })),
    runs: [],
  });
}

function budgetOf({ budgetMs }: ComparisonPlan): Pick<Comparison, 'budgetMs'> {
  return budgetMs === undefined ? {} : { budgetMs };
}

function lastRound({ runs }: Comparison): number {
  return runs.reduce((last, { round }) => Math.max(last, round), 1);
}

function differencesOf(before: Comparison, now: Comparison): string[] {
  const names = (of: Comparison) => of.variants.map(({ name }) => name).join(' ');
  const version = `rampart ${before.tool.version} made it, this is ${now.tool.version}`;
  const changed = now.variants.filter(
    ({ name, digest }) => before.variants.find((one) => one.name === name)?.digest !== digest,
  );
  const [warmed, warms] = [before.warmupRounds ?? 0, now.warmupRounds ?? 0];
  return [
    ...(warmed === warms
      ? []
      : [`its first ${warmed} rounds are warm-up rounds, of these the first ${warms} would be`]),
    ...(before.tool.version === now.tool.version ? [] : [version]),
    ...(before.engine === now.engine
      ? []
      : [`it ran with --engine ${before.engine}, this would run with ${now.engine}`]),
    ...(names(before) === names(now)
      ? changed.map(
          ({ name }) => `${name} was another then: the scenario, its flags or a file that it names has changed`,
        )
      : [`its variants are ${names(before)}, these are ${names(now)}`]),
  ];
}
