/** `rampart inspect`: say what logs, goroutine dumps, profiles and histogram logs hold, and what changed between them. */
import { extname, resolve } from 'node:path';
import { inspectChanges } from '../analysis/inspect-changes.ts';
import { writeText } from '../host/files.ts';
import { fileChunks, readability } from '../host/input-bytes.ts';
import { environmentError, exitCodes, messageOf, usageError } from '../model/errors.ts';
import type { InspectChanges } from '../model/inspection.ts';
import { inspectionHtml } from '../report/html-report.ts';
import { inspectionText } from '../report/inspect-terminal.ts';
import type { Command, CommandArgs, CommandContext } from './context.ts';
import { readHtmlAssets } from './finish-run.ts';
import { followLog } from './inspect-follow.ts';
import { type InspectedInput, inspectInput, type OnRecord, UnreadableInput } from './inspect-input.ts';

export const inspectCommand: Command = {
  name: 'inspect',
  positionals: '[files..]',
  summary: 'Say what a log, goroutine dump, profile or histogram log holds',
  examples: [
    ['rampart inspect /var/log/api.log', 'what GODEBUG=gctrace=1,schedtrace=30000 and dumps left in a log'],
    ['docker logs api 2>&1 | rampart inspect -', 'from a pipe; prefixes of Docker, Kubernetes and journald are known'],
    ['rampart inspect dump-1.txt dump-2.txt', 'two goroutine dumps: which groups grew'],
    ['rampart inspect before.pb.gz after.pb.gz', 'two profiles: which functions grew'],
    ['rampart inspect cpu.pb.gz api.log --out report.html', 'one file to read in a browser, with a flame graph'],
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
    follow: {
      describe: 'Follow a growing log from its end, through rotation, and print a line for each stretch of time',
      type: 'boolean',
      default: false,
    },
    every: { describe: 'With --follow: how long a stretch is', type: 'string', default: '5s' },
    out: { describe: 'Write to this file instead of stdout', type: 'string' },
  },
  run: async (args, context) => {
    const format = formatOf(args);
    if (args.flag('follow')) return await followLog(args, format === 'json', context);
    const names = args.strings('files');
    if (names.length === 0) {
      throw usageError('usage', 'inspect needs a file, or - for stdin', 'rampart inspect --help shows what it reads.');
    }
    const found = await inspectAll(names, context, args.flag('records'));
    const changes = inspectChanges(found.map(({ input }) => input));
    const inspections = found.map(({ input }) => input.inspection);
    const text =
      format === 'json'
        ? jsonText(found, changes)
        : format === 'html'
          ? inspectionHtml(inspections, changes, `rampart ${context.version}`, await readHtmlAssets())
          : inspectionText(inspections, changes, {
              color: context.color && args.string('out') === undefined,
              width: context.columns,
            });
    await giveOut(text, args, context);
    return exitCodes.ok;
  },
};

type Format = 'terminal' | 'json' | 'html';

function formatOf(args: CommandArgs): Format {
  const format = args.flag('json') ? 'json' : (args.string('format') ?? extname(args.string('out') ?? '').slice(1));
  if (format === 'json') return format;
  if (args.flag('records')) {
    throw usageError('usage', '--records needs --json', 'rampart inspect FILE --json --records');
  }
  return format === 'html' ? format : 'terminal';
}

interface Found {
  readonly input: InspectedInput;
  readonly records: readonly string[] | undefined;
}

/** Every input; all that cannot be read are told at once. */
async function inspectAll(names: readonly string[], context: CommandContext, records: boolean): Promise<Found[]> {
  const found: Found[] = [];
  const bad: string[] = [];
  for (const name of names) {
    try {
      found.push(await inspectOne(name, context, records));
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

async function inspectOne(name: string, context: CommandContext, withRecords: boolean): Promise<Found> {
  const records: string[] | undefined = withRecords ? [] : undefined;
  const onRecord: OnRecord | undefined = records && ((record) => records.push(JSON.stringify(record)));
  if (name === '-') return { input: await inspectInput('stdin', context.input(), onRecord), records };
  const path = resolve(context.cwd, name);
  const state = await readability(path);
  if (state === 'missing') throw new UnreadableInput('is not there: no such file');
  if (state === 'forbidden') throw new UnreadableInput('cannot be read: permission denied');
  if (state === 'directory') throw new UnreadableInput('is a directory: name the files in it');
  return { input: await inspectInput(name, fileChunks(path), onRecord), records };
}

/** One input is its own document; of several, and of what changed between them, there is one around them. */
function* jsonText(found: readonly Found[], changes: readonly InspectChanges[]): Iterable<string> {
  if (found.length === 1) {
    for (const each of found) yield* inspectionJson(each);
    yield '\n';
    return;
  }
  yield '{"inputs":[';
  for (const [at, each] of found.entries()) {
    if (at > 0) yield ',\n';
    yield* inspectionJson(each);
  }
  yield `],\n"changes":${JSON.stringify(changes, undefined, 2)}}\n`;
}

function* inspectionJson({ input, records }: Found): Iterable<string> {
  const text = JSON.stringify(input.inspection, undefined, 2);
  if (!records) {
    yield text;
    return;
  }
  yield `${text.slice(0, -2)},\n  "records": [`;
  for (const [at, record] of records.entries()) yield `${at === 0 ? '' : ','}\n    ${record}`;
  yield '\n  ]\n}';
}

async function giveOut(text: string | Iterable<string>, args: CommandArgs, context: CommandContext): Promise<void> {
  const out = args.string('out');
  if (out === undefined) {
    if (typeof text === 'string') context.print(text);
    else for (const piece of text) context.print(piece);
    return;
  }
  const path = resolve(context.cwd, out);
  await writeText(path, text).catch((error: unknown) => {
    throw environmentError('out-not-writable', `${out} cannot be written: ${messageOf(error)}`, undefined, error);
  });
  context.tell(`written: ${out}\n`);
}
