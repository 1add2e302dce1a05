/** Command line to exit code: yargs reads the words, the command does the work, errors are told to people. */
import yargs from 'yargs';
import { bugError, type ExitCode, exitCodes, messageOf, RampartError, usageError } from '../model/errors.ts';
import { commands, subcommands } from './all.ts';
import { type Command, type CommandArgs, type CommandContext, loadCommands } from './command.ts';
import { announceJobError } from './job/github-actions.ts';
import { unknownFlags, usageHint, usageMessage, usageWords } from './shell/messages.ts';

/** Runs the command that `argv` asks for; never rejects. */
export async function runCommandLine(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  try {
    return await dispatch(argv, context);
  } catch (error) {
    const exitCode = tellError(error, context);
    if (!context.signal.aborted) await announceJobError(argv[0], { exitCode, message: messageOf(error) }, context);
    return exitCode;
  }
}

async function dispatch(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  let exitCode: ExitCode = exitCodes.ok;
  const { asked, offered, below, program, words } = await findCommand(argv);
  refuseUnknownFlags(words, asked);
  const parser = yargs()
    .scriptName(program)
    .usage('$0 <command>\n\nLoad-tests a Go service and watches its runtime on the same clock.')
    .version(context.version)
    .help()
    .strict()
    .recommendCommands()
    .demandCommand(1, 'a command is missing')
    .updateStrings(usageWords)
    .wrap(Math.min(context.columns, 110))
    .exitProcess(false)
    .fail((message: string | null, error: Error | undefined) => {
      if (error && error.name !== 'YError') throw error;
      throw usageError('usage', usageMessage(message ?? error?.message ?? 'bad usage', words, asked), usageHint(asked));
    });
  for (const command of offered) {
    parser.command(
      `${command.name} ${command.positionals}`.trim(),
      summaryOf(command, below),
      (builder) => describeCommand(builder, command),
      async (values) => {
        exitCode = await command.run(readArgs(values), context);
      },
    );
  }
  const output = await new Promise<string>((resolve, reject) => {
    parser
      .parseAsync(withValues(words, asked).map(hideDash), {}, (error, _, text) =>
        error ? reject(error) : resolve(text),
      )
      .catch(reject);
  });
  if (output !== '') context.print(`${output}\n`);
  return exitCode;
}

/** What a command line begins with. */
interface FoundCommand {
  /** Under its whole name, such as `profiles top`; undefined when there is no such command. */
  readonly asked: Command | undefined;
  /** It alone, or where there is no such command all that there are. */
  readonly offered: readonly Command[];
  /** Those below it. */
  readonly below: readonly Command[];
  /** What stands before its own name. */
  readonly program: string;
  /** Its own name and its arguments. */
  readonly words: readonly string[];
}

async function findCommand(argv: readonly string[]): Promise<FoundCommand> {
  const [first = '', second = ''] = argv;
  const table = subcommands.get(first);
  const found = await table?.get(second)?.();
  if (found) {
    const asked = { ...found, name: `${first} ${found.name}` };
    return { asked, offered: [found], below: [], program: `rampart ${first}`, words: argv.slice(1) };
  }
  const asked = await commands.get(first)?.();
  const offered = asked ? [asked] : await loadCommands(commands);
  // Only help tells of them.
  const below = asked && table && argv.includes('--help') ? await loadCommands(table) : [];
  return { asked, offered, below, program: 'rampart', words: argv };
}

/** In its own help a command has those below it beside it. */
function summaryOf({ name, summary }: Command, below: readonly Command[]): string {
  if (below.length === 0) return summary;
  const width = Math.max(...below.map((each) => each.name.length));
  const rows = below.map((each) => `rampart ${name} ${each.name.padEnd(width)}  ${each.summary}`);
  return [summary, '', 'Subcommands, each with --help:', ...rows].join('\n');
}

/** yargs would take what follows such a flag for its value, and miss an argument. */
function refuseUnknownFlags(argv: readonly string[], asked: Command | undefined): void {
  const unknown = asked ? unknownFlags(argv, asked) : [];
  if (asked && unknown.length > 0)
    throw usageError('usage', `${asked.name} has no ${unknown.join(', ')}`, usageHint(asked));
}

/** Flags that mean something alone, with their value. */
function withValues(argv: readonly string[], asked: Command | undefined): string[] {
  return argv.map((word) => {
    const alone = word.startsWith('--') ? asked?.options[word.slice(2)]?.alone : undefined;
    return alone === undefined ? word : `${word}=${alone}`;
  });
}

function describeCommand(builder: ReturnType<typeof yargs>, command: Command) {
  for (const [name, { positional, array, default: preset, choices, alone: _, ...flag }] of Object.entries(
    command.options,
  )) {
    const described = {
      ...flag,
      ...(preset === undefined ? {} : { default: preset }),
      ...(choices === undefined ? {} : { choices: [...choices] }),
    };
    if (positional) builder.positional(name, described);
    else
      builder.option(name, {
        ...described,
        ...(array ? { array: true, nargs: 1 } : {}),
        requiresArg: flag.type !== 'boolean',
      });
  }
  for (const [line, explanation] of command.examples) builder.example(line, explanation);
  return builder;
}

/** yargs drops a lone `-` from a list of positionals; what stands for it here can be no file. */
const hiddenDash = '\0-';

function hideDash(word: string): string {
  return word === '-' ? hiddenDash : word;
}

function showDash(value: unknown): string {
  return value === hiddenDash ? '-' : String(value);
}

function readArgs(values: Readonly<Record<string, unknown>>): CommandArgs {
  const last = (name: string) => (Array.isArray(values[name]) ? values[name].at(-1) : values[name]) as unknown;
  return {
    string: (name) => {
      const value = last(name);
      return value === undefined ? undefined : showDash(value);
    },
    strings: (name) => (Array.isArray(values[name]) ? values[name].map(showDash) : []),
    number: (name) => last(name) as number | undefined,
    flag: (name) => last(name) === true,
  };
}

/** Known errors print message and hint; anything else is a bug and prints whole. */
function tellError(thrown: unknown, { tell }: CommandContext): ExitCode {
  const error = thrown instanceof RampartError ? thrown : bugError(thrown);
  if (error.code === 'bug') tell(`${stackOf(error.cause)}\n`);
  tell(`rampart: ${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`);
  return error.exitCode;
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown);
}
