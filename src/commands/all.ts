/** The list of commands. */
import { baselineCommand } from './baseline.ts';
import { calibrateCommand } from './calibrate.ts';
import { capacityCommand } from './capacity.ts';
import type { Command } from './command.ts';
import { compareCommand } from './compare/compare.ts';
import { doctorCommand } from './doctor.ts';
import { gateCommand } from './gate/gate.ts';
import { initCommand } from './init.ts';
import { inspectCommand } from './inspect/inspect.ts';
import { observeCommand } from './observe.ts';
import { pgoCommand } from './pgo.ts';
import { profilesCommand } from './profiles/profiles.ts';
import { reportCommand } from './report.ts';
import { runCommand } from './run.ts';
import { schemaCommand } from './schema.ts';

/** Every command, in the order of `rampart --help`. */
export const commands: readonly Command[] = [
  runCommand,
  compareCommand,
  gateCommand,
  baselineCommand,
  observeCommand,
  inspectCommand,
  capacityCommand,
  pgoCommand,
  reportCommand,
  profilesCommand,
  doctorCommand,
  calibrateCommand,
  initCommand,
  schemaCommand,
];

/** Every command and subcommand under the words that call it, such as `profiles top`. */
export function calledCommands(): ReadonlyMap<string, Command> {
  return new Map(
    commands.flatMap((command) => [
      [command.name, command] as const,
      ...(command.subcommands ?? []).map((each) => [`${command.name} ${each.name}`, each] as const),
    ]),
  );
}
