/** Writing to a place that a user named: one that cannot be written is no bug, and is told with the way out. */
import { errorCode } from '../host/files.ts';
import { environmentError, messageOf, RampartError } from '../model/errors.ts';

/** What `write` gives; environmentError, with the place as it was named, where the system refuses it. */
export async function written<Made>(name: string, write: () => Promise<Made>, flag = '--out'): Promise<Made> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof RampartError || errorCode(error) === undefined) throw error;
    const message = `${name}: cannot be written: ${messageOf(error)}`;
    throw environmentError('out-not-writable', message, `Name another place with ${flag}.`, error);
  }
}
