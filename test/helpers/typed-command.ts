/** A command line in memory: what a user of the built program would get, without a process. */
import type { ExitCode } from '../../src/model/errors.ts';
import { contextOf } from './command-context.ts';

/** Of `dist/`, which loads in a tenth of the time that its sources take to be read. */
const built = async (name: string): Promise<unknown> =>
  await import(new URL(`../../dist/commands/${name}.js`, import.meta.url).href);
const { runCommandLine } = (await built('parse')) as typeof import('../../src/commands/parse.ts');
const { searchable } = (await built('shell/searchable')) as typeof import('../../src/commands/shell/searchable.ts');

/** Runs it in a directory, with the environment of the tests. */
export async function typedCommand(
  args: readonly string[],
  directory: string,
): Promise<{ readonly code: ExitCode; readonly stdout: string; readonly stderr: string }> {
  const { context, told } = contextOf(process.env, directory);
  const tell = (text: string) => context.tell(searchable(text));
  const code = await runCommandLine(args, {
    ...context,
    show: (text) => context.show(searchable(text)),
    tell,
    complain: tell,
    log: {
      info: (message) => tell(`rampart: ${message}\n`),
      warn: (message) => tell(`rampart: warning: ${message}\n`),
    },
  });
  return { code, stdout: told.stdout, stderr: told.stderr };
}
