/** The flags that every command has. */
import type { Command, Flag } from '../command.ts';

const common: Readonly<Record<'quiet' | 'help', Flag>> = {
  quiet: {
    describe: 'Only the result, and what is wrong; nothing of what is being done',
    type: 'boolean',
    short: 'q',
    group: 'Always',
    elsewhere: ['silent'],
  },
  help: { describe: 'This help', type: 'boolean', short: 'h', group: 'Always', elsewhere: ['usage'] },
};

/** All flags of a command by name, those of every command last. */
export function flagsOf({ options }: Pick<Command, 'options'>): ReadonlyMap<string, Flag> {
  return new Map([...Object.entries(options).filter(([, { positional }]) => !positional), ...Object.entries(common)]);
}
