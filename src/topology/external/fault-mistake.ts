/** What can be done to what runs already. */
import type { FaultAction } from '../../model/fault.ts';

/** Why this cannot be done to what rampart did not start; undefined for commands, which are all that can. */
export function externalFaultMistake({ kind }: FaultAction): string | undefined {
  if (kind === 'run') return undefined;
  return `what runs already is not rampart's to ${kind}: give the command that does it, and the one that takes it back (example: run: [systemctl, stop, api], undo: [systemctl, start, api])`;
}
