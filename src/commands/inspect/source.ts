/** The bytes of an input that is named on the command line. */
import { resolve } from 'node:path';
import { type Chunks, fileChunks, readability } from '../../host/input-bytes.ts';
import type { CommandContext } from '../command.ts';
import { UnreadableInput } from './input.ts';

/** Of a file, or of stdin where it is `-`; rejects with an UnreadableInput when there is no such file. */
export async function chunksOf(name: string, context: CommandContext): Promise<Chunks> {
  if (name === '-') return context.input();
  const path = resolve(context.cwd, name);
  const state = await readability(path);
  if (state === 'missing') throw new UnreadableInput('is not there: no such file');
  if (state === 'forbidden') throw new UnreadableInput('cannot be read: permission denied');
  if (state === 'directory')
    throw new UnreadableInput(
      `is a directory: name the files in it, such as ${name.replace(/\/+$/, '')}/*; of a run, \`rampart report\` makes the report`,
    );
  return fileChunks(path);
}
