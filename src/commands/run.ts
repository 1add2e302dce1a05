/** `rampart run`: one scenario, one result, one report. */
import { relative, resolve } from 'node:path';
import { exitCodeOf } from '../analysis/run/exit-code.ts';
import { exitCodes, usageError } from '../model/errors.ts';
import type { RunResult } from '../model/run-result.ts';
import { parseDurationMs } from '../model/units.ts';
import type { FinishedRun, RunPlace } from '../runs/live-run.ts';
import { executeRun } from '../runs/run.ts';
import type { Command, CommandArgs, CommandContext, Flag } from './command.ts';
import { announceBegin } from './job/kubernetes.ts';
import { outputFormat } from './output-format.ts';
import { portMistake } from './port-flag.ts';
import { outputFlags, printResult } from './print-result.ts';
import { scenarioFlags } from './scenario-flags.ts';
import { readAsked } from './url/asked-scenario.ts';
import { loadFlags, requestFlags } from './url/flags.ts';

/** Flags of every command that writes one run directory. */
export const runFlags: Readonly<Record<string, Flag>> = {
  out: {
    describe: 'Run directory, new or empty (default: runs/<time>-<scenario>)',
    type: 'string',
    short: 'o',
    value: 'DIR',
    elsewhere: ['output', 'dir'],
  },
  'metrics-port': {
    describe: 'Serve live metrics of the run for Prometheus on 127.0.0.1:PORT (0: any free one)',
    type: 'number',
    value: 'PORT',
  },
  'metrics-host': {
    describe: 'Serve them on another address of this machine; 0.0.0.0 for all, so that others can scrape (no password)',
    type: 'string',
  },
  'metrics-keep': {
    describe:
      'Serve them after the run until they are scraped once more, at most so long (default: half again as long as scrapes were apart)',
    type: 'string',
  },
  ui: {
    describe:
      'Show the run live in a browser on 127.0.0.1, with a button that stops it; --ui=PORT on a port of your choice',
    type: 'string',
    alone: '0',
    value: 'PORT',
  },
  'ui-keep': { describe: 'Go on serving the report after the run, until Ctrl-C', type: 'boolean' },
};

const urlFlags = { ...loadFlags, ...requestFlags };

/** Where a run goes, by these flags; throws a usage error with all that cannot be read. */
export function runPlace(args: CommandArgs, cwd: string): RunPlace {
  const mistakes: string[] = [];
  const portOf = (flag: string, given: string | number | undefined, example: string) => {
    const mistake = portMistake(flag, given, example);
    if (mistake !== undefined) mistakes.push(mistake);
    return given === undefined || mistake !== undefined ? undefined : Number(given);
  };
  const port = portOf('--metrics-port', args.number('metrics-port'), '--metrics-port 9464');
  const metrics = metricsPlace(args, port, mistakes);
  const uiPort = portOf('--ui', args.string('ui'), '--ui, or --ui=4777');
  if (args.flag('ui-keep') && args.string('ui') === undefined) mistakes.push('--ui-keep goes with --ui');
  if (mistakes.length > 0) throw usageError('flag-invalid', mistakes.join('\n'));
  const out = args.string('out');
  return { out: out === undefined ? undefined : resolve(cwd, out), metrics, uiPort };
}

/** An IPv4 address or a name without a port, or an IPv6 address without brackets. */
const addressForm = /^(?:[\w-]+(?:\.[\w-]+)*|[\da-f]*:[\da-f]*:[\da-f:.]*)$/i;
const mostKeepMs = 3_600_000;

function metricsPlace(args: CommandArgs, port: number | undefined, mistakes: string[]): RunPlace['metrics'] {
  const [host, keep] = [args.string('metrics-host'), args.string('metrics-keep')];
  if (args.number('metrics-port') === undefined)
    for (const flag of ['metrics-host', 'metrics-keep'])
      if (args.string(flag) !== undefined) mistakes.push(`--${flag} goes with --metrics-port`);
  if (host !== undefined && !addressForm.test(host))
    mistakes.push(`--metrics-host must be an address, got ${JSON.stringify(host)} (example: --metrics-host 0.0.0.0)`);
  const keepMs = keep === undefined ? undefined : parseDurationMs(keep);
  if (keep !== undefined && (keepMs === undefined || keepMs > mostKeepMs))
    mistakes.push(
      `--metrics-keep must be a duration up to 1h, got ${JSON.stringify(keep)} (example: --metrics-keep 30s)`,
    );
  return port === undefined ? undefined : { port, host, keepMs };
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
  summary: 'Run a scenario, or send load to a URL, and write one result and one report',
  examples: [
    ['rampart run http://127.0.0.1:8080/ --rate 200/s --for 30s', 'no file: what already runs there, and its pprof'],
    ['rampart run scenarios/quickstart.yaml', 'a ramp on the example topology, within a minute'],
    ['rampart run ramp.yaml --engine process', 'without Docker, services as local processes'],
    ['rampart run ramp.yaml --env api.GOMAXPROCS=2 --scale api=3', 'change the topology for one run'],
    ['rampart run ramp.yaml --json > result.json', 'the result on stdout'],
    ['rampart run ramp.yaml --ui', 'live in a browser, at the address that is printed'],
  ],
  options: {
    ...scenarioFlags,
    scenario: { describe: 'Scenario file, or the URL of what already runs', type: 'string', positional: true },
    ...urlFlags,
    ...outputFlags,
    ...runFlags,
    'dry-run': {
      describe: 'Say what would be started and sent, as rampart check does, and do nothing of it',
      type: 'boolean',
      elsewhere: ['dryrun', 'validate'],
    },
    'print-scenario': {
      describe: 'Print the scenario that the flags make, to be kept in a file, instead of running it',
      type: 'boolean',
      elsewhere: ['print'],
    },
  },
  run: async (args: CommandArgs, context: CommandContext) => {
    const place = runPlace(args, context.cwd);
    const format = outputFormat(args);
    const [isDry, isPrinted] = [args.flag('dry-run'), args.flag('print-scenario')];
    if (isDry && isPrinted) throw usageError('flag-invalid', '--dry-run and --print-scenario exclude each other');
    const read = await readAsked(args, { urlFlags, mayAsk: !isDry }, context);
    if (isDry) {
      const { printChecked } = await import('./check.ts');
      return await printChecked(args.string('scenario') ?? '', read, format === 'json', context);
    }
    if (isPrinted) {
      context.print(read.text);
      return exitCodes.ok;
    }
    await announceBegin('run', context);
    const finished = await executeRun(read, { ...place, mayEndEarly: true }, context);
    return await whileServed(finished, args, context, async () => {
      const { result, directory } = finished;
      // A run that never started has no numbers; for people its failure on stderr says it all.
      if (result.status !== 'failed' || format !== 'terminal') await printResult(result, format, context);
      announceEnd(result, directory, context);
      const { announceRun } = await import('./job/summaries.ts');
      await announceRun(result, directory, context);
      return exitCodeOf(result);
    });
  },
};

/** Says how it ended, and where its report is. */
export function announceEnd(result: RunResult, path: string, { cwd, tell, complain }: CommandContext): void {
  const directory = relative(cwd, path) || '.';
  if (result.failure) {
    complain(`\nrampart: ${result.failure.message}\n`);
    if (result.failure.hint !== undefined) complain(`  ${result.failure.hint}\n`);
  }
  tell(`\nreport: ${directory}/report.html\nresult: ${directory}/result.json\n`);
}
