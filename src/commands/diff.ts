/** `rampart diff`: runs beside each other on one page, without a verdict. */
import { relative } from 'node:path';
import { diffRuns, type NamedResult } from '../analysis/diff/diff.ts';
import { findRun } from '../history/find-run.ts';
import { readRunResult } from '../history/read-result.ts';
import { exitCodes, usageError } from '../model/errors.ts';
import type { RunDiff } from '../model/run-diff.ts';
import { diffPage } from '../report/html/diff/page.ts';
import { diffMarkdown } from '../report/markdown/diff.ts';
import { diffText } from '../report/terminal/diff.ts';
import type { Command, CommandContext } from './command.ts';
import { formatFlags, jsonText, outputFormat } from './output-format.ts';
import { writePage } from './write-page.ts';

/** More lines cannot be told apart. */
const mostRuns = 8;

const formats = ['terminal', 'markdown', 'json', 'html'] as const;

export const diffCommand: Command = {
  name: 'diff',
  positionals: '<runs..>',
  summary: 'Show runs beside each other, and what was not the same; no verdict, as they were not made in turns',
  examples: [
    ['rampart diff 20260131-142501-ramp-3fa9 20260207-090000-ramp-77aa', 'ids as rampart runs lists them'],
    ['rampart diff 3fa9 77aa --out diff.html', 'the ends of ids are enough; also as a page'],
    ['rampart diff runs/a runs/b runs/c --format markdown', 'directories, three and more'],
  ],
  options: {
    runs: { describe: 'Ids or directories of two to eight runs', type: 'string', array: true, positional: true },
    out: { describe: 'Also write the page to this file', type: 'string' },
    ...formatFlags(formats),
  },
  run: async (args, context) => {
    const format = outputFormat(args);
    const diff = diffRuns(await readRuns(args.strings('runs'), context));
    const out = args.string('out');
    if (out !== undefined) await writePage(out, diffPage(diff), context);
    const text = shown(diff, format, context);
    if (format === 'terminal') context.show(text);
    else context.print(text);
    return exitCodes.ok;
  },
};

async function readRuns(words: readonly string[], { cwd }: CommandContext): Promise<readonly NamedResult[]> {
  if (words.length < 2 || words.length > mostRuns)
    throw usageError(
      'usage',
      `diff takes two to ${mostRuns} runs, got ${words.length}`,
      'rampart runs lists them with their ids.',
    );
  const directories = words.map((word) => findRun(word, cwd));
  const named: NamedResult[] = [];
  for (const directory of directories)
    named.push({ directory: relative(cwd, directory) || '.', result: await readRunResult(directory) });
  return named;
}

function shown(diff: RunDiff, format: string, { color, columns }: CommandContext): string {
  if (format === 'json') return jsonText(diff);
  if (format === 'markdown') return diffMarkdown(diff);
  return format === 'html' ? diffPage(diff) : diffText(diff, { color, width: columns });
}
