/** `rampart run`: one scenario, one result, one report. */
import { relative, resolve } from 'node:path';
import { exitCodeOf } from '../analysis/run/exit-code.ts';
import { usageError } from '../model/errors.ts';
import type { RunResult } from '../model/run-result.ts';
import type { FinishedRun, RunPlace } from '../runs/live-run.ts';
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
  ui: {
    describe:
      'Show the run live in a browser on 127.0.0.1, with a button that stops it; --ui=PORT on a port of your choice',
    type: 'string',
    alone: '0',
  },
  'ui-keep': { describe: 'Go on serving the report after the run, until Ctrl-C', type: 'boolean' },
};

/** Where a run goes, by these flags; throws a usage error with all that cannot be read. */
export function runPlace(args: CommandArgs, cwd: string): RunPlace {
  const mistakes: string[] = [];
  const portOf = (flag: string, given: string | number | undefined, example: string) => {
    if (given === undefined) return undefined;
    const port = /^\d{1,5}$/.test(String(given)) ? Number(given) : Number.NaN;
    if (port <= 65_535) return port;
    mistakes.push(`${flag} must be a port from 0 to 65535, got ${given} (example: ${example})`);
    return undefined;
  };
  const metricsPort = portOf('--metrics-port', args.number('metrics-port'), '--metrics-port 9464');
  const uiPort = portOf('--ui', args.string('ui'), '--ui, or --ui=4777');
  if (args.flag('ui-keep') && args.string('ui') === undefined) mistakes.push('--ui-keep goes with --ui');
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  const out = args.string('out');
  return { out: out === undefined ? undefined : resolve(cwd, out), metricsPort, uiPort };
}

/** Goes on with what is printed of a finished run; its page, if there is one, is served until all that watched have the report. */
export async function whileServed<T>(
  { page }: FinishedRun,
  args: CommandArgs,
  { signal, log }: CommandContext,
  print: () => Promise<T>,
): Promise<T> {
  try {
    const printed = await print();
    // Who has ended the run with Ctrl-C ends this with the next one, which ends everything at once.
    if (!page || !args.flag('ui-keep') || signal.aborted) {
      await page?.handedOver(signal.aborted ? undefined : signal);
      return printed;
    }
    log.info(`the report stays at ${page.url} until Ctrl-C`);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    return printed;
  } finally {
    await page?.close();
  }
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
    ['rampart run ramp.yaml --ui', 'live in a browser, at the address that is printed'],
  ],
  options: {
    ...scenarioFlags,
    ...outputFlags,
    ...runFlags,
  },
  run: async (args: CommandArgs, context: CommandContext) => {
    const place = runPlace(args, context.cwd);
    const format = outputFormat(args);
    const read = await readScenario(
      await openScenario(args.string('scenario') ?? '', context),
      overridesOf(args),
      context,
    );
    const finished = await executeRun(read, place, context);
    return await whileServed(finished, args, context, async () => {
      const { result, directory } = finished;
      // A run that never started has no numbers; for people its failure on stderr says it all.
      if (result.status !== 'failed' || format !== 'terminal') await printResult(result, format, context);
      announceEnd(result, directory, context);
      await announceRun(result, directory, context);
      return exitCodeOf(result);
    });
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
