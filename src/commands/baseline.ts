/** `rampart baseline`: keep what a gate or a run measured as the baseline of later gates, or hold its bare numbers against later ones. */
import { relative, resolve } from 'node:path';
import { otherVersions, storedChanges, unlikeness } from '../analysis/gate/stored-baseline.ts';
import { readBaseline, writeBaseline } from '../archive/baseline-file.ts';
import { commitOf } from '../experiments/git-trees.ts';
import { type MeasuredDirectory, readMeasured } from '../experiments/measured-directory.ts';
import { type Baseline, baselineSchemaVersion } from '../model/baseline.ts';
import { type ExitCode, environmentError, exitCodes, messageOf, RampartError, usageError } from '../model/errors.ts';
import { formatLatencyUs, formatSignedPercent } from '../model/units.ts';
import type { Command, CommandArgs, CommandContext } from './command.ts';

const usualFile = 'perf/baseline.json';

export const baselineCommand: Command = {
  name: 'baseline',
  positionals: '<action> <directory>',
  summary: 'Keep what a gate or a run measured as the baseline of later gates',
  examples: [
    ['rampart baseline accept runs/x-gate --reason "release 1.5"', `writes ${usualFile}`],
    [`rampart gate ramp.yaml --baseline ${usualFile}`, 'builds and runs that baseline again, interleaved'],
    ['rampart baseline compare runs/y', 'its stored numbers beside those of a run: no verdict'],
  ],
  options: {
    action: { describe: 'What to do', type: 'string', choices: ['accept', 'compare'], positional: true },
    directory: { describe: 'Directory of a gate (its candidate counts) or of a run', type: 'string', positional: true },
    file: { describe: 'The baseline', type: 'string', default: usualFile },
    reason: { describe: 'Why this is the baseline from now on; accept needs it', type: 'string' },
    commit: {
      describe: 'What was measured, where the directory does not say it: a branch, tag or commit',
      type: 'string',
    },
  },
  run: async (args, context) => {
    const directory = resolve(context.cwd, args.string('directory') ?? '');
    const file = args.string('file') ?? usualFile;
    return args.string('action') === 'accept'
      ? await accept(directory, file, args, context)
      : compare(await readMeasured(directory), await readBaseline(resolve(context.cwd, file), file), file, context);
  },
};

async function accept(directory: string, file: string, args: CommandArgs, context: CommandContext): Promise<ExitCode> {
  const reason = args.string('reason')?.trim() ?? '';
  if (reason === '')
    throw usageError(
      'reason-missing',
      '--reason is missing: who reads the file later wants to know why it changed (example: --reason "release 1.5")',
    );
  const { recipe, ...measured } = await readMeasured(directory);
  const arm = recipe.arm ?? (await askedCommit(directory, args.string('commit'), recipe, context));
  const baseline: Baseline = {
    schemaVersion: baselineSchemaVersion,
    kind: 'baseline',
    tool: { name: 'rampart', version: context.version },
    acceptedAt: new Date(context.time.wallMs()).toISOString(),
    reason,
    ...measured,
    recipe: { ...recipe, ...(recipe.arm === undefined ? { commit: arm } : {}), arm },
  };
  const path = resolve(context.cwd, file);
  await writeBaseline(path, baseline).catch((error: unknown) => {
    throw environmentError(
      'baseline-not-kept',
      `${file}: cannot be written: ${messageOf(error)}`,
      'Name another with --file.',
      error,
    );
  });
  const { verdict } = measured.from;
  if (verdict !== undefined && verdict !== 'pass')
    context.log.warn(`that gate did not pass (${verdict}); the file says so`);
  context.show(`${relative(context.cwd, path)}: ${arm.slice(0, 40)} of ${measured.scenario.name}, ${reason}\n`);
  context.tell('commit it; rampart gate builds and runs it again, its numbers serve only to look at\n');
  return exitCodes.ok;
}

/** The commit that the user names, or the one whose files are exactly those that were measured. */
async function askedCommit(
  directory: string,
  asked: string | undefined,
  { name, tree }: MeasuredDirectory['recipe'],
  { cwd, env, signal, log }: CommandContext,
): Promise<string> {
  const found = await commitOf(asked ?? 'HEAD', { cwd, env, signal });
  const isSame = found !== undefined && tree !== undefined && found.tree === tree;
  if (found && (asked !== undefined || isSame)) {
    if (!isSame)
      log.warn(
        `nothing shows that ${found.commit.slice(0, 7)} is what was measured (${name}); the file says so because you do`,
      );
    return found.commit;
  }
  throw usageError(
    'no-commit',
    asked === undefined
      ? `${directory}: ${name === 'unknown' ? 'its binaries do not say of which commit they are' : `measured the ${name}, whose files are not those of HEAD`}, so nothing could build it again`
      : `--commit: ${JSON.stringify(asked)} names no commit here`,
    'Commit the files that were measured, or name their commit with --commit REF.',
  );
}

function compare(now: MeasuredDirectory, then: Baseline, file: string, { show, log }: CommandContext): ExitCode {
  const unlike = unlikeness(then, now);
  const again = `rampart gate SCENARIO --baseline ${file}`;
  if (unlike.length > 0)
    throw new RampartError({
      code: 'unlike',
      message: [`${file}: its numbers cannot be held against these:`, ...unlike.map((each) => `  ${each}`)].join('\n'),
      hint: `${again} builds and runs that baseline here, in turns with the candidate.`,
      exitCode: exitCodes.cannotTell,
    });
  for (const other of otherVersions(then, now)) log.warn(other);
  const lines = storedChanges(then, now).map(
    ({ step, thenUs, nowUs, percent }) =>
      `  p99 at step ${step}: ${formatLatencyUs(nowUs)}, stored ${formatLatencyUs(thenUs)} (${formatSignedPercent(percent)})\n`,
  );
  const missing = then.steps.length - lines.length;
  show(
    [
      `NO VERDICT  ${then.scenario.name}: measured now, against numbers of ${then.acceptedAt.slice(0, 10)} (${then.reason})\n`,
      ...lines,
      ...(missing > 0 ? [`  ${missing} steps of the baseline were not measured, or at another rate\n`] : []),
      `  two moments differ also when nothing has changed; ${again} can tell\n`,
    ].join(''),
  );
  return exitCodes.ok;
}
