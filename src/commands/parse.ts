/** Command line to exit code: the words are read, the command does the work, errors are told to people. */
import { isDiskRefusal } from '../host/files.ts';
import {
  bugError,
  type ExitCode,
  exitCodes,
  incompleteError,
  messageOf,
  RampartError,
  usageError,
} from '../model/errors.ts';
import { commands, subcommands } from './all.ts';
import { type Command, type CommandContext, loadCommands } from './command.ts';
import { announceJobError } from './job/announce.ts';
import { findCommand, noCommandText } from './shell/find-command.ts';
import { commandHelp, programHelp } from './shell/help.ts';
import { readWords } from './shell/read-words.ts';
import { noCommandHint, usageHint } from './shell/words.ts';

/** Nobody reads a line that is longer with ease. */
const mostColumns = 110;

/** Runs the command that `argv` asks for; never rejects. */
export async function runCommandLine(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  try {
    return await dispatch(argv, context);
  } catch (error) {
    const exitCode = tellError(error, context);
    if (!context.signal.aborted) {
      const message = context.secrets.text(messageOf(error));
      await announceJobError(argv[0], { exitCode, message }, context);
    }
    return exitCode;
  }
}

async function dispatch(argv: readonly string[], context: CommandContext): Promise<ExitCode> {
  const [first, ...rest] = argv;
  if (first === undefined) throw usageError('usage', 'a command is missing', noCommandHint);
  if (['version', '--version', '-v'].includes(first)) return printVersion(rest, context);
  if (['help', '--help', '-h'].includes(first)) return await printHelp(rest, context);
  const found = await findCommand(argv, { commands, subcommands });
  if (!found) throw usageError('usage', noCommandText(first, { commands, subcommands }), noCommandHint);
  const { command, words } = found;
  const { args, wantsHelp, isQuiet, mistakes } = readWords(words, command);
  if (wantsHelp) return await printCommandHelp(command, context);
  if (mistakes.length > 0) throw usageError('usage', mistakes.join('\n'), usageHint(command));
  return await command.run(args, isQuiet ? quietened(context) : context);
}

function printVersion(rest: readonly string[], { print, version }: CommandContext): ExitCode {
  if (rest.length > 0)
    throw usageError('usage', `the version takes no arguments, got ${rest.join(' ')}`, noCommandHint);
  print(`${version}\n`);
  return exitCodes.ok;
}

async function printHelp(rest: readonly string[], context: CommandContext): Promise<ExitCode> {
  const words = rest.filter((word) => !word.startsWith('-'));
  const found = await findCommand(words, { commands, subcommands });
  if (found) return await printCommandHelp(found.command, context);
  const [word] = words;
  if (word !== undefined) throw usageError('usage', noCommandText(word, { commands, subcommands }), noCommandHint);
  context.print(programHelp(await loadCommands(commands), columnsOf(context)));
  return exitCodes.ok;
}

async function printCommandHelp(command: Command, context: CommandContext): Promise<ExitCode> {
  const below = await loadCommands(subcommands.get(command.name) ?? new Map());
  context.print(commandHelp(command, below, columnsOf(context)));
  return exitCodes.ok;
}

function columnsOf({ columns }: CommandContext): number {
  return Math.min(columns, mostColumns);
}

/** Nothing of what is being done is told; a warning is no progress, and stays. */
function quietened(context: CommandContext): CommandContext {
  const { log } = context;
  return { ...context, tell: () => undefined, log: { info: () => undefined, warn: log.warn }, redraw: false };
}

/** Known errors print message and hint; anything else is a bug and prints whole. */
function tellError(thrown: unknown, { complain }: CommandContext): ExitCode {
  const error = knownError(thrown);
  if (error.code === 'bug') complain(`${stackOf(error.cause)}\n`);
  complain(`rampart: ${error.message}\n${error.hint === undefined ? '' : `  ${error.hint}\n`}`);
  return error.exitCode;
}

function knownError(thrown: unknown): RampartError {
  if (thrown instanceof RampartError) return thrown;
  if (!isDiskRefusal(thrown)) return bugError(thrown);
  const hint = 'Free space, or name a place on another disk with --out.';
  return incompleteError('disk-refused', `the disk takes no more: ${messageOf(thrown)}`, hint, thrown);
}

function stackOf(thrown: unknown): string {
  return thrown instanceof Error ? (thrown.stack ?? thrown.message) : messageOf(thrown);
}
