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
  /** Whether stdout may be coloured. */
  readonly color: boolean;
}

/** One command: its yargs words, and what it does with its checked arguments. */
export interface Command {
  readonly name: string;
  /** Positional arguments as yargs writes them, such as `<scenario>`. */
  readonly positionals: string;
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
}

/** Arguments as yargs parsed them, by flag name. */
export interface CommandArgs {
  string(name: string): string | undefined;
  strings(name: string): readonly string[];
  number(name: string): number | undefined;
  flag(name: string): boolean;
}
