/** `rampart runs` without a subcommand: it lists. */
import type { Command } from '../command.ts';
import { listRunsCommand } from './list.ts';

export const runsCommand: Command = {
  ...listRunsCommand,
  name: 'runs',
  summary: 'Which runs there are, and what to do with old ones',
};
