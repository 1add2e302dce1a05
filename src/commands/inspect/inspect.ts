/** `rampart inspect`: say what logs, goroutine dumps, profiles, execution traces and histogram logs hold, and what changed between them. */
import { extname } from 'node:path';
import { inspectChanges } from '../../analysis/inspect/changes.ts';
import { exitCodes, usageError } from '../../model/errors.ts';
import type { HistogramUnit } from '../../model/inspection.ts';
import { inspectionText } from '../../report/terminal/inspect/inspection.ts';
import type { Command, CommandArgs, CommandContext } from '../command.ts';
import { outputFormat } from '../output-format.ts';
import { searchable } from '../shell/searchable.ts';
import { followLog } from './follow.ts';
import { inspectInput, UnreadableInput } from './input.ts';
import { type FoundInput, openOutput, writeJson } from './output.ts';
import { chunksOf } from './source.ts';
import { writeSpans } from './spans.ts';

export const inspectCommand: Command = {
  name: 'inspect',
  positionals: '[files..]',
  summary: 'Say what a log, goroutine dump, profile, execution trace or histogram log holds',
  examples: [
    ['rampart inspect /var/log/api.log', 'what GODEBUG=gctrace=1,schedtrace=30000 and dumps left in a log'],
    [
      'docker logs api 2>&1 | rampart inspect -',
      'from a pipe; what log tools put before the lines is learned from them',
    ],
    ['rampart inspect dump-1.txt dump-2.txt', 'two goroutine dumps: which groups grew'],
    ['rampart inspect before.pb.gz after.pb.gz', 'two profiles: which functions grew'],
    ['rampart inspect cpu.pb.gz api.log --out report.html', 'one file to read in a browser, with a flame graph'],
    ['rampart inspect trace.out', 'an execution trace: where the slowest requests spent their time'],
    ['rampart inspect --spans trace.out', 'each of its requests as a line of JSON'],
    ['rampart inspect --follow api.log --every 10s', 'a line every ten seconds, until Ctrl-C'],
    ['rampart inspect api.log --json --records', 'every line that was read, for a program'],
  ],
  options: {
    files: { describe: 'Files, gzip or not; - for stdin', type: 'string', array: true, positional: true },
    format: {
      describe: 'What to show; by the name of --out where it ends in .html or .json, else terminal',
      type: 'string',
      choices: ['terminal', 'json', 'html'],
    },
    json: { describe: 'Same as --format json', type: 'boolean', default: false },
    records: {
      describe: 'With JSON: every line, goroutine, stack or interval that was read',
      type: 'boolean',
      default: false,
    },
    spans: {
      describe: 'Of execution traces: every request as a line of JSON, as it is found',
      type: 'boolean',
      default: false,
    },
    follow: {
      describe: 'Follow a growing log from its end, through rotation, and print a line for each stretch of time',
      type: 'boolean',
      default: false,
    },
    unit: {
      describe: 'The unit of the values in histogram logs that do not say it',
      type: 'string',
      choices: ['ns', 'us', 'ms', 's', 'bytes'],
    },
    every: { describe: 'With --follow: how long a stretch is', type: 'string', default: '5s' },
    out: { describe: 'Write to this file instead of stdout', type: 'string', short: 'o' },
  },
  run: async (args, context) => {
    if (args.flag('spans')) return await writeSpans(namesOf(args), args, context);
    const format = formatOf(args);
    if (args.flag('follow')) return await followLog(args, format === 'json', context);
    const names = namesOf(args);
    const found = await inspectAll(names, context, { withRecords: args.flag('records'), unit: unitOf(args) });
    const changes = inspectChanges(found.map(({ input }) => input));
    const inspections = found.map(({ input }) => input.inspection);
    const out = await openOutput(args.string('out'), context);
    const isFile = args.string('out') !== undefined;
    const color = context.color && !isFile;
    if (format === 'json') await writeJson(found, changes, out.write);
    else if (format === 'terminal') {
      const text = inspectionText(inspections, changes, { color, width: context.columns });
      if (isFile) out.write(searchable(text));
      else context.show(text);
    } else {
      const { inspectionHtml } = await import('../../report/html-report.ts');
      const { readHtmlAssets } = await import('../../runs/html-assets.ts');
      out.write(inspectionHtml(inspections, changes, `rampart ${context.version}`, await readHtmlAssets()));
    }
    await out.close();
    return exitCodes.ok;
  },
};

function namesOf(args: CommandArgs): readonly string[] {
  const names = args.strings('files');
  if (names.length > 0) return names;
  throw usageError('usage', 'inspect needs a file, or - for stdin', 'rampart inspect --help shows what it reads.');
}

type Format = 'terminal' | 'json' | 'html';

function formatOf(args: CommandArgs): Format {
  const format = outputFormat(args, extname(args.string('out') ?? '').slice(1));
  if (format === 'json') return format;
  if (args.flag('records')) {
    throw usageError('usage', '--records needs --json', 'rampart inspect FILE --json --records');
  }
  return format === 'html' ? format : 'terminal';
}

interface Wanted {
  readonly withRecords: boolean;
  readonly unit: HistogramUnit | undefined;
}

function unitOf(args: CommandArgs): HistogramUnit | undefined {
  const text = args.string('unit');
  return (['ns', 'us', 'ms', 's', 'bytes'] as const).find((unit) => unit === text);
}

/** Every input; all that cannot be read are told at once. */
async function inspectAll(names: readonly string[], context: CommandContext, wanted: Wanted): Promise<FoundInput[]> {
  const found: FoundInput[] = [];
  const bad: string[] = [];
  for (const name of names) {
    try {
      found.push(await inspectOne(name, context, wanted));
    } catch (error) {
      if (!(error instanceof UnreadableInput)) throw error;
      bad.push(`${name === '-' ? 'stdin' : name} ${error.message}`);
    }
  }
  if (bad.length === 0) return found;
  const hint = 'rampart inspect --help shows what it reads.';
  if (bad.length === 1) throw usageError('unreadable-input', bad.join(''), hint);
  throw usageError(
    'unreadable-input',
    `${bad.length} of ${names.length} inputs cannot be inspected:\n${bad.map((text) => `  ${text}`).join('\n')}`,
    hint,
  );
}

async function inspectOne(name: string, context: CommandContext, { withRecords, unit }: Wanted): Promise<FoundInput> {
  if (name === '-') {
    if (!withRecords) return { input: await inspectInput('stdin', context.input(), unit), again: undefined };
    // What came through a pipe cannot be read again.
    const records: object[] = [];
    const input = await inspectInput('stdin', context.input(), unit, (record) => records.push(record));
    return { input, again: async (onRecord) => records.forEach(onRecord) };
  }
  const chunks = await chunksOf(name, context);
  const input = await inspectInput(name, chunks, unit);
  if (!withRecords) return { input, again: undefined };
  return {
    input,
    again: async (onRecord) => void (await inspectInput(name, await chunksOf(name, context), unit, onRecord)),
  };
}
