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
import { profilesCommand } from './profiles.ts';
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
  reportCommand,
  profilesCommand,
  doctorCommand,
  calibrateCommand,
  initCommand,
  schemaCommand,
];
