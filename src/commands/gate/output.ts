/** A gate's verdict to stdout, to files for CI, to the job that it runs in, and to an exit code. */
import { relative } from 'node:path';
import { gateReport } from '../../analysis/gate/report.ts';
import { verdictExitCodes } from '../../analysis/gate/verdict.ts';
import { describeState } from '../../experiments/gate-arms.ts';
import { type ExitCode, exitCodes } from '../../model/errors.ts';
import type { Gate } from '../../model/gate.ts';
import type { GateReport } from '../../model/gate-checks.ts';
import type { Verdict } from '../../model/gate-terms.ts';
import { formatNumber } from '../../model/units.ts';
import { gatePage } from '../../report/html/gate/page.ts';
import { gateJunit } from '../../report/junit/gate.ts';
import { gateMarkdown } from '../../report/markdown/gate.ts';
import type { CommandArgs, CommandContext, Flag } from '../command.ts';
import { tellJob } from '../job/github-actions.ts';
import { writeGateFiles } from './files.ts';
import { tellSelfCheck } from './self-check-output.ts';

/** Flags that say where the verdict goes. */
export const gateOutputFlags: Readonly<Record<string, Flag>> = {
  junit: { describe: 'A second place for junit.xml, which stands in the directory', type: 'string' },
  format: {
    describe: 'What stdout shows',
    type: 'string',
    choices: ['terminal', 'markdown', 'json'],
    default: 'terminal',
  },
  json: { describe: 'What gate.json holds on stdout; same as --format json', type: 'boolean', default: false },
};

const titles: Readonly<Record<Verdict, string>> = {
  pass: 'PASSED',
  fail: 'FAILED',
  'cannot-tell': 'CANNOT TELL',
  invalid: 'INVALID',
};

/** Where a gate is kept, and whether its directory is its own to write reports into. */
interface GatePlace {
  readonly file: string;
  readonly directory: string | undefined;
}

/** Tells the verdict everywhere it is wanted, and gives the exit code, as `--advisory` and `--on-inconclusive` ask. */
export async function tellVerdict(
  gate: Gate,
  { file, directory }: GatePlace,
  args: CommandArgs,
  context: CommandContext,
): Promise<ExitCode> {
  const isJson = args.flag('json') || args.string('format') === 'json';
  const flags = { ...args, flag: (name: string) => (name === 'json' ? isJson : args.flag(name)) };
  if (gate.selfCheck) return await tellSelfCheck(gate, gate.selfCheck, directory, flags, context);
  const names = { baseline: describeState(gate.arms.baseline), candidate: describeState(gate.arms.candidate) };
  const path = relative(context.cwd, file) || file;
  const told: ToldGate = {
    report: gateReport(gate, names),
    whole: gate,
    commands: [
      [
        `rampart gate --replay ${path}`,
        'this verdict again, without load; --tolerance and --detect with other margins',
      ],
      ...(gate.command === undefined ? [] : [[gate.command, 'such rounds again'] as const]),
    ],
    directory,
    reason: undefined,
  };
  return await tellReport(told, args, context);
}

/** A gate that is ready to be told. */
export interface ToldGate {
  readonly report: GateReport;
  /** What `--json` shows. */
  readonly whole: unknown;
  readonly commands: readonly (readonly [command: string, explanation: string])[];
  readonly directory: string | undefined;
  /** Why it cannot tell, where that is known by a word. */
  readonly reason: string | undefined;
}

/** See `tellVerdict`. */
export async function tellReport(told: ToldGate, args: CommandArgs, context: CommandContext): Promise<ExitCode> {
  const { report, commands, directory } = told;
  const ifOpen = args.string('on-inconclusive') ?? 'fail';
  const policy = { isAdvisory: args.flag('advisory'), isOpenGood: ifOpen !== 'fail' };
  const exitCode = gateExitCode(report.verdict, policy);
  const markdown = gateMarkdown(report, commands);
  const junit = gateJunit(report, policy);
  const page = gatePage(report, commands);
  const paths = await writeGateFiles({ markdown, junit, page }, directory, args, context);
  const format = args.flag('json') ? 'json' : (args.string('format') ?? 'terminal');
  if (format === 'json') context.print(`${JSON.stringify(told.whole, undefined, 2)}\n`);
  else context.print(format === 'markdown' ? markdown : verdictText(report));
  if (report.verdict === 'cannot-tell' && ifOpen === 'warn')
    context.log.warn('this gate could not tell, and exits with 0 because --on-inconclusive is warn');
  await tellJob(
    {
      title: `rampart gate ${report.scenario}`,
      exitCode,
      summary: markdown,
      outputs: { verdict: report.verdict, reason: told.reason, ...paths },
      problems: problemsOf(report),
    },
    context,
  );
  return exitCode;
}

/** 0 passed, 1 failed, 5 cannot tell, 4 invalid, unless the user wants otherwise. */
function gateExitCode(
  verdict: Verdict,
  { isAdvisory, isOpenGood }: { readonly isAdvisory: boolean; readonly isOpenGood: boolean },
): ExitCode {
  if (isAdvisory || (isOpenGood && verdict === 'cannot-tell')) return exitCodes.ok;
  return verdictExitCodes[verdict];
}

/** The statements that the verdict rests on, unless it is a pass. */
function problemsOf({ verdict, statements }: GateReport): string[] {
  const label = { pass: undefined, fail: 'FAIL', 'cannot-tell': 'OPEN', invalid: 'INVALID' }[verdict];
  return statements.filter((each) => each.label === label).map(({ text }) => text);
}

/** The verdict for people: what it is of, then its statements, most important first. */
function verdictText({ scenario, verdict, candidate, baseline, rounds, statements, ...margins }: GateReport): string {
  const percent = (share: number) => `${formatNumber(share * 100)} %`;
  return [
    `${titles[verdict]}  ${scenario}: ${candidate} against ${baseline}, ${rounds} rounds\n`,
    `  a slowdown up to ${percent(margins.tolerance)} is harmless, one from ${percent(margins.detect)} on must not pass; either error at most ${percent(margins.error)}\n\n`,
    ...statements.map(({ label, text }) => `  ${label.padEnd(8)}${text}\n`),
  ].join('');
}
