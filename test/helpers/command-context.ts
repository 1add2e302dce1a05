/** A command's arguments and context in memory: what it prints and tells is kept. */
import type { CommandArgs, CommandContext } from '../../src/commands/command.ts';
import { createSecrets } from '../../src/model/secrets.ts';

/** Arguments by flag name; a flag that is not named has none. */
export function argsOf(flags: Readonly<Record<string, string | number | boolean | readonly string[]>>): CommandArgs {
  const value = (name: string) => flags[name];
  return {
    string: (name) => (typeof value(name) === 'string' ? (value(name) as string) : undefined),
    strings: (name) => (Array.isArray(value(name)) ? (value(name) as string[]) : []),
    number: (name) => (typeof value(name) === 'number' ? (value(name) as number) : undefined),
    flag: (name) => value(name) === true,
  };
}

/** A context with this environment, and what was told, printed and warned of. */
export function contextOf(env: CommandContext['env'], cwd = '/') {
  const told = { stdout: '', stderr: '', warnings: [] as string[] };
  const context: CommandContext = {
    version: '0',
    cwd,
    env,
    signal: new AbortController().signal,
    secrets: createSecrets(),
    time: { monotonicMs: () => 0, wallMs: () => 0 },
    unread: new AbortController().signal,
    input: async function* () {},
    print: (text) => {
      told.stdout += text;
    },
    tell: (text) => {
      told.stderr += text;
    },
    show: (text) => {
      told.stdout += text;
    },
    complain: (text) => {
      told.stderr += text;
    },
    log: { info: () => undefined, warn: (message) => told.warnings.push(message) },
    redraw: false,
    color: false,
    columns: 100,
  };
  return { context, told };
}
