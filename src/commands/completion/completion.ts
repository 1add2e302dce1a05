/** `rampart completion`: a script with which a shell completes commands, flags, their choices and files. */
import { exitCodes } from '../../model/errors.ts';
import type { Command } from '../command.ts';
import { bashCompletion } from './bash.ts';
import { fishCompletion } from './fish.ts';
import { knownCommands } from './known-words.ts';
import { zshCompletion } from './zsh.ts';

const scripts = { bash: bashCompletion, zsh: zshCompletion, fish: fishCompletion } as const;

const shells = Object.keys(scripts) as (keyof typeof scripts)[];

/** The command, given all that there are: it is one of them. */
export function createCompletion(called: () => Promise<ReadonlyMap<string, Command>>): Command {
  return {
    name: 'completion',
    positionals: '<shell>',
    summary: 'Print a script with which bash, zsh or fish completes commands, flags and files',
    examples: [
      ['rampart completion bash > ~/.local/share/bash-completion/completions/rampart', 'of each new bash'],
      ['rampart completion zsh > ~/.zfunc/_rampart', 'with ~/.zfunc in $fpath, before compinit'],
      ['rampart completion fish > ~/.config/fish/completions/rampart.fish', 'of each new fish'],
    ],
    options: { shell: { describe: 'Which shell', type: 'string', choices: shells, positional: true } },
    run: async (args, { print }) => {
      const shell = shells.find((each) => each === args.string('shell')) ?? 'bash';
      print(scripts[shell](knownCommands(await called())));
      return exitCodes.ok;
    },
  };
}
