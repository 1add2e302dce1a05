/** `rampart gate`: two states of a repository, built and run interleaved in rounds, and a verdict on the newer one. */
import { join, relative } from 'node:path';
import { roundsToNextLook, trialRounds } from '../../analysis/gate/rounds.ts';
import { leastRounds, plannedLooks } from '../../analysis/statistics/sequential-looks.ts';
import { readComparison } from '../../archive/comparison-directory.ts';
import { gateFile, readGate } from '../../archive/gate-file.ts';
import { describeState, type GateStates, readArm } from '../../experiments/gate-arms.ts';
import { createGateKeeper, gateRounds } from '../../experiments/gate-rounds.ts';
import { openComparison } from '../../experiments/open.ts';
import { about, type ComparisonPlan, costText, expectedRunMs } from '../../experiments/plan.ts';
import { repeats } from '../../experiments/rounds.ts';
import { requireSelfCheck, writeSelfCheck } from '../../experiments/self-check.ts';
import { baselineNotices } from '../../experiments/stored-baseline.ts';
import { machineFacts } from '../../host/machine.ts';
import type { Comparison } from '../../model/comparison.ts';
import { type ExitCode, usageError } from '../../model/errors.ts';
import { type ArmState, type Gate, gateSchemaVersion } from '../../model/gate.ts';
import type { GateSettings } from '../../model/gate-input.ts';
import { type ArmName, gateArms } from '../../model/gate-terms.ts';
import type { GateVerdict } from '../../model/gate-verdict.ts';
import { formatDurationMs } from '../../model/units.ts';
import { resolveAutoEngine } from '../../runs/auto-engine.ts';
import { scenarioDigest } from '../../runs/digest.ts';
import { readScenario } from '../../runs/read-scenario.ts';
import type { Override } from '../../scenario/load-scenario.ts';
import type { Command, CommandArgs, CommandContext } from '../command.ts';
import { commandLineOf } from '../command-line.ts';
import { scenarioFlags } from '../scenario-flags.ts';
import { gateFlags, measuredSteps } from './flags.ts';
import { gateOutputFlags, publishVerdict } from './output.ts';
import { settingsText } from './preset.ts';
import { replayGate } from './replay.ts';
import { type GateRequest, readGateRequest } from './request.ts';
import { publishSameState } from './same-state.ts';
import { idleWaivers } from './waivers.ts';

export const gateCommand: Command = {
  name: 'gate',
  positionals: '[scenario]',
  summary: 'Hold two states of a repository against each other, and pass or fail the newer one',
  examples: [
    ['rampart gate ramp.yaml --baseline main', 'the working tree against main'],
    ['rampart gate ramp.yaml --baseline v1.4 --candidate v1.5 --budget 40m', 'two releases'],
    ['rampart gate ramp.yaml --baseline image:api=shop/api:1.4', 'the working tree against an image'],
    ['rampart gate ramp.yaml --baseline variant:as-is --candidate variant:gogc-off', 'two settings'],
    ['rampart gate ramp.yaml --self-check', 'what this machine can show, before the first gate'],
    ['rampart gate --replay runs/x-gate/gate.json', 'the same verdict again, without load'],
  ],
  options: {
    ...scenarioFlags,
    ...gateFlags,
    out: {
      describe: 'Directory: new, empty, or of a gate to go on with (default: runs/<time>-<scenario>-gate)',
      type: 'string',
    },
    replay: { describe: 'Judge a gate.json again, also with other margins', type: 'string' },
    ...gateOutputFlags,
  },
  run: async (args, context) => {
    const replay = args.string('replay');
    if (replay !== undefined) return await replayGate(replay, args, context);
    const request = await readGateRequest(args, context);
    try {
      return await runGate(request, args, context);
    } finally {
      await request.states.close();
    }
  },
};

async function runGate(request: GateRequest, args: CommandArgs, context: CommandContext): Promise<ExitCode> {
  const { id, directory, source, states, settings, checkedLooks } = request;
  if (states.isSame) return await publishSameState(request, request.output, context);
  const file = join(directory, gateFile);
  const before = await readGate(file);
  if (before) refuseOther(before, settings, directory);
  const engine = await resolveAutoEngine(source.base, context);
  const seed: Override = { flag: '--seed', path: ['seed'], value: settings.seed };
  const fixed = [...source.overrides, ...(engine ? [engine] : []), seed];
  const { scenario: base } = await readScenario(source.file, fixed, context);
  const gated = { ...source, overrides: fixed, base };
  const scenario = { name: base.name, digest: await scenarioDigest(base, states.repository?.root) };
  announceStored(request, scenario.digest, context);
  const planned = settings.looks.at(-1) ?? 0;
  if (!checkedLooks)
    await requireSelfCheck(
      { scenario, planned, file: source.file.file, isAdvisory: request.output.isAdvisory },
      context,
    );
  const arms = [await readArm(gated, 'baseline', states, context), await readArm(gated, 'candidate', states, context)];
  const plan: ComparisonPlan = {
    rounds: planned,
    budgetMs: request.budgetMs,
    runMs: expectedRunMs(base),
  };
  const done = await readComparison(directory).catch(() => undefined);
  const last = done && before;
  if (!before || !isEnded(before)) refuseShortBudget(plan, settings, done, last?.verdict);
  const comparison = await openComparison({ id, directory, base, arms, plan, called: 'gate' }, context);
  if (before && isEnded(before)) return await publishVerdict(before, { file, directory }, request.output, context);
  announcePlan(request, plan, context);
  const { startedAt, tool } = comparison;
  const gate = {
    schemaVersion: gateSchemaVersion,
    kind: 'gate' as const,
    id: comparison.id,
    startedAt,
    tool,
    command: commandAgain(states, args),
    scenario: { ...scenario, seed: base.seed },
    machine: machineFacts(),
    engine: base.topology.engine,
    ...(checkedLooks ? { selfCheck: { looks: checkedLooks, roundMs: plan.runMs * 2 } } : {}),
    arms: { baseline: states.baseline, candidate: states.candidate },
  } satisfies Omit<Gate, 'input' | 'verdict'>;
  const whole = await gateRounds(
    { gate, settings, comparison, arms, plan, judged: last?.input.rounds.length ?? 0 },
    createGateKeeper(directory, context),
    context,
  ).catch(async (error: unknown) => {
    await announceKept(directory, context);
    throw error;
  });
  const kept = await writeSelfCheck(whole, directory, context);
  const exitCode = await publishVerdict(kept, { file, directory }, request.output, context);
  context.tell(`\nresult: ${relative(context.cwd, file)}\n`);
  return exitCode;
}

function announceStored({ stored, states }: GateRequest, digest: string, { log, time }: CommandContext): void {
  if (!stored) return;
  const { info, warn } = baselineNotices(states.baseline.name, stored, { digest, wall: time.wallMs() });
  for (const line of info) log.info(line);
  for (const line of warn) log.warn(line);
}

/** A gate that has had its last look is over, also when that was before it could tell: another would spend the error twice. */
function isEnded({ input }: Gate): boolean {
  return input.isOver;
}

function refuseOther({ input }: Gate, settings: GateSettings, directory: string): void {
  const keys = new Set([...Object.keys(settings), ...Object.keys(input.settings)]) as Set<keyof GateSettings>;
  const changed = [...keys].filter((key) => JSON.stringify(settings[key]) !== JSON.stringify(input.settings[key]));
  if (changed.length === 0) return;
  throw usageError(
    'another-gate',
    `${directory}: was begun with other settings (${changed.join(', ')}), and cannot be gone on with`,
    'Repeat the command it was made with; --replay judges its rounds with other margins; or name another directory with --out DIR.',
  );
}

/** A budget that ends before the next look would end the gate without one: refused before anything is started. */
function refuseShortBudget(
  { budgetMs, runMs }: ComparisonPlan,
  { looks }: GateSettings,
  done: Comparison | undefined,
  last: GateVerdict | undefined,
): void {
  if (budgetMs === undefined) return;
  const next = last?.isFinal ? undefined : roundsToNextLook(looks, last ?? { finishedRounds: 0, usedRounds: 0 });
  if (next === undefined) return;
  const rounds = done ? trialRounds(done, gateArms, repeats + 1) : [];
  const missing = next - rounds.length;
  const neededMs = missing * 2 * runMs;
  if (budgetMs >= neededMs) return;
  const look = rounds.length === 0 ? `the first look is after ${missing}` : `the next look is after ${missing} more`;
  throw usageError(
    'budget-too-short',
    `a budget of ${formatDurationMs(budgetMs)} is too short: ${look} rounds of 2 runs, ${about(neededMs)}`,
    'A larger --budget, or shorter steps; nothing was started.',
  );
}

function announcePlan(
  { source, states, settings, directory, preset }: GateRequest,
  plan: ComparisonPlan,
  context: CommandContext,
): void {
  const { looks, error } = settings;
  const [first = 0] = looks;
  const { tell, log, cwd } = context;
  tell(
    states.candidate === states.baseline
      ? `holding ${describeState(states.candidate)} against itself\n`
      : `gating ${describeState(states.candidate)} against ${describeState(states.baseline)}\n`,
  );
  tell(`${settingsText(settings, { preset, budgetMs: plan.budgetMs })}\n`);
  tell(`at least ${costText({ ...plan, rounds: first }, 2, 'arms')}\n`);
  if (looks.length > 1) tell(`looks after ${looks.join(', ')}; at most ${costText(plan, 2, 'arms')}\n`);
  if (plan.budgetMs !== undefined)
    tell(`no round is begun that would not end within ${formatDurationMs(plan.budgetMs)}\n`);
  for (const { rounds, alpha } of plannedLooks(looks, error))
    if (rounds < leastRounds(alpha))
      log.warn(
        `a look after ${rounds} rounds can show nothing, however slow the candidate is: that takes ${leastRounds(alpha)}`,
      );
  for (const idle of idleWaivers(settings, measuredSteps(source.base))) log.warn(idle);
  tell(`results: ${relative(cwd, directory) || '.'}\n`);
}

/** With the commits instead of names that move on; a working tree has none. */
function commandAgain({ baseline, candidate }: GateStates, args: CommandArgs): string {
  const pinned = (flag: ArmName, { name, commit }: ArmState) =>
    args.string(flag) === name && !name.includes(':') ? (commit ?? name) : args.string(flag);
  return commandLineOf(gateCommand, args, {
    baseline: pinned('baseline', baseline),
    candidate: pinned('candidate', candidate),
    out: undefined,
    junit: undefined,
    format: undefined,
    json: undefined,
  });
}

async function announceKept(directory: string, context: CommandContext): Promise<void> {
  const left = await readComparison(directory).catch(() => undefined);
  if (!left || left.runs.length === 0) return;
  const path = relative(context.cwd, directory) || '.';
  context.tell(`\n${left.runs.length} runs have ended and are kept: the same command with --out ${path} goes on\n`);
}
