/** What a command may use of the outside world; `cli.ts` builds it from the process, tests build it in memory. */
import type { ExitCode } from '../model/errors.ts';
import type { Caller } from '../model/host.ts';

/** Everything that comes from the process. */
export interface CommandContext extends Caller {
  /** Aborted when nobody reads stdout any more; only what would print forever need care. */
  readonly unread: AbortSignal;
  /** The bytes of stdin. */
  readonly input: () => AsyncIterable<Uint8Array>;
  /** Writes to stdout: results only. */
  readonly print: (text: string) => void;
  /** Writes text for people to stdout: on a terminal as it is, else with the signs that programs look for. */
  readonly show: (text: string) => void;
  /** Writes to stderr what went wrong, which is read also where `tell` is silent because somebody wants it quiet. */
  readonly complain: (text: string) => void;
  /** Whether stdout may be coloured. */
  readonly color: boolean;
}

/** One command: how it is called, and what it does with its checked arguments. */
export interface Command {
  readonly name: string;
  /** Positional arguments: `<scenario>` must be there, `[which]` may, `<runs..>` and `[files..]` take several. */
  readonly positionals: string;
  /** What who gives more arguments most likely wants. */
  readonly instead?: string;
  readonly summary: string;
  readonly examples: readonly (readonly [command: string, explanation: string])[];
  readonly options: Readonly<Record<string, Flag>>;
  run(args: CommandArgs, context: CommandContext): Promise<ExitCode>;
}

/** Commands by name, each loaded when it is called for: none of them needs more than a part of rampart. */
export type CommandTable = ReadonlyMap<string, () => Promise<Command>>;

/** All commands of a table, in its order. */
export async function loadCommands(table: CommandTable): Promise<readonly Command[]> {
  return await Promise.all([...table.values()].map((load) => load()));
}

/** One flag or positional of a command. */
export interface Flag {
  readonly describe: string;
  readonly type: 'string' | 'boolean' | 'number';
  readonly choices?: readonly string[];
  readonly array?: boolean;
  readonly default?: string | boolean | number;
  /** What the flag means alone; a value is given with `=` only, so that what follows stays an argument. */
  readonly alone?: string;
  readonly positional?: boolean;
  /** The letter that stands for it. */
  readonly short?: string;
  /** What its value is, in capitals, such as `DIR`. */
  readonly value?: string;
  /** The part of the help that it stands in; the last part without it. */
  readonly group?: string;
  /** An empty value means something. */
  readonly mayBeEmpty?: boolean;
  /** What other tools call it: told to who writes that, and never taken. */
  readonly elsewhere?: readonly string[];
}

/** Arguments as they were read from the command line, by flag name. */
export interface CommandArgs {
  string(name: string): string | undefined;
  strings(name: string): readonly string[];
  number(name: string): number | undefined;
  flag(name: string): boolean;
}
