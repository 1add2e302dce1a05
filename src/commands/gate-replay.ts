/** `rampart gate --replay`: the verdict of a finished gate once more, from what it kept, without load. */
import { resolve } from 'node:path';
import { gateVerdict } from '../analysis/gate-verdict.ts';
import { readGate } from '../archive/gate-file.ts';
import { type ExitCode, usageError } from '../model/errors.ts';
import type { CommandArgs, CommandContext } from './context.ts';
import { gateSettings } from './gate-flags.ts';
import { tellVerdict } from './gate-output.ts';

/** Flags that would need new rounds, or that name what the file already holds. */
const notForReplay = ['baseline', 'candidate', 'budget', 'out', 'scenario'];

/** Judges a gate.json again; the margins may be others than it was made with. */
export async function replayGate(file: string, args: CommandArgs, context: CommandContext): Promise<ExitCode> {
  const mistakes = notForReplay
    .filter((flag) => args.string(flag) !== undefined)
    .map((flag) => `${flag === 'scenario' ? 'a scenario' : `--${flag}`} and --replay exclude each other`);
  const kept = await readGate(resolve(context.cwd, file));
  if (!kept) mistakes.push(`--replay ${file}: there is no such file (example: --replay runs/x-gate/gate.json)`);
  const settings = kept && gateSettings(args, kept.input.settings, mistakes);
  const known = kept?.input.rounds[0]?.arms['candidate']?.steps.map(({ name }) => name) ?? [];
  for (const name of (args.string('steps') === undefined ? undefined : settings?.steps) ?? [])
    if (!known.includes(name)) mistakes.push(`--steps: ${name} was not measured (steps: ${known.join(', ')})`);
  if (!kept || !settings || mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  const input = { ...kept.input, settings };
  const verdict = gateVerdict(input);
  const isAsKept = JSON.stringify(settings) === JSON.stringify(kept.input.settings);
  if (isAsKept && JSON.stringify(verdict) !== JSON.stringify(kept.verdict))
    context.log.warn(
      `rampart ${kept.tool.version} said ${kept.verdict['verdict']} of these rounds, with other numbers than ${context.version} now`,
    );
  if (!isAsKept)
    context.log.warn(
      'judged with other settings than it was made with: settings that were chosen afterwards prove nothing',
    );
  return tellVerdict({ ...kept, input, verdict: { ...verdict } }, args, context);
}
