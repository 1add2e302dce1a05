/** `rampart profiles flame`: flame graphs in one HTML file of their own, and as a file for speedscope. */
import { basename, relative, resolve } from 'node:path';
import { profileDifference, scaledSides } from '../../analysis/profiles/difference.ts';
import {
  columnOfGroups,
  differencePicture,
  flamePictures,
  namedProfiles,
} from '../../analysis/profiles/flame-pictures.ts';
import type { WorkGroup } from '../../analysis/profiles/work-group.ts';
import { speedscopeFile } from '../../goruntime/profile/speedscope.ts';
import { writeText } from '../../host/files.ts';
import { exitCodes, usageError } from '../../model/errors.ts';
import type { FlameFile } from '../../model/flame-file.ts';
import { flameFileHtml } from '../../report/html-report.ts';
import { amountText, columnText, partsText, perText } from '../../report/words/profile-text.ts';
import type { Command, CommandArgs, CommandContext } from '../command.ts';
import { written } from '../written.ts';
import { perFrom, readSides, sideFlags } from './diff.ts';
import { readSelection, selectionFlags } from './inputs.ts';
import { toldProfileErrors } from './profile-errors.ts';
import { tableFlags } from './top.ts';

export const flameCommand: Command = {
  name: 'flame',
  positionals: '[inputs..]',
  summary: 'Flame graphs in one HTML file of their own, or for speedscope; also of a difference',
  examples: [
    ['rampart profiles flame RUN --out cpu.html', 'all services and steps, and each step'],
    ['rampart profiles flame RUN --type heap --service api --sample alloc_objects', 'into flame.html'],
    [
      'rampart profiles flame RUN --base step=low --new step=high --out diff.html',
      'red grew, green shrank, grey is noise',
    ],
    ['rampart profiles flame before.pb.gz after.pb.gz --diff', 'two files held against each other'],
    ['rampart profiles flame RUN --speedscope cpu.speedscope.json', 'for https://www.speedscope.app'],
  ],
  options: {
    ...selectionFlags,
    ...sideFlags,
    diff: { describe: 'Hold the second input against the first', type: 'boolean', default: false },
    sample: tableFlags['sample'] ?? { describe: '', type: 'string' },
    out: {
      describe: 'The page to write (default: flame.html, unless --speedscope is all that is wanted)',
      type: 'string',
      short: 'o',
    },
    speedscope: { describe: 'Write a file for speedscope, with a profile for each service and step', type: 'string' },
  },
  run: async (args, context) => {
    const isDifference = args.flag('diff') || args.strings('base').length + args.strings('new').length > 0;
    const speedscope = args.string('speedscope');
    if (isDifference && speedscope !== undefined) {
      throw usageError(
        'usage',
        'speedscope has no room for a difference',
        'Leave out --speedscope, or choose one side with --label.',
      );
    }
    if (isDifference) {
      await write(args.string('out') ?? 'flame.html', flameFileHtml(await differenceFile(args, context)), context);
      return exitCodes.ok;
    }
    const { work, type } = await readSelection(args, context);
    const column = toldProfileErrors(() => columnOfGroups(work.groups, { column: args.string('sample') }, type));
    if (speedscope !== undefined) {
      const file = speedscopeFile(titleOf(args), namedProfiles(work.groups, column));
      await write(speedscope, JSON.stringify(file), context, '--speedscope');
    }
    if (speedscope === undefined || args.string('out') !== undefined) {
      const pictures = toldProfileErrors(() =>
        flamePictures(work.groups, column, (groups, total, unit) => ({
          ...headOf(groups),
          detail: `${amountText(total, unit)} of ${columnText(column)}`,
        })),
      );
      await write(
        args.string('out') ?? 'flame.html',
        flameFileHtml(fileOf(args, context, { pictures, notes: work.notes, facts: [['values', columnText(column)]] })),
        context,
      );
    }
    return exitCodes.ok;
  },
};

async function differenceFile(args: CommandArgs, context: CommandContext): Promise<FlameFile> {
  const sides = await readSides(args, context);
  const view = { by: 'function', order: 'flat', rows: 0, column: args.string('sample') } as const;
  const scaled = toldProfileErrors(() => scaledSides(sides, perFrom(args), view));
  const diff = toldProfileErrors(() => profileDifference(sides, scaled, view));
  const amount = (value: number) => amountText(value / scaled.perUnit, diff.unit);
  const noise =
    diff.unknown === undefined
      ? 'Red grew and green shrank beyond noise, each box with all that it calls; grey is within noise. Of boxes that did not change, chance colours about one in twenty. A box is as wide as the larger of its sides.'
      : `How much of it is chance is not known: ${diff.unknown}. A box is as wide as the larger of its sides.`;
  const detail = `${amount(diff.total.base)} before, ${amount(diff.total.value)} now`;
  const picture = toldProfileErrors(() =>
    differencePicture(scaled, diff, { heading: 'Difference', detail, hint: noise }),
  );
  const both = (['base', 'now'] as const).map((side) => {
    const [only] = flamePictures(sides[side], scaled.column, (_, total, unit) => ({
      heading: side === 'base' ? 'Before' : 'Now',
      detail: `${amountText(total, unit)} in all`,
    }));
    return only;
  });
  return fileOf(args, context, {
    pictures: [picture, ...both.flatMap((each) => each ?? [])],
    notes: sides.notes,
    facts: [
      ['before', partsText(diff.base.parts)],
      ['now', partsText(diff.new.parts)],
      ['values', `${columnText(diff.column)} ${perText(diff)}`],
      ['beyond noise', `${diff.beyondNoise} of ${diff.compared} functions, by what they do themselves`],
    ],
  });
}

function headOf(groups: readonly WorkGroup[]): { readonly heading: string } {
  const [first] = groups;
  const steps = new Set(groups.map(({ run, step }) => `${run} ${step}`));
  const services = [...new Set(groups.map(({ service }) => service))].join(', ');
  return { heading: steps.size === 1 && first?.step !== undefined ? `${first.step}: ${services}` : services };
}

function fileOf(
  args: CommandArgs,
  { version }: CommandContext,
  rest: Pick<FlameFile, 'pictures' | 'notes' | 'facts'>,
): FlameFile {
  return { title: titleOf(args), tool: `rampart ${version}`, ...rest };
}

function titleOf(args: CommandArgs): string {
  const names = args.strings('inputs').map((name) => basename(name));
  return names.length > 0 ? names.join(', ') : 'Profiles';
}

async function write(name: string, text: string, { cwd, tell }: CommandContext, flag?: string): Promise<void> {
  const path = resolve(cwd, name);
  await written(name, () => writeText(path, text), flag);
  tell(`${relative(cwd, path)} written\n`);
}
