/** Whether the real command line reads some words, tried without letting the command begin. */
import { vi } from 'vitest';
import { calledCommands } from '../../src/commands/all.ts';
import { runCommandLine } from '../../src/commands/parse.ts';
import { exitCodes } from '../../src/model/errors.ts';
import { contextOf } from './command-context.ts';

/** Reads the words as the command line would, up to where the command begins its work; what is wrong with them. */
export async function commandLineMistake(words: readonly string[]): Promise<string | undefined> {
  const { context, told } = contextOf({});
  const spies = [...(await calledCommands()).values()].map((command) =>
    vi.spyOn(command, 'run').mockResolvedValue(exitCodes.ok),
  );
  const code = await runCommandLine(words, context);
  const begun = spies.filter((spy) => spy.mock.calls.length === 1).length;
  for (const spy of spies) spy.mockRestore();
  return code === exitCodes.ok && begun === 1 ? undefined : told.stderr || 'begins nothing';
}
