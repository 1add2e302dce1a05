/** Files of text that the user names. */
import { errorCode, readBytesIfAny } from '../host/files.ts';
import { textOf } from '../host/text.ts';
import { messageOf, usageError } from '../model/errors.ts';

/** The text of a file, called `name` in messages, without a byte order mark; undefined when there is none, usage error when it is no text. */
export async function readInput(path: string, name: string): Promise<string | undefined> {
  const bytes = await readBytesIfAny(path).catch((error: unknown) => {
    const why = errorCode(error) === 'EISDIR' ? 'is a directory, not a file' : `cannot be read: ${messageOf(error)}`;
    throw usageError('input-unreadable', `${name} ${why}`);
  });
  if (bytes === undefined) return undefined;
  const text = textOf(bytes);
  if (typeof text === 'string') return text.replace(/^\uFEFF/, '');
  throw usageError('input-no-text', `${name}:${text.line}:${text.column} ${text.message}`);
}
