/** The list of what `rampart runs` does; each is a file of this folder and a line here. */
import type { CommandTable } from '../command.ts';

/** In the order of `rampart runs --help`. */
export const runSubcommands: CommandTable = new Map([
  ['list', async () => (await import('./list.ts')).listRunsCommand],
  ['prune', async () => (await import('./prune.ts')).pruneRunsCommand],
  ['pin', async () => (await import('./pin.ts')).pinCommand],
  ['unpin', async () => (await import('./pin.ts')).unpinCommand],
]);
