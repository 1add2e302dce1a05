/** The flags that say which runs are meant. */
import { basename, join, resolve } from 'node:path';
import type { RunFilter } from '../../history/filter.ts';
import { runsFolder } from '../../history/find-run.ts';
import { isFolder } from '../../host/file-tree.ts';
import { usageError } from '../../model/errors.ts';
import { verdictSchema } from '../../model/gate-terms.ts';
import { runKinds } from '../../model/run-summary.ts';
import type { CommandArgs, CommandContext, Flag } from '../command.ts';
import { tagsOf } from '../tag-flags.ts';
import { ageMsOf } from './age.ts';

export const filterFlags: Readonly<Record<string, Flag>> = {
  directory: {
    describe: `The folder that the runs lie in (default: ${runsFolder})`,
    type: 'string',
    positional: true,
  },
  tag: { describe: 'Only with this tag, NAME=VALUE; of several all must hold', type: 'string', array: true },
  scenario: { describe: 'Only of the scenario with this name', type: 'string' },
  since: { describe: 'Only those that began since, such as 36h, 7d, 2w or 2026-01-31', type: 'string' },
  kind: { describe: 'Only of this kind; may be repeated', type: 'string', array: true, choices: runKinds },
  verdict: {
    describe: 'Only those that ended so, or are in this state; may be repeated',
    type: 'string',
    array: true,
    choices: [...verdictSchema.options, 'running', 'cut-off', 'unreadable'],
  },
};

/** What the flags ask for; what cannot be read goes into the list. */
export function runFilter(args: CommandArgs, nowMs: number, mistakes: string[]): RunFilter {
  const since = args.string('since');
  const sinceMs = since === undefined ? undefined : timeOf(since, nowMs);
  if (since !== undefined && sinceMs === undefined)
    mistakes.push(
      `--since must be an age or a day, got ${JSON.stringify(since)} (example: --since 7d, or --since 2026-01-31)`,
    );
  return {
    tags: tagsOf(args, mistakes),
    scenario: args.string('scenario'),
    sinceMs,
    kinds: args.strings('kind'),
    verdicts: args.strings('verdict'),
  };
}

/** Days are those of the reader's time zone. */
function timeOf(text: string, nowMs: number): number | undefined {
  const age = ageMsOf(text);
  if (age !== undefined) return nowMs - age;
  const isDay = /^\d{4}-\d\d-\d\d$/.test(text);
  if (!isDay && !/^\d{4}-\d\d-\d\dT\d\d:\d\d/.test(text)) return undefined;
  const ms = Date.parse(isDay ? `${text}T00:00:00` : text);
  return Number.isNaN(ms) ? undefined : ms;
}

/** The folder that is named, else the usual one; usage error when one was named that is not there, or that is itself a run. */
export function folderOf(args: CommandArgs, { cwd }: Pick<CommandContext, 'cwd'>): string {
  const named = args.string('directory');
  const folder = resolve(cwd, named ?? runsFolder);
  if (named !== undefined && !isFolder(folder))
    throw usageError(
      'flag-invalid',
      `${named}: there is no such folder`,
      'Name the folder that runs lie in, such as runs; rampart runs --help lists subcommands.',
    );
  if (isFolder(join(folder, 'raw')))
    throw usageError(
      'flag-invalid',
      `${named ?? runsFolder}: is a run itself; its folder is what is listed`,
      `rampart report ${named ?? basename(folder)} shows it again.`,
    );
  return folder;
}
