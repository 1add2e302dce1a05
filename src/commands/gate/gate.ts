/** `rampart gate`: two states of a repository, built and run interleaved in rounds, and a verdict on the newer one. */
import { join, relative } from 'node:path';
import { readComparison } from '../../archive/comparison-directory.ts';
import { gateFile, readGate } from '../../archive/gate-file.ts';
import { whileOwned } from '../../archive/owner-file.ts';
import { type GateStates, readArm } from '../../experiments/gate-arms.ts';
import { gateRounds, withGateKeeper } from '../../experiments/gate-rounds.ts';
import { openComparison } from '../../experiments/open.ts';
import { type ComparisonPlan, expectedRunMs } from '../../experiments/plan.ts';
import { requireSelfCheck, writeSelfCheck } from '../../experiments/self-check.ts';
import { machineFacts } from '../../host/machine.ts';
import type { ExitCode } from '../../model/errors.ts';
import { type ArmState, type Gate, gateSchemaVersion } from '../../model/gate.ts';
import type { ArmName } from '../../model/gate-terms.ts';
import { resolveAutoEngine } from '../../runs/auto-engine.ts';
import { scenarioDigest } from '../../runs/digest.ts';
import { readScenario } from '../../runs/read-scenario.ts';
import type { Override } from '../../scenario/load-scenario.ts';
import type { Command, CommandArgs, CommandContext } from '../command.ts';
import { commandLineOf } from '../command-line.ts';
import { announceBegin } from '../job/kubernetes.ts';
import { scenarioFlags, tellAborts } from '../scenario-flags.ts';
import { announceKept, announcePlan, announceStored } from './announce.ts';
import { wantsCode, withCode } from './code.ts';
import { gateFlags } from './flags.ts';
import { gateOutputFlags, publishVerdict, writeVerdict } from './output.ts';
import { replayGate } from './replay.ts';
import { type GateRequest, readGateRequest } from './request.ts';
import { isEnded, refuseOther, refuseShortBudget } from './resume.ts';
import { publishSameState } from './same-state.ts';
import { appendToTrend, trendFlag } from './trend.ts';

export const gateCommand: Command = {
  name: 'gate',
  positionals: '[scenario]',
  summary: 'Hold two states of a repository against each other, and pass or fail the newer one',
  examples: [
    ['rampart gate ramp.yaml --baseline main', 'the working tree against main'],
    ['rampart gate ramp.yaml --baseline v1.4 --candidate v1.5 --budget 40m', 'two releases'],
    ['rampart gate ramp.yaml --baseline image:api=shop/api:1.4', 'the working tree against an image'],
    ['rampart gate ramp.yaml --baseline variant:as-is --candidate variant:gogc-off', 'two settings'],
    ['rampart gate ramp.yaml --baseline toolchain:go1.26.8 --candidate toolchain:go1.27.0', 'two Go toolchains'],
    [
      'rampart gate ramp.yaml --baseline main --profiles always',
      'and which functions cost more, also of one that passes',
    ],
    ['rampart gate ramp.yaml --self-check', 'what this machine can show, before the first gate'],
    ['rampart gate --replay runs/x-gate/gate.json', 'the same verdict again, without load'],
  ],
  options: {
    ...scenarioFlags,
    ...gateFlags,
    out: {
      describe: 'Directory: new, empty, or of a gate to go on with (default: runs/<time>-<scenario>-gate)',
      type: 'string',
      short: 'o',
    },
    replay: { describe: 'Judge a gate.json again, also with other margins', type: 'string' },
    ...trendFlag,
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
  await announceBegin('gate', context);
  if (states.isSame) {
    if (args.string('trend') !== undefined) context.log.warn('--trend: nothing is appended: both states are the same');
    return await publishSameState(request, request.output, context);
  }
  const file = join(directory, gateFile);
  const before = await readGate(file);
  if (before) refuseOther(before, settings, directory);
  const engine = await resolveAutoEngine(source.base, context);
  const seed: Override = { flag: '--seed', path: ['seed'], value: settings.seed };
  const fixed = [...source.overrides, ...(engine ? [engine] : []), seed];
  const { scenario: base } = await readScenario(source.file, fixed, context);
  const gated = { ...source, overrides: fixed, base };
  const scenario = { name: base.name, digest: await scenarioDigest(base, states.repository?.root, context.secrets) };
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
  const place = { file, directory };
  const finish = async (gate: Gate) => {
    const isMore = wantsCode(gate, request.profiles);
    if (isMore) await writeVerdict(gate, place, request.output, context);
    const told = isMore ? await withCode(gate, { directory, base, arms }, plan.runMs, context) : gate;
    const exitCode = await publishVerdict(told, place, request.output, context);
    await appendToTrend(told, args, context);
    return exitCode;
  };
  if (before && isEnded(before)) return await finish(before);
  tellAborts({ slo: request.settings.slo }, context.log);
  announcePlan(request, plan, context);
  const { startedAt, tool, tags } = comparison;
  const gate = {
    schemaVersion: gateSchemaVersion,
    kind: 'gate' as const,
    id: comparison.id,
    startedAt,
    tool,
    command: context.secrets.text(commandAgain(states, args)),
    ...(tags ? { tags } : {}),
    scenario: { ...scenario, seed: base.seed },
    machine: machineFacts(),
    engine: base.topology.engine,
    ...(checkedLooks ? { selfCheck: { looks: checkedLooks, roundMs: plan.runMs * 2 } } : {}),
    arms: { baseline: states.baseline, candidate: states.candidate },
  } satisfies Omit<Gate, 'input' | 'verdict'>;
  const exitCode = await whileOwned(directory, async () => {
    const judged = last?.input.rounds.length ?? 0;
    const whole = await withGateKeeper(directory, context, (keeper) =>
      gateRounds({ gate, settings, comparison, arms, plan, judged }, keeper, context),
    ).catch(async (error: unknown) => {
      await announceKept(directory, context);
      throw error;
    });
    return await finish(await writeSelfCheck(whole, directory, context));
  });
  context.tell(`\nresult: ${relative(context.cwd, file)}\n`);
  return exitCode;
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
