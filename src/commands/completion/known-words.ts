/** What can be completed: commands, their flags with letters and choices, and whether files follow; pure. */
import type { Command } from '../command.ts';
import { flagsOf } from '../shell/common-flags.ts';
import { positionalsOf } from '../shell/positionals.ts';
import { valueName } from '../shell/words.ts';

/** A flag of a command. */
export interface KnownFlag {
  readonly name: string;
  readonly letter: string | undefined;
  readonly describe: string;
  /** Empty where it takes none. */
  readonly value: string;
  readonly choices: readonly string[];
  /** Its value is given with `=`, and may be left out. */
  readonly isOptional: boolean;
  readonly isList: boolean;
}

/** A command by its whole name, such as `profiles top`. */
export interface KnownCommand {
  readonly name: string;
  readonly summary: string;
  readonly flags: readonly KnownFlag[];
  /** Of its arguments, where they are few and known. */
  readonly choices: readonly string[];
  readonly takesFiles: boolean;
}

/** Words that are no commands of the table, and are called like one. */
const builtIn = [
  { name: 'help', summary: 'What there is, or what a command takes' },
  { name: 'version', summary: 'The version' },
] as const;

/** Every command; those that are built in last. */
export function knownCommands(called: ReadonlyMap<string, Command>): readonly KnownCommand[] {
  const known = [...called].map(([name, command]) => knownCommand(name, command));
  const names = known.map(({ name }) => name).filter((name) => !name.includes(' '));
  const others = builtIn.map((each) => ({
    ...each,
    flags: [],
    choices: each.name === 'help' ? names : [],
    takesFiles: false,
  }));
  return [...known, ...others];
}

function knownCommand(name: string, command: Command): KnownCommand {
  const { summary, positionals, options } = command;
  const flags = [...flagsOf(command)].map(([flag, facts]) => ({
    name: flag,
    letter: facts.short,
    describe: facts.describe,
    value: valueName(flag, facts),
    choices: facts.choices ?? [],
    isOptional: facts.alone !== undefined,
    isList: facts.array === true,
  }));
  const arguments_ = positionalsOf(positionals).map((each) => options[each.name]?.choices ?? []);
  const choices = arguments_.flat();
  return { name, summary, flags, choices, takesFiles: arguments_.some((each) => each.length === 0) };
}

/** The commands below one of these words, such as those of `profiles`. */
export function commandsBelow(word: string, known: readonly KnownCommand[]): readonly KnownCommand[] {
  return known.filter(({ name }) => name.startsWith(`${word} `));
}

/** Commands that have others below them. */
export function parentsOf(known: readonly KnownCommand[]): readonly string[] {
  return known.map(({ name }) => name).filter((name) => commandsBelow(name, known).length > 0);
}

/** A word in single quotes for a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
