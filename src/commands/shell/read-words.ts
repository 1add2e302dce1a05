/** The words of a command line to its flags and arguments, or to everything that is wrong with them; pure. */
import type { Command, CommandArgs, Flag } from '../command.ts';
import { flagsOf } from './common-flags.ts';
import { flagWords } from './flag-words.ts';
import { parseWords } from './parse-words.ts';
import { positionalsOf } from './positionals.ts';
import { valueMistakes } from './value-mistakes.ts';
import { unknownFlagText } from './words.ts';

/** A command line that was read. */
export interface ReadLine {
  readonly args: CommandArgs;
  readonly wantsHelp: boolean;
  readonly isQuiet: boolean;
  /** What is wrong with it; what `args` say then is worth nothing. */
  readonly mistakes: readonly string[];
}

/** Reads the words behind a command's name. */
export function readWords(words: readonly string[], command: Command): ReadLine {
  const flags = flagsOf(command);
  const { words: known, unknown, mistakes } = flagWords(words, flags);
  const { texts, rest } = parseWords(known, flags);
  const placed = placedArguments(rest, command);
  // What follows a flag that is not known may be its value, or an argument.
  const counted = unknown.length > 0 ? [] : placed.mistakes;
  const values = new Map([...placed.values, ...texts]);
  return {
    args: argsOf(values, command),
    wantsHelp: texts.get('help')?.at(-1) === 'on',
    isQuiet: texts.get('quiet')?.at(-1) === 'on',
    mistakes: [
      ...(unknown.length > 0 ? [unknownFlagText(unknown, command)] : []),
      ...mistakes,
      ...counted,
      ...twice(texts, flags),
      ...valueMistakes(values, command),
    ],
  };
}

/** What each positional is given, and what is missing or too much. */
function placedArguments(rest: readonly string[], { name: called, positionals, instead }: Command) {
  const expected = positionalsOf(positionals);
  const values = new Map<string, readonly string[]>();
  const mistakes: string[] = [];
  let left = [...rest];
  for (const { name, isRequired, isMany } of expected) {
    const taken = isMany ? left : left.slice(0, 1);
    left = left.slice(taken.length);
    if (taken.length > 0) values.set(name, taken);
    else if (isRequired) mistakes.push(`${called} wants ${positionals}, and ${name} is missing`);
  }
  if (left.length > 0) {
    const wanted = expected.length === 0 ? 'no arguments' : `only ${positionals}`;
    mistakes.push(
      `${called} takes ${wanted}, got also ${left.map((word) => JSON.stringify(word)).join(', ')}${instead === undefined ? '' : ` (${instead})`}`,
    );
  }
  return { values, mistakes };
}

/** The texts of each flag and positional that has any, as they were written. */
type GivenValues = ReadonlyMap<string, readonly string[]>;

/** What a flag that takes one value was given more often, with other values. */
function twice(given: GivenValues, flags: ReadonlyMap<string, Flag>): string[] {
  return [...flags].flatMap(([name, { array, type }]) => {
    const texts = given.get(name) ?? [];
    if (array || texts.length < 2) return [];
    if (type === 'boolean') return new Set(texts).size < 2 ? [] : [`--${name} and --no-${name} exclude each other`];
    const shown = texts.map((text) => JSON.stringify(text)).join(' and ');
    return [`--${name} takes one value, got ${shown}: give it once`];
  });
}

function argsOf(values: GivenValues, { options }: Command): CommandArgs {
  const last = (name: string) => values.get(name)?.at(-1);
  return {
    string: (name) => {
      const preset = options[name]?.default;
      return last(name) ?? (preset === undefined ? undefined : String(preset));
    },
    strings: (name) => values.get(name) ?? [],
    number: (name) => {
      const text = last(name) ?? options[name]?.default;
      return text === undefined ? undefined : Number(text);
    },
    flag: (name) => (last(name) ?? (options[name]?.default === true ? 'on' : 'off')) === 'on',
  };
}
