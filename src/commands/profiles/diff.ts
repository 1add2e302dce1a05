/** `rampart profiles diff`: what changed between two steps, runs, files or selections, and what of it is within noise. */
import { relative, resolve } from 'node:path';
import {
  markedDifference,
  profileDifference,
  type ScaledSides,
  type Sides,
  scaledSides,
} from '../../analysis/profiles/difference.ts';
import { encodeProfile } from '../../goruntime/profile/encode.ts';
import { writeGzipped } from '../../host/files.ts';
import { type ExitCode, exitCodes, usageError } from '../../model/errors.ts';
import type { ProfileDiff } from '../../model/profile-diff.ts';
import { profileDiffText } from '../../report/terminal/profiles/diff.ts';
import type { Command, CommandArgs, CommandContext, Flag } from '../command.ts';
import { jsonFlag, jsonText, outputFormat } from '../output-format.ts';
import { written } from '../written.ts';
import { readLabelFlags, readSelection, selectionFlags } from './inputs.ts';
import { toldProfileErrors } from './profile-errors.ts';
import { shownBy, tableFlags } from './top.ts';

/** Flags that say what is compared with what, and how. */
export const sideFlags: Readonly<Record<string, Flag>> = {
  base: {
    describe: 'What was before: KEY=VALUE, such as step=low; of several all must hold',
    type: 'string',
    array: true,
  },
  new: { describe: 'What is now, likewise', type: 'string', array: true },
  per: {
    describe: 'What makes both sides comparable (default: request where both know theirs, else second)',
    type: 'string',
    choices: ['request', 'second', 'share', 'none'],
  },
};

export const diffCommand: Command = {
  name: 'diff',
  positionals: '[inputs..]',
  summary: 'What changed between two steps, runs, files or selections, and what of it is within noise',
  examples: [
    ['rampart profiles diff RUN --base step=low --new step=high', 'two steps of a run, per request'],
    ['rampart profiles diff RUN-BEFORE RUN-AFTER --service api --type heap', 'two runs'],
    ['rampart profiles diff before.pb.gz after.pb.gz --out diff.pb.gz', 'then: go tool pprof -http=: diff.pb.gz'],
    ['rampart profiles diff --store DIR --base version=1.4 --new version=1.5', 'two selections of a store'],
    [
      'rampart profiles diff RUN-BEFORE RUN-AFTER --fail-above 10',
      'exit 1 where a function grew by more than 10 % of all',
    ],
  ],
  options: {
    ...selectionFlags,
    ...sideFlags,
    ...tableFlags,
    out: { describe: 'Write a profile that go tool pprof opens as this difference', type: 'string', short: 'o' },
    'fail-above': {
      describe:
        'Exit 1 where a function grew beyond noise by more than this percentage of the base; 5 where noise is not known',
      type: 'number',
    },
    ...jsonFlag,
  },
  run: async (args, context) => {
    const shown = shownBy(args);
    const limit = limitFrom(args);
    const sides = await readSides(args, context);
    const view = { ...shown, column: args.string('sample') };
    const scaled = toldProfileErrors(() => scaledSides(sides, perFrom(args), view));
    const diff = toldProfileErrors(() => profileDifference(sides, scaled, { ...view, rows: 0 }));
    const out = args.string('out');
    if (out !== undefined) await writeDifference(out, scaled, context);
    const cut = shown.rows === 0 ? diff : { ...diff, rows: diff.rows.slice(0, shown.rows) };
    const told = { ...cut, rowsLeftOut: diff.rows.length - cut.rows.length };
    if (outputFormat(args) === 'json') context.print(jsonText(told));
    else context.show(profileDiffText(told, context));
    return exitCodeOf(diff, limit, context);
  },
};

/** What `--per` asks for. */
export function perFrom(args: CommandArgs): ProfileDiff['per'] | undefined {
  return (['request', 'second', 'share', 'none'] as const).find((per) => per === args.string('per'));
}

/** The percentage of `--fail-above`; throws a usage error for one below 0, which every function is above. */
function limitFrom(args: CommandArgs): number | undefined {
  const percent = args.number('fail-above');
  if (percent === undefined || percent >= 0) return percent;
  throw usageError(
    'flag-invalid',
    `--fail-above must be a percentage from 0, got ${percent} (example: --fail-above 10)`,
  );
}

/** Both sides: two inputs, or one that `--base` and `--new` choose from. */
export async function readSides(args: CommandArgs, context: CommandContext): Promise<Sides> {
  const names = args.strings('inputs');
  const [base, now] = (['base', 'new'] as const).map((flag) => readLabelFlags(flag, args.strings(flag)));
  const isChosen = args.strings('base').length + args.strings('new').length > 0;
  if (names.length !== 2 && !isChosen) {
    throw usageError(
      'usage',
      `a difference is of two inputs, or of two selections of the same ones; got ${names.length} ${names.length === 1 ? 'input' : 'inputs'}`,
      'rampart profiles diff BEFORE AFTER, or rampart profiles diff RUN --base step=low --new step=high',
    );
  }
  const [was, is] = names.length === 2 ? [[names[0] ?? ''], [names[1] ?? '']] : [names, names];
  const before = await readSelection(args, context, { chosen: base ?? [], names: was });
  const after = await readSelection(args, context, { chosen: now ?? [], names: is });
  const notes = [...new Set([...before.work.notes, ...after.work.notes])];
  return { base: before.work.groups, now: after.work.groups, type: after.type, notes };
}

async function writeDifference(out: string, scaled: ScaledSides, { cwd, tell }: CommandContext): Promise<void> {
  const file = resolve(cwd, out);
  const bytes = encodeProfile(toldProfileErrors(() => markedDifference(scaled)));
  await written(out, () => writeGzipped(file, bytes));
  tell(`written: go tool pprof -http=: ${relative(cwd, file)} opens it as a difference\n`);
}

function exitCodeOf(
  { rows, order, total, unknown }: ProfileDiff,
  percent: number | undefined,
  { tell, complain }: CommandContext,
): ExitCode {
  if (percent === undefined) return exitCodes.ok;
  if (unknown !== undefined) {
    complain(`rampart: --fail-above cannot tell: ${unknown}\n`);
    return exitCodes.cannotTell;
  }
  const limit = (Math.abs(total.base) * percent) / 100;
  const grown = rows.filter((row) => row[order].verdict === 'more' && row[order].value - row[order].base > limit);
  const [first] = grown;
  if (!first) return exitCodes.ok;
  tell(
    `rampart: ${grown.length === 1 ? '1 function' : `${grown.length} functions`} grew by more than ${percent} % of the base, first ${first.name}\n`,
  );
  return exitCodes.failed;
}
