/** What a gate is to do, read and checked before anything is built. */
import { join, resolve } from 'node:path';
import type { GateSource, GateStates } from '../../experiments/gate-arms.ts';
import { namedStates } from '../../experiments/stored-baseline.ts';
import type { Baseline } from '../../model/baseline.ts';
import { messageOf, usageError } from '../../model/errors.ts';
import type { GateSettings } from '../../model/gate-input.ts';
import { openScenario, readScenario } from '../../runs/read-scenario.ts';
import { newRunId } from '../../runs/run-id.ts';
import type { Override } from '../../scenario/load-scenario.ts';
import type { CommandArgs, CommandContext } from '../command.ts';
import { requireFormat } from '../output-format.ts';
import { type ProfileMode, profileMode } from '../profile-rounds.ts';
import { overridesOf } from '../scenario-flags.ts';
import { budgetOf, gateMistakes, gateSettings, settingsOfScenario } from './flags.ts';
import { type GateOutput, gateOutputOf } from './output.ts';
import { selfCheckFormats } from './self-check-output.ts';
import { readWaivers } from './waivers.ts';

/** A gate as it was asked for; its states must be closed. */
export interface GateRequest {
  readonly id: string;
  readonly directory: string;
  readonly source: GateSource;
  readonly states: GateStates;
  readonly settings: GateSettings;
  readonly budgetMs: number | undefined;
  /** What `--baseline` names, when that is a file. */
  readonly stored: Baseline | undefined;
  readonly preset: string | undefined;
  readonly profiles: ProfileMode;
  readonly output: GateOutput;
  /** Of the gates that a self-check is made for; undefined when it is none. */
  readonly checkedLooks: readonly number[] | undefined;
}

/** Reads flags, scenario, waivers and states; throws a usage error with everything that is wrong, before anything is built. */
export async function readGateRequest(args: CommandArgs, context: CommandContext): Promise<GateRequest> {
  const mistakes: string[] = [];
  const tried = async <T>(work: () => T | Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      context.signal.throwIfAborted();
      mistakes.push(messageOf(error));
      return undefined;
    }
  };
  const file = args.string('scenario');
  const baseline = args.string('baseline');
  const isSelfCheck = args.flag('self-check');
  const output = await tried(() => gateOutputOf(args, context));
  if (isSelfCheck && output) await tried(() => requireFormat(output.format, selfCheckFormats, 'a self-check'));
  mistakes.push(...missingFlags(args));
  const budgetMs = budgetOf(args, mistakes);
  const overrides = (await tried(() => overridesOf(args))) ?? [];
  const source = await tried(async () => file && (await readSource(file, overrides, context)));
  const base = source ? source.base : undefined;
  const asked = gateSettings(args, settingsOfScenario(base ?? { seed: 0, slo: [] }), mistakes);
  const waivers = isSelfCheck ? undefined : await tried(() => readWaivers(args, context));
  const settings = isSelfCheck
    ? { ...asked, looks: asked.looks.slice(0, 1), slo: [] }
    : { ...asked, ...(waivers ? { waivers } : {}) };
  if (base) mistakes.push(...gateMistakes(base, settings));
  const id = `${newRunId(base?.name ?? '', context.time)}-${isSelfCheck ? 'self-check' : 'gate'}`;
  const directory = resolve(context.cwd, args.string('out') ?? join('runs', id));
  const candidate = args.string('candidate');
  const asArms = { baseline, candidate, out: directory };
  const named =
    source && (isSelfCheck || baseline !== undefined)
      ? await tried(() => namedStates(source, asArms, context))
      : undefined;
  if (mistakes.length > 0 || !source || !named || !output) {
    await named?.states.close();
    throw usageError('gate-refused', mistakes.join('\n'));
  }
  return {
    id,
    directory,
    source,
    ...named,
    settings,
    budgetMs,
    preset: args.string('profile'),
    profiles: profileMode(args),
    output,
    checkedLooks: isSelfCheck ? asked.looks : undefined,
  };
}

async function readSource(name: string, overrides: Override[], context: CommandContext): Promise<GateSource> {
  const file = await openScenario(name, context);
  return { file, overrides, base: (await readScenario(file, overrides, context)).scenario };
}

function missingFlags(args: CommandArgs): string[] {
  const [file, baseline, trend] = ['scenario', 'baseline', 'trend'].map((flag) => args.string(flag));
  const isSelfCheck = args.flag('self-check');
  const command = isSelfCheck ? '--self-check' : '--baseline main';
  return [
    ...(file === undefined ? [`a scenario is missing (example: rampart gate ramp.yaml ${command})`] : []),
    ...(isSelfCheck && baseline !== undefined
      ? ['--self-check and --baseline exclude each other: the candidate is held against itself']
      : []),
    ...(isSelfCheck && trend !== undefined
      ? ['--self-check and --trend exclude each other: a state held against itself is no change']
      : []),
    ...(!isSelfCheck && baseline === undefined ? ['--baseline is missing (example: --baseline main)'] : []),
  ];
}
