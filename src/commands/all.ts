/** The list of commands. */
import { type Command, type CommandTable, loadCommands } from './command.ts';
import { profileSubcommands } from './profiles/subcommands.ts';

/** Every command, in the order of `rampart --help`. */
export const commands: CommandTable = new Map([
  ['run', async () => (await import('./run.ts')).runCommand],
  ['compare', async () => (await import('./compare/compare.ts')).compareCommand],
  ['gate', async () => (await import('./gate/gate.ts')).gateCommand],
  ['baseline', async () => (await import('./baseline.ts')).baselineCommand],
  ['observe', async () => (await import('./observe.ts')).observeCommand],
  ['inspect', async () => (await import('./inspect/inspect.ts')).inspectCommand],
  ['capacity', async () => (await import('./capacity.ts')).capacityCommand],
  ['pgo', async () => (await import('./pgo.ts')).pgoCommand],
  ['report', async () => (await import('./report.ts')).reportCommand],
  ['profiles', async () => (await import('./profiles/profiles.ts')).profilesCommand],
  ['doctor', async () => (await import('./doctor.ts')).doctorCommand],
  ['calibrate', async () => (await import('./calibrate.ts')).calibrateCommand],
  ['init', async () => (await import('./init.ts')).initCommand],
  ['schema', async () => (await import('./schema.ts')).schemaCommand],
]);

/** Commands below others: `rampart profiles top` where the second word names one, else it is the command itself. */
export const subcommands: ReadonlyMap<string, CommandTable> = new Map([['profiles', profileSubcommands]]);

/** Every command and subcommand under the words that call it, such as `profiles top`. */
export async function calledCommands(): Promise<ReadonlyMap<string, Command>> {
  const called = new Map<string, Command>();
  for (const command of await loadCommands(commands)) {
    called.set(command.name, command);
    for (const below of await loadCommands(subcommands.get(command.name) ?? new Map())) {
      called.set(`${command.name} ${below.name}`, below);
    }
  }
  return called;
}
