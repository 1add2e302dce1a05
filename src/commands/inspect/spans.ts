/** `rampart inspect --spans`: every request of execution traces as a line of JSON, without holding any of them. */
import { exitCodes, usageError } from '../../model/errors.ts';
import { leftOutNotes } from '../../report/words/trace-words.ts';
import type { CommandArgs, CommandContext } from '../command.ts';
import { listSpans, UnreadableInput } from './input.ts';
import { openOutput } from './output.ts';
import { chunksOf } from './source.ts';

/** Writes them in the order in which they ended, with the name of their file where there are several; what they leave out is told on stderr. */
export async function writeSpans(
  names: readonly string[],
  args: CommandArgs,
  context: CommandContext,
): Promise<typeof exitCodes.ok> {
  const others = ['records', 'follow', 'json'].filter((name) => args.flag(name));
  if (others.length > 0 || args.string('format') !== undefined)
    throw usageError(
      'usage',
      `--spans writes lines of JSON by itself, and goes with neither --format nor --${others[0] ?? 'json'}`,
      'rampart inspect --spans trace.out',
    );
  const out = await openOutput(args.string('out'), context);
  for (const name of names) {
    const file = names.length > 1 ? { file: name } : {};
    const told = await listSpans(await chunksOf(name, context), (span) =>
      out.write(`${JSON.stringify({ ...file, ...span })}\n`),
    ).catch((error: unknown) => {
      if (!(error instanceof UnreadableInput)) throw error;
      throw usageError('unreadable-input', `${name === '-' ? 'stdin' : name} ${error.message}`);
    });
    for (const note of leftOutNotes(told)) context.tell(`${name}: ${note}\n`);
  }
  await out.close();
  return exitCodes.ok;
}
