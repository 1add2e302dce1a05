/** Checked arguments back to the line that gives them again, for people who want to repeat a command. */
import type { Command, CommandArgs, Flag } from './command.ts';

/** The command with its arguments, quoted for a POSIX shell; `changes` replaces the values of some flags, undefined leaves them out. */
export function commandLineOf(
  { name: command, options }: Command,
  args: CommandArgs,
  changes: Readonly<Record<string, string | undefined>>,
): string {
  const words = Object.entries(options).flatMap(([name, flag]) => {
    const values = name in changes ? [changes[name]] : valuesOf(name, flag, args);
    return values.flatMap((value) => {
      if (value === undefined || value === String(flag.default)) return [];
      if (flag.type === 'boolean') return [`--${name}`];
      return flag.positional ? [quoted(value)] : [`--${name}`, quoted(value)];
    });
  });
  return ['rampart', command, ...words].join(' ');
}

function valuesOf(name: string, { type, array }: Flag, args: CommandArgs): readonly (string | undefined)[] {
  if (array) return args.strings(name);
  if (type === 'boolean') return args.flag(name) ? ['true'] : [];
  return [type === 'number' ? args.number(name)?.toString() : args.string(name)];
}

function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
