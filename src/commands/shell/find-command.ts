/** Which command the first words of a command line call. */
import { nearest } from '../../model/nearest.ts';
import type { Command, CommandTable } from '../command.ts';

/** The commands that there are, and those below some of them. */
export interface Commands {
  readonly commands: CommandTable;
  readonly subcommands: ReadonlyMap<string, CommandTable>;
}

/** A command with its whole name, such as `profiles top`, and the words behind that. */
export interface FoundCommand {
  readonly command: Command;
  readonly words: readonly string[];
}

/** The command that these words call; undefined when they call none. */
export async function findCommand(
  [first = '', ...rest]: readonly string[],
  { commands, subcommands }: Commands,
): Promise<FoundCommand | undefined> {
  const below = await subcommands.get(first)?.get(rest[0] ?? '')?.();
  if (below) return { command: { ...below, name: `${first} ${below.name}` }, words: rest.slice(1) };
  const command = await commands.get(first)?.();
  return command && { command, words: rest };
}

/** What other tools call what is a command here. */
const elsewhere: Readonly<Record<string, string>> = {
  attack: 'run',
  bench: 'run',
  load: 'run',
  start: 'run',
  test: 'run',
  validate: 'check',
  lint: 'check',
  config: 'check',
  completions: 'completion',
};

/** What is wrong with a word that is no command, and what was most likely meant. */
export function noCommandText(word: string, { commands }: Commands): string {
  if (word.startsWith('-')) return `${word} stands before a command: rampart <command> ${word}`;
  if (/^[a-z]+:\/\//i.test(word) || /\.ya?ml$/i.test(word)) {
    const shown = word.replace(/:\/\/.*@/s, '://…@');
    return `${shown} is not a command (did you mean rampart run ${shown}?)`;
  }
  const names = [...commands.keys(), 'help', 'version'];
  const other = elsewhere[word];
  const meant = other !== undefined && commands.has(other) ? other : nearest(word, names);
  return `${word} is not a command${meant === undefined ? '' : ` (did you mean ${meant}?)`}`;
}
