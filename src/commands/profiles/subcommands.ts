/** The list of what `rampart profiles` does; each is a file of this folder and a line here. */
import type { CommandTable } from '../command.ts';

/** In the order of `rampart profiles --help`. */
export const profileSubcommands: CommandTable = new Map([
  ['list', async () => (await import('./list.ts')).listCommand],
  ['top', async () => (await import('./top.ts')).topCommand],
  ['diff', async () => (await import('./diff.ts')).diffCommand],
  ['flame', async () => (await import('./flame.ts')).flameCommand],
  ['merge', async () => (await import('./merge.ts')).mergeCommand],
  ['import', async () => (await import('./import.ts')).importCommand],
  ['prune', async () => (await import('./prune.ts')).pruneCommand],
  ['serve', async () => (await import('./serve.ts')).serveCommand],
  ['collect', async () => (await import('./collect.ts')).collectCommand],
]);
