/** Words of a command line to the texts of each flag, and to arguments: yargs reads them and judges nothing; pure. */
import yargs, { type Options } from 'yargs';
import type { Flag } from '../command.ts';

/** What yargs read: each text as it was written, in the order of the words; `on` and `off` of a flag that takes none. */
interface ParsedWords {
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly rest: readonly string[];
}

/** Texts stay texts, names stay names, and one word belongs to a flag: what a value means is judged later. */
const asWritten = {
  'camel-case-expansion': false,
  'dot-notation': false,
  'duplicate-arguments-array': true,
  'greedy-arrays': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  // A negative number with a unit is an argument; flags that the command does not have do not come here.
  'unknown-options-as-args': true,
} as const;

/** Parses words whose flags are all known, by their names, and have what they want. */
export function parseWords(words: readonly string[], flags: ReadonlyMap<string, Flag>): ParsedWords {
  const read = yargs([])
    .parserConfiguration(asWritten)
    .help(false)
    .version(false)
    .detectLocale(false)
    .exitProcess(false)
    .fail(false)
    .options(Object.fromEntries([...flags].map(([name, flag]) => [name, optionOf(flag)])))
    .parseSync(words);
  const texts = [...flags.keys()].map((name) => [name, textsOf(read[name])] as const);
  return { texts: new Map(texts.filter(([, each]) => each.length > 0)), rest: read._.map(String) };
}

/** A list of yargs loses an empty value and quotes around one, so that a text is one argument of its flag, however often. */
function optionOf({ type }: Flag): Options {
  return type === 'boolean' ? { type, array: true } : { type: 'string', nargs: 1 };
}

function textsOf(value: unknown): string[] {
  if (value === undefined) return [];
  return [value].flat().map((each) => (typeof each === 'boolean' ? (each ? 'on' : 'off') : String(each)));
}
