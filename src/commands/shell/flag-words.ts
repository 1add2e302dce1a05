/** Flags as people write them to words that yargs reads right, and what it could not tell of the others; pure. */
import type { Flag } from '../command.ts';
import { exampleOf } from './words.ts';

/** A command line whose flags were looked up. */
interface FlagWords {
  /** One flag a word by its name, and all other words. */
  readonly words: readonly string[];
  /** Flags that the command does not have, once each. */
  readonly unknown: readonly string[];
  /** Flags without a value that they want, or with one that they do not take. */
  readonly mistakes: readonly string[];
}

/**
 * Looks up the flags before `--`. yargs takes each letter of `-XPOST` for a flag, a `true` behind a flag that takes no
 * value for its value, and what it does not know for anything: letters are written out, and the rest is told of.
 */
export function flagWords(words: readonly string[], flags: ReadonlyMap<string, Flag>): FlagWords {
  const end = words.includes('--') ? words.indexOf('--') : words.length;
  const looked = words.slice(0, end).map((word, at) => {
    return isValue(word) ? [{ word }] : flagsIn(word, flags).map((each) => judged(each, words[at + 1]));
  });
  const all: readonly Judged[] = looked.flat();
  return {
    words: [...all.flatMap(({ word }) => word ?? []), ...words.slice(end)],
    unknown: [...new Set(all.flatMap(({ unknown }) => unknown ?? []))],
    mistakes: all.flatMap(({ mistake }) => mistake ?? []),
  };
}

/** Whether a word is no flag: a lone dash, a negative number, and all that begins with no dash. */
function isValue(word: string): boolean {
  return word === '-' || !word.startsWith('-') || /^-\.?\d/.test(word);
}

/** A flag as it was written, with the text in its own word; without `flag` where the command has none such. */
interface WrittenFlag {
  readonly typed: string;
  readonly name: string;
  readonly flag: Flag | undefined;
  readonly text: string | undefined;
}

function flagsIn(word: string, flags: ReadonlyMap<string, Flag>): readonly WrittenFlag[] {
  if (!word.startsWith('--')) return lettersIn(word.slice(1), flags);
  const [, typed = '', text] = /^([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
  const name = typed.slice(2);
  const denied = text === undefined && name.startsWith('no-') ? flags.get(name.slice(3)) : undefined;
  const flag = flags.get(name) ?? (denied?.type === 'boolean' ? denied : undefined);
  return [{ typed, name, flag, text }];
}

/** `lXPOST` is `-l` and `-X POST`: what follows the letter of a flag that takes a value is that. */
function lettersIn(letters: string, flags: ReadonlyMap<string, Flag>): readonly WrittenFlag[] {
  const [letter = ''] = letters;
  const after = letters.slice(letter.length);
  const [name = '', flag] = [...flags].find(([, { short }]) => short === letter) ?? [];
  const isWhole = after.startsWith('=') || (flag !== undefined && flag.type !== 'boolean' && after !== '');
  const written = { typed: `-${letter}`, name, flag, text: isWhole ? after.replace(/^=/, '') : undefined };
  return isWhole || after === '' || !flag ? [written] : [written, ...lettersIn(after, flags)];
}

/** A word for yargs, or what keeps it from being one. */
interface Judged {
  readonly word?: string;
  readonly unknown?: string;
  readonly mistake?: string;
}

function judged({ typed, name, flag, text }: WrittenFlag, next: string | undefined): Judged {
  if (!flag) return { unknown: typed };
  if (flag.type === 'boolean') {
    if (text !== undefined && text !== 'true' && text !== 'false')
      return { mistake: `${typed} takes no value, got ${JSON.stringify(text)}` };
    return { word: typed.startsWith('--no-') ? typed : `--${name}=${text ?? true}` };
  }
  const own = text ?? flag.alone;
  if (own !== undefined) return { word: `--${name}=${own}` };
  if (next !== undefined && isValue(next)) return { word: `--${name}` };
  const dash = next === undefined || next === '--' ? '' : `; one that begins with a dash is written ${typed}=${next}`;
  return { mistake: `${typed} wants a value, got ${next ?? 'nothing'} (${exampleOf(name, flag)}${dash})` };
}
