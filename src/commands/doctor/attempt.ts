/** A look that may fail, as a check that says why. */
import { messageOf, RampartError } from '../../model/errors.ts';
import type { MachineCheck } from '../../model/machine-check.ts';

/** What the look finds; something is missing where it fails. */
export async function attempt(name: string, look: () => Promise<MachineCheck>): Promise<MachineCheck> {
  return await look().catch((error: unknown) => failedCheck(name, error));
}

/** That something is missing, and the way out where one is known. */
export function failedCheck(name: string, error: unknown): MachineCheck {
  return {
    name,
    state: 'missing',
    found: messageOf(error),
    advice: error instanceof RampartError ? error.hint : undefined,
  };
}
