/** The list of commands. */
import { type Command, type CommandTable, loadCommands } from './command.ts';
import { profileSubcommands } from './profiles/subcommands.ts';
import { runSubcommands } from './runs/subcommands.ts';

/** Every command, in the order of `rampart --help`. */
export const commands: CommandTable = new Map([
  ['run', async () => (await import('./run.ts')).runCommand],
  ['check', async () => (await import('./check.ts')).checkCommand],
  ['compare', async () => (await import('./compare/compare.ts')).compareCommand],
  ['gate', async () => (await import('./gate/gate.ts')).gateCommand],
  ['baseline', async () => (await import('./baseline.ts')).baselineCommand],
  ['observe', async () => (await import('./observe.ts')).observeCommand],
  ['inspect', async () => (await import('./inspect/inspect.ts')).inspectCommand],
  ['capacity', async () => (await import('./capacity.ts')).capacityCommand],
  ['pgo', async () => (await import('./pgo.ts')).pgoCommand],
  ['report', async () => (await import('./report.ts')).reportCommand],
  ['runs', async () => (await import('./runs/runs.ts')).runsCommand],
  ['diff', async () => (await import('./diff.ts')).diffCommand],
  ['trend', async () => (await import('./trend.ts')).trendCommand],
  ['profiles', async () => (await import('./profiles/profiles.ts')).profilesCommand],
  ['doctor', async () => (await import('./doctor.ts')).doctorCommand],
  ['calibrate', async () => (await import('./calibrate.ts')).calibrateCommand],
  ['generator', async () => (await import('./generator.ts')).generatorCommand],
  ['init', async () => (await import('./init/init.ts')).initCommand],
  ['import', async () => (await import('./import/import.ts')).importCommand],
  ['schema', async () => (await import('./schema.ts')).schemaCommand],
  ['completion', once(async () => (await import('./completion/completion.ts')).createCompletion(calledCommands))],
]);

/** Commands below others: `rampart profiles top` where the second word names one, else it is the command itself. */
export const subcommands: ReadonlyMap<string, CommandTable> = new Map([
  ['profiles', profileSubcommands],
  ['runs', runSubcommands],
]);

/** The same command each time. */
function once(load: () => Promise<Command>): () => Promise<Command> {
  let loaded: Promise<Command> | undefined;
  return () => {
    loaded ??= load();
    return loaded;
  };
}

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
