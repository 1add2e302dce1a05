/** A command line in memory: what a user would get, without a process. */
import { runCommandLine } from '../../src/commands/parse.ts';
import type { ExitCode } from '../../src/model/errors.ts';
import { contextOf } from './command-context.ts';

/** Runs it in a directory, with the environment of the tests. */
export async function typedCommand(
  args: readonly string[],
  directory: string,
): Promise<{ readonly code: ExitCode; readonly stdout: string; readonly stderr: string }> {
  const { context, told } = contextOf(process.env, directory);
  const code = await runCommandLine(args, context);
  return { code, stdout: told.stdout, stderr: told.stderr };
}
