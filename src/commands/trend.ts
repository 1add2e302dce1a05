/** `rampart trend`: what gates over time say together, of changes that are too slow or too small for each of them. */
import { resolve } from 'node:path';
import { trendReport } from '../analysis/trend/report.ts';
import { readTrendFile, usualTrendFile } from '../history/trend-file.ts';
import { environmentError, exitCodes, messageOf, usageError } from '../model/errors.ts';
import type { TrendLine, TrendReport } from '../model/trend.ts';
import { trendPage } from '../report/html/trend/page.ts';
import { trendMarkdown } from '../report/markdown/trend.ts';
import { trendText } from '../report/terminal/trend.ts';
import { isWorse } from '../report/words/trend-words.ts';
import type { Command, CommandArgs, CommandContext } from './command.ts';
import { formatFlags, jsonText, outputFormat } from './output-format.ts';
import { tagsOf } from './tag-flags.ts';
import { writePage } from './write-page.ts';

const formats = ['terminal', 'markdown', 'json', 'html'] as const;

export const trendCommand: Command = {
  name: 'trend',
  positionals: '[file]',
  summary: 'Say from gates over time where a level changed, also by steps too small for one gate',
  examples: [
    ['rampart gate ramp.yaml --baseline perf/baseline.json --trend perf/trend.ndjson', 'each gate appends a line'],
    ['rampart trend', `what ${usualTrendFile} says`],
    ['rampart trend perf/trend.ndjson --out trend.html', 'the page, with releases on its axis'],
    ['rampart trend --fail-on-regression', 'exit 1 while a level is slower than the one before it'],
  ],
  options: {
    file: { describe: `The trend file (default: ${usualTrendFile})`, type: 'string', positional: true },
    scenario: { describe: 'Only of the scenario with this name', type: 'string' },
    tag: { describe: 'Only gates with this tag, NAME=VALUE; of several all must hold', type: 'string', array: true },
    'any-machine': {
      describe: 'Points of unlike machines in one series: both arms of a gate ran on one, so its change is its own',
      type: 'boolean',
    },
    'fail-on-regression': {
      describe:
        'Exit with 1 while any series is slower than at its level before, until it is faster or the reference is another',
      type: 'boolean',
    },
    out: { describe: 'Also write the page to this file', type: 'string' },
    ...formatFlags(formats),
  },
  run: async (args, context) => {
    const format = outputFormat(args);
    const report = await readReport(args, context);
    for (const problem of report.problems) context.log.warn(`${problem}; the line is left out`);
    const out = args.string('out');
    if (out !== undefined) await writePage(out, trendPage(report), context);
    const text = shown(report, format, context);
    if (format === 'terminal') context.show(text);
    else context.print(text);
    return args.flag('fail-on-regression') && isWorse(report) ? exitCodes.failed : exitCodes.ok;
  },
};

async function readReport(args: CommandArgs, { cwd }: CommandContext): Promise<TrendReport> {
  const mistakes: string[] = [];
  const tags = Object.entries(tagsOf(args, mistakes));
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  const file = args.string('file') ?? usualTrendFile;
  const read = await readTrendFile(resolve(cwd, file), file).catch((error: unknown) => {
    throw environmentError('trend-unreadable', `${file}: cannot be read: ${messageOf(error)}`, undefined, error);
  });
  if (!read)
    throw usageError(
      'trend-missing',
      `${file}: there is no such trend file`,
      `A gate appends to it: rampart gate ramp.yaml --baseline main --trend ${file}; --replay of a gate.json does so, too.`,
    );
  const scenario = args.string('scenario');
  const isMeant = (line: TrendLine) =>
    (scenario === undefined || line.scenario.name === scenario) &&
    tags.every(([name, value]) => line.tags?.[name] === value);
  return trendReport({
    file,
    lines: read.lines.filter(isMeant),
    problems: read.problems,
    isJoined: args.flag('any-machine'),
  });
}

function shown(report: TrendReport, format: string, { color, columns }: CommandContext): string {
  if (format === 'json') return jsonText(report);
  if (format === 'markdown') return trendMarkdown(report);
  return format === 'html' ? trendPage(report) : trendText(report, { color, width: columns });
}
