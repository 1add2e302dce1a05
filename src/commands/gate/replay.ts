/** `rampart gate --replay`: the verdict of a finished gate once more, from what it kept, without load. */
import { join, relative, resolve } from 'node:path';
import { trialRounds } from '../../analysis/gate/rounds.ts';
import { gateVerdict } from '../../analysis/gate/verdict.ts';
import { readComparison } from '../../archive/comparison-directory.ts';
import { gateFile, readGate } from '../../archive/gate-file.ts';
import { repeats } from '../../experiments/run-arm.ts';
import { isFolder } from '../../host/file-tree.ts';
import { type ExitCode, usageError } from '../../model/errors.ts';
import type { Gate } from '../../model/gate.ts';
import { gateArms } from '../../model/gate-terms.ts';
import { type GateVerdict, gateVerdictSchema } from '../../model/gate-verdict.ts';
import type { CommandArgs, CommandContext } from '../command.ts';
import { requireFormat } from '../output-format.ts';
import { gateSettings } from './flags.ts';
import { gateFormats, gateOutputOf, publishVerdict } from './output.ts';
import { appendToTrend } from './trend.ts';
import { idleWaivers, readWaivers } from './waivers.ts';

/** Flags that would need new rounds, or that name what the file already holds. */
const notForReplay = ['baseline', 'candidate', 'budget', 'out', 'scenario', 'engine'];
const listsNotForReplay = ['scale', 'env', 'allow-host', 'set', 'tag'];

function strayFlags(args: CommandArgs): string[] {
  return [
    ...notForReplay.filter((flag) => args.string(flag) !== undefined),
    ...listsNotForReplay.filter((flag) => args.strings(flag).length > 0),
    ...(args.flag('self-check') ? ['self-check'] : []),
  ];
}

function noGateText(file: string, path: string): string {
  return isFolder(path)
    ? `--replay ${file} must be a file, and is a folder (example: --replay ${join(file, gateFile)})`
    : `--replay ${file}: there is no such file (example: --replay runs/x-gate/${gateFile})`;
}

/** Judges a gate.json again; the margins may be others than it was made with. */
export async function replayGate(file: string, args: CommandArgs, context: CommandContext): Promise<ExitCode> {
  const output = gateOutputOf(args, context);
  const mistakes = strayFlags(args).map(
    (flag) => `${flag === 'scenario' ? 'a scenario' : `--${flag}`} and --replay exclude each other`,
  );
  const path = resolve(context.cwd, file);
  const kept = isFolder(path) ? undefined : await readGate(path);
  if (!kept) mistakes.push(noGateText(file, path));
  const waivers = await readWaivers(args, context);
  const given = kept && gateSettings(args, kept.input.settings, mistakes);
  const settings = given && { ...given, ...(waivers ? { waivers } : {}) };
  const known = kept?.input.rounds[0]?.arms['candidate']?.steps.map(({ name }) => name) ?? [];
  for (const name of (args.string('steps') === undefined ? undefined : settings?.steps) ?? [])
    if (!known.includes(name)) mistakes.push(`--steps: ${name} was not measured (steps: ${known.join(', ')})`);
  if (!kept || !settings || mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  const input = { ...kept.input, settings };
  const verdict = gateVerdict(input);
  const isAsKept = JSON.stringify(settings) === JSON.stringify(kept.input.settings);
  if (isAsKept && !isSaid(verdict, kept))
    context.log.warn(
      `rampart ${kept.tool.version} said ${kept.verdict.verdict} of these rounds, with other numbers than ${context.version} now`,
    );
  for (const idle of waivers ? idleWaivers(settings, known) : []) context.log.warn(idle);
  if (!isAsKept)
    context.log.warn(
      'judged with other settings than it was made with: settings that were chosen afterwards prove nothing',
    );
  const place = { file: path, directory: undefined };
  const again = { ...kept, input, verdict };
  const exitCode = await publishVerdict(again, place, output, context);
  await appendToTrend(again, args, context);
  return exitCode;
}

/** Whether a verdict is the kept one, compared as a file would hold both. */
function isSaid(verdict: GateVerdict, kept: Gate): boolean {
  return JSON.stringify(gateVerdictSchema.parse(verdict)) === JSON.stringify(kept.verdict);
}

/** The verdict on a gate's directory once more; says so when more has been run since, as before a gate that was killed goes on. */
export async function reportGate(
  gate: Gate,
  directory: string,
  args: CommandArgs,
  context: CommandContext,
): Promise<ExitCode> {
  const output = gateOutputOf(args, context);
  requireFormat(output.format, gateFormats, 'a gate');
  const kept = await readComparison(directory).catch(() => undefined);
  const finished = kept ? trialRounds(kept, gateArms, repeats + 1).length : 0;
  const judged = gate.input.rounds.length;
  if (!gate.input.isOver) {
    const path = relative(context.cwd, directory) || '.';
    context.log.warn(
      `this gate is not over: ${Math.max(finished, judged)} rounds have ended, and it last looked after ${judged}; its command with --out ${path} goes on`,
    );
  }
  const again = { ...gate, verdict: gateVerdict(gate.input) };
  return await publishVerdict(again, { file: join(directory, gateFile), directory }, output, context);
}
