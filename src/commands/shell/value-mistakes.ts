/** What is wrong with the values of single flags and arguments, before a command looks at what they mean. */
import { nearest } from '../../model/nearest.ts';
import type { Command, Flag } from '../command.ts';
import { flagsOf } from './common-flags.ts';
import { exampleOf } from './words.ts';

/** A line for each value that cannot be one. */
export function valueMistakes(values: ReadonlyMap<string, readonly string[]>, command: Command): string[] {
  const flags = flagsOf(command);
  return [...values].flatMap(([name, texts]) => {
    const flag = flags.get(name) ?? command.options[name];
    if (!flag || flag.type === 'boolean') return [];
    const shown = flags.has(name) ? `--${name}` : name;
    return texts.flatMap((text) => mistakeOf(text, shown, name, flag) ?? []);
  });
}

function mistakeOf(text: string, shown: string, name: string, flag: Flag): string | undefined {
  const got = `got ${JSON.stringify(text)}`;
  const example = flag.positional ? '' : ` (${exampleOf(name, flag)})`;
  if (flag.type === 'number') {
    if (!decimal.test(text)) return `${shown} must be a number, ${got}${example}`;
    // Beyond it one number is read for another, and what is told would not be what was given.
    return Math.abs(Number(text)) <= Number.MAX_SAFE_INTEGER ? undefined : `${shown} must be a smaller number, ${got}`;
  }
  if (flag.choices) return flag.choices.includes(text) ? undefined : noChoice(text, shown, flag.choices);
  return text === '' && !flag.mayBeEmpty ? `${shown} must not be empty, ${got}${example}` : undefined;
}

const decimal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function noChoice(text: string, shown: string, choices: readonly string[]): string {
  const near = nearest(text, choices);
  const meant = near === undefined ? '' : ` (did you mean ${near}?)`;
  const all = [choices.slice(0, -1).join(', '), ...choices.slice(-1)].filter((part) => part !== '').join(' or ');
  return `${shown} must be ${all}, got ${JSON.stringify(text)}${meant}`;
}
