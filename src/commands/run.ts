/** `rampart run`: one scenario, one result, one report. */
import { relative, resolve } from 'node:path';
import { exitCodeOf } from '../analysis/run/exit-code.ts';
import { usageError } from '../model/errors.ts';
import type { RunResult } from '../model/run-result.ts';
import { openScenario, readScenario } from '../runs/read-scenario.ts';
import { executeRun } from '../runs/run.ts';
import type { Command, CommandArgs, CommandContext, Flag } from './command.ts';
import { announceRun } from './job/summaries.ts';
import { outputFormat } from './output-format.ts';
import { outputFlags, printResult } from './print-result.ts';
import { overridesOf, scenarioFlags } from './scenario-flags.ts';

/** Flags of every command that writes one run directory. */
export const runFlags: Readonly<Record<string, Flag>> = {
  out: { describe: 'Run directory, new or empty (default: runs/<time>-<scenario>)', type: 'string' },
  'metrics-port': {
    describe: 'Serve live metrics of the run for Prometheus on 127.0.0.1:PORT (0: any free one)',
    type: 'number',
  },
};

/** The port of `--metrics-port`, if any; throws a usage error when it is none. */
export function metricsPortOf(args: CommandArgs): number | undefined {
  const port = args.number('metrics-port');
  if (port === undefined || (Number.isInteger(port) && port >= 0 && port <= 65_535)) return port;
  throw usageError(
    'flag-invalid',
    `--metrics-port must be a port from 0 to 65535, got ${port} (example: --metrics-port 9464)`,
  );
}

export const runCommand: Command = {
  name: 'run',
  positionals: '<scenario>',
  summary: 'Run a scenario and write one result and one report',
  examples: [
    ['rampart run scenarios/quickstart.yaml', 'a ramp on the example topology, within a minute'],
    ['rampart run ramp.yaml --engine process', 'without Docker, services as local processes'],
    ['rampart run ramp.yaml --env api.GOMAXPROCS=2 --scale api=3', 'change the topology for one run'],
    ['rampart run ramp.yaml --json > result.json', 'the result on stdout'],
  ],
  options: {
    ...scenarioFlags,
    ...outputFlags,
    ...runFlags,
  },
  run: async (args: CommandArgs, context: CommandContext) => {
    const metricsPort = metricsPortOf(args);
    const format = outputFormat(args);
    const read = await readScenario(
      await openScenario(args.string('scenario') ?? '', context),
      overridesOf(args),
      context,
    );
    const out = args.string('out');
    const { result, directory } = await executeRun(
      read,
      { out: out === undefined ? undefined : resolve(context.cwd, out), metricsPort },
      context,
    );
    // A run that never started has no numbers; for people its failure on stderr says it all.
    if (result.status !== 'failed' || format !== 'terminal') await printResult(result, format, context);
    announceEnd(result, directory, context);
    await announceRun(result, directory, context);
    return exitCodeOf(result);
  },
};

/** Says how it ended, and where its report is. */
export function announceEnd(result: RunResult, path: string, { cwd, tell }: CommandContext): void {
  const directory = relative(cwd, path) || '.';
  if (result.failure) {
    tell(`\nrampart: ${result.failure.message}\n`);
    if (result.failure.hint !== undefined) tell(`  ${result.failure.hint}\n`);
  }
  tell(`\nreport: ${directory}/report.html\nresult: ${directory}/result.json\n`);
}
