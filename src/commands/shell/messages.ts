/** What is wrong with a command line, in words for people: yargs' own speak of its parser. */
import type { Command } from '../command.ts';

const counted = (one: string, other: string) => ({ one, other });

/** What yargs says instead of its own words, by those (see locales/en.json in yargs); its types do not know of plurals. */
export const usageWords = {
  'Not enough non-option arguments: got %s, need at least %s': counted(
    'an argument is missing: got %s, expected %s',
    'arguments are missing: got %s, expected %s',
  ),
  'Unknown argument: %s': counted('one argument too many: %s', 'arguments too many: %s'),
  'Not enough arguments following: %s': '--%s wants a value',
  'Invalid values:': 'not one of its choices:',
  'Argument: %s, Given: %s, Choices: %s': '%s: got %s, expected one of %s',
} as unknown as Readonly<Record<string, string>>;

/** A message of yargs about a command: it suggests a command without saying what it did not understand, and names flags without dashes. */
export function usageMessage(message: string, argv: readonly string[], command: Command | undefined): string {
  if (message.startsWith('Did you mean')) return `${argv[0]} is not a command. ${message}`;
  return message.replace(/^ {2}([\w-]+)(?=: got )/gm, (line, name: string) =>
    command?.options[name]?.positional ? line : `  --${name}`,
  );
}

/** Flags on the command line that the command does not have, once each. */
export function unknownFlags(argv: readonly string[], { options }: Pick<Command, 'options'>): readonly string[] {
  const names = argv.flatMap((word) => /^--([^=]+)/.exec(word)?.[1] ?? []);
  const known = new Set(['help', 'version']);
  for (const [name, { positional }] of Object.entries(options)) if (!positional) known.add(name).add(`no-${name}`);
  return [...new Set(names)].filter((name) => !known.has(name)).map((name) => `--${name}`);
}

/** How the command is called; of all of them when there is none. */
export function usageHint(command: Command | undefined): string {
  if (!command) return 'rampart --help lists the commands, rampart <command> --help its flags.';
  const { name, positionals, examples } = command;
  const [example] = examples[0] ?? [];
  const form = `rampart ${name} ${positionals}`.trim();
  return `${form}${example === undefined ? '' : ` (example: ${example})`}; rampart ${name} --help lists its flags.`;
}
