/** A page of HTML to the file that a user named for it. */
import { resolve } from 'node:path';
import { writeText } from '../host/files.ts';
import type { CommandContext } from './command.ts';
import { written } from './written.ts';

/** Writes it, and says where; environmentError where that cannot be. */
export async function writePage(
  file: string,
  page: string,
  { cwd, tell }: Pick<CommandContext, 'cwd' | 'tell'>,
): Promise<void> {
  await written(file, () => writeText(resolve(cwd, file), page));
  tell(`page: ${file}\n`);
}
