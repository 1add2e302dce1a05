/** `rampart profiles merge`: one profile of many, which `go tool pprof` reads and can split by labels. */
import { relative, resolve } from 'node:path';
import { sumOfGroups } from '../../analysis/profiles/work-group.ts';
import { encodeProfile } from '../../goruntime/profile/encode.ts';
import { writeGzipped } from '../../host/files.ts';
import { exitCodes, usageError } from '../../model/errors.ts';
import type { WorkQuery } from '../../profiles/reading/read-work.ts';
import { counted } from '../../report/words/number-format.ts';
import type { Command, CommandArgs, CommandContext } from '../command.ts';
import { written } from '../written.ts';
import { readSelection, selectionFlags } from './inputs.ts';
import { toldProfileErrors } from './profile-errors.ts';
import { sampleLabels } from './sample-labels.ts';

export const mergeCommand: Command = {
  name: 'merge',
  positionals: '[inputs..]',
  summary: 'One profile of many, for go tool pprof',
  examples: [
    ['rampart profiles merge RUN --out cpu.pb.gz', 'then: go tool pprof -http=: -tagroot=step cpu.pb.gz'],
    ['rampart profiles merge RUN --type heap --service api --step 800 --out heap.pb.gz', ''],
    ['rampart profiles merge a.pb.gz b.pb.gz --unlabelled --out sum.pb.gz', 'as go tool pprof -proto a.pb.gz b.pb.gz'],
    ['rampart profiles merge --store /var/lib/profiles --service api --from 2h --out api.pb.gz', ''],
  ],
  options: {
    ...selectionFlags,
    out: { describe: 'The file to write', type: 'string', default: 'merged.pb.gz', short: 'o' },
    unlabelled: {
      describe: 'Leave out the labels of service, target, step, rate and settings',
      type: 'boolean',
      default: false,
    },
  },
  run: async (args, context) => {
    await mergeTo(args.string('out') ?? '', args, context, args.flag('unlabelled') ? undefined : sampleLabels);
    return exitCodes.ok;
  },
};

/** Writes the sum of what the flags choose; throws a usage error when there is nothing in it. */
export async function mergeTo(
  out: string,
  args: CommandArgs,
  context: CommandContext,
  labelsOf: WorkQuery['labelsOf'],
): Promise<void> {
  const { work } = await readSelection(args, context, { labelsOf });
  const profile = toldProfileErrors(() => sumOfGroups(work.groups));
  if (profile.samples.length === 0) {
    throw usageError(
      'nothing-to-merge',
      `what is chosen is empty${work.notes.length > 0 ? `: ${work.notes.join('; ')}` : ''}`,
      'rampart profiles list RUN shows what a run took.',
    );
  }
  const file = resolve(context.cwd, out);
  const flag = args.string('merge') === undefined ? '--out' : '--merge';
  await written(out, () => writeGzipped(file, encodeProfile(profile)), flag);
  for (const note of work.notes) context.log.warn(note);
  const count = work.groups.reduce((sum, { profiles }) => sum + profiles, 0);
  const split = labelsOf && work.groups.some(({ step }) => step !== undefined) ? ' -tagroot=step' : '';
  context.tell(`${counted(count, 'profile')} merged: go tool pprof -http=:${split} ${relative(context.cwd, file)}\n`);
}
