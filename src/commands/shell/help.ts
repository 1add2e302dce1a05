/** The help of one command, and of all of them; pure. */
import type { Command, Flag } from '../command.ts';
import { flagsOf } from './common-flags.ts';
import { positionalsOf } from './positionals.ts';
import { valueName } from './words.ts';
import { brokenCommand, columnsOf, wrapped } from './wrap.ts';

/** The part for flags that name none. */
const usualGroup = 'Flags';

/** What `rampart run --help` prints; `below` are the commands under it. */
export function commandHelp(command: Command, below: readonly Command[], columns: number): string {
  const { name, positionals, summary, examples } = command;
  const usage = ['rampart', name, positionals, '[flags]'].filter((part) => part !== '').join(' ');
  return textOf([
    [`Usage: ${usage}`],
    wrapped(`${summary}.`, columns),
    section(
      'Commands below it, each with --help',
      below.map((each) => [`${name} ${each.name}`, each.summary]),
      columns,
    ),
    section('Arguments', argumentRows(command), columns),
    ...groupsOf(command).map(([title, rows]) => section(title, rows, columns)),
    examplesOf(examples, columns),
  ]);
}

/** What `rampart --help` prints. */
export function programHelp(offered: readonly Command[], columns: number): string {
  const rows = offered.map(({ name, summary }) => [name, summary] as const);
  return textOf([
    ['Usage: rampart <command> [flags]'],
    ['Load-tests a Go service and watches its runtime on the same clock.'],
    section('Commands', [...rows, ...builtIn], columns),
    examplesOf(firstSteps, columns, 'To begin with'),
    ['rampart <command> --help says what a command takes, with examples.'],
  ]);
}

const builtIn = [
  ['help', 'This list, or what a command takes: rampart help run'],
  ['version', 'The version; also -v'],
] as const;

const firstSteps = [
  ['rampart doctor', 'what this machine has, and what to do about the rest'],
  ['rampart init', 'writes rampart.yaml for your compose file, and says whom it loads and why'],
  ['rampart run rampart.yaml', 'a ramp, its result, and the report'],
] as const;

type Rows = readonly (readonly [name: string, text: string])[];

function section(title: string, rows: Rows, columns: number): string[] {
  return rows.length === 0 ? [] : [`${title}:`, ...columnsOf(rows, columns)];
}

function argumentRows({ positionals, options }: Command): Rows {
  return positionalsOf(positionals).flatMap(({ name }) => {
    const flag = options[name];
    return flag ? [[name, describe(name, flag)] as const] : [];
  });
}

/** Flags under the title of their group: those of no group first, those of every command last. */
function groupsOf(command: Command): (readonly [title: string, rows: Rows])[] {
  const rows = [...flagsOf(command)].map(([name, flag]) => {
    const letter = flag.short === undefined ? '    ' : `-${flag.short}, `;
    const value = valueName(name, flag);
    const shown = flag.alone === undefined ? ` ${value}` : `[=${value}]`;
    return {
      title: flag.group ?? usualGroup,
      row: [`${letter}--${name}${value === '' ? '' : shown}`, describe(name, flag)] as const,
    };
  });
  const titles = [usualGroup, ...new Set(rows.map(({ title }) => title).filter((title) => title !== usualGroup))];
  return titles.map((title) => [title, rows.filter((each) => each.title === title).map(({ row }) => row)] as const);
}

/** What is said of a flag: its choices where its value does not name them, its default, and whether it is a list. */
function describe(name: string, flag: Flag): string {
  const { describe: text, choices, array, positional, type, default: preset } = flag;
  const notes = [
    ...(choices && valueName(name, flag) !== choices.join('|') ? [choices.join(', ')] : []),
    ...(array && !positional && !text.includes('repeated') ? ['may be repeated'] : []),
    ...(preset === undefined || type === 'boolean' || text.includes('(default') ? [] : [`default: ${preset}`]),
  ];
  return notes.length === 0 ? text : `${text} (${notes.join('; ')})`;
}

function examplesOf(examples: Rows, columns: number, title = 'Examples'): string[] {
  if (examples.length === 0) return [];
  const lines = examples.flatMap(([line, text]) => [
    ...brokenCommand(line, columns - 2).map((part) => `  ${part}`),
    ...(text === '' ? [] : wrapped(text, columns - 6).map((part) => `      ${part}`)),
  ]);
  return [`${title}:`, ...lines];
}

function textOf(parts: readonly (readonly string[])[]): string {
  return `${parts
    .filter((part) => part.length > 0)
    .map((part) => part.join('\n'))
    .join('\n\n')}\n`;
}
