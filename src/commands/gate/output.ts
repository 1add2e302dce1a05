/** A gate's verdict to stdout, to files for CI, to the job that it runs in, and to an exit code. */
import { dirname, join, relative, resolve } from 'node:path';
import { gateReport } from '../../analysis/gate/report.ts';
import { verdictExitCodes } from '../../analysis/gate/verdict.ts';
import { describeState } from '../../experiments/gate-arms.ts';
import { isFolder } from '../../host/file-tree.ts';
import { type ExitCode, exitCodes, usageError } from '../../model/errors.ts';
import type { Gate } from '../../model/gate.ts';
import type { GateReport } from '../../model/gate-checks.ts';
import type { Verdict } from '../../model/gate-terms.ts';
import { formatShare } from '../../model/units.ts';
import { gatePage } from '../../report/html/gate/page.ts';
import { gateJunit } from '../../report/junit/gate.ts';
import { gateMarkdown } from '../../report/markdown/gate.ts';
import { codeText } from '../../report/terminal/code.ts';
import type { CommandArgs, CommandContext, Flag } from '../command.ts';
import { announceToJob } from '../job/announce.ts';
import { formatFlags, jsonText, outputFormat } from '../output-format.ts';
import { writeGateFiles } from './files.ts';
import { openPolicies, samePolicies } from './flags.ts';
import { presetOf } from './preset.ts';
import { publishSelfCheck } from './self-check-output.ts';

/** The forms that a verdict has. */
export const gateFormats = ['terminal', 'markdown', 'json', 'html', 'junit'] as const;

/** Flags that say where the verdict goes. */
export const gateOutputFlags: Readonly<Record<string, Flag>> = {
  junit: { describe: 'A second place for junit.xml, which stands in the directory', type: 'string' },
  ...formatFlags(gateFormats),
};

/** Where a verdict goes and how it counts, as the flags ask. */
export interface GateOutput {
  readonly format: string;
  /** The second place of the JUnit XML. */
  readonly junit: string | undefined;
  /** The exit code says nothing. */
  readonly isAdvisory: boolean;
  /** How a gate that cannot tell ends. */
  readonly ifOpen: (typeof openPolicies)[number];
  /** How a gate of two states that are the same ends. */
  readonly ifSame: (typeof samePolicies)[number];
}

/** What the flags ask; usage error when they exclude each other. */
export function gateOutputOf(args: CommandArgs, { cwd }: Pick<CommandContext, 'cwd'>): GateOutput {
  return {
    format: outputFormat(args),
    junit: junitPlace(args.string('junit'), cwd),
    isAdvisory: args.flag('advisory'),
    ifOpen: openPolicies.find((each) => each === args.string('on-inconclusive')) ?? 'fail',
    ifSame: samePolicies.find((each) => each === args.string('on-same')) ?? (presetOf(args) ? 'pass' : 'fail'),
  };
}

/** A folder is refused before rounds are spent: nothing could be written in its place. */
function junitPlace(file: string | undefined, cwd: string): string | undefined {
  const place = file === undefined ? undefined : resolve(cwd, file);
  if (place === undefined || !isFolder(place)) return place;
  throw usageError(
    'flag-invalid',
    `--junit must be a file, and ${file} is a folder (example: --junit ${join(file ?? '', 'junit.xml')})`,
  );
}

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

/** Writes what there is to say of a verdict so far, before more of it is made: who stops that has the verdict. */
export async function writeVerdict(
  gate: Gate,
  place: GatePlace,
  output: GateOutput,
  context: CommandContext,
): Promise<void> {
  if (gate.selfCheck) return;
  const { markdown, junit, page } = textsOf(publishedOf(gate, place, context), policyOf(output));
  await writeGateFiles({ markdown, junit, page }, place.directory, output.junit, context.log);
}

/** Gives the verdict to everybody who waits for it, and the exit code. */
export async function publishVerdict(
  gate: Gate,
  place: GatePlace,
  output: GateOutput,
  context: CommandContext,
): Promise<ExitCode> {
  if (gate.selfCheck) return await publishSelfCheck(gate, gate.selfCheck, place.directory, output, context);
  return await publishReport(publishedOf(gate, place, context), output, context);
}

function publishedOf(gate: Gate, { file, directory }: GatePlace, context: CommandContext): PublishedGate {
  const path = relative(context.cwd, file) || file;
  const { baseline, candidate } = gate.arms;
  return {
    gate,
    report: gateReport(gate, { baseline: describeState(baseline), candidate: describeState(candidate) }),
    commands: [
      [
        `rampart gate --replay ${path}`,
        'this verdict again, without load; --tolerance and --detect with other margins',
      ],
      ...(gate.command === undefined ? [] : [[gate.command, 'such rounds again'] as const]),
      ...(gate.code?.diff === undefined
        ? []
        : [[diffCommand(path, gate.code.diff), 'what changed, in pprof'] as const]),
    ],
    directory,
  };
}

function diffCommand(gateFile: string, diff: string): string {
  return `go tool pprof -http=: ${join(dirname(gateFile), diff)}`;
}

/** A gate that is ready to be published; nothing is written without a directory. */
interface PublishedGate {
  readonly gate: Gate;
  readonly report: GateReport;
  /** How to get this again. */
  readonly commands: readonly (readonly [command: string, explanation: string])[];
  readonly directory: string | undefined;
}

/** See `publishVerdict`. */
export async function publishReport(
  published: PublishedGate,
  output: GateOutput,
  context: CommandContext,
): Promise<ExitCode> {
  const { gate, report, directory } = published;
  const policy = policyOf(output);
  const exitCode = gateExitCode(report.verdict, policy);
  const { markdown, junit, page } = textsOf(published, policy);
  const paths = await writeGateFiles({ markdown, junit, page }, directory, output.junit, context.log);
  const texts: Readonly<Record<string, string>> = { markdown, junit, html: page };
  if (output.format === 'terminal') context.show(verdictText(report));
  else context.print(output.format === 'json' ? jsonText(gate) : (texts[output.format] ?? ''));
  if (report.verdict === 'cannot-tell' && output.ifOpen === 'warn')
    context.log.warn('this gate could not tell, and exits with 0 because --on-inconclusive is warn');
  await announceToJob(
    {
      title: `rampart gate ${report.scenario}`,
      exitCode,
      summary: markdown,
      outputs: { verdict: report.verdict, reason: gate.verdict.reason, ...paths },
      problems: problemsOf(report),
    },
    context,
  );
  return exitCode;
}

/** How an exit code is made of a verdict. */
interface ExitPolicy {
  readonly isAdvisory: boolean;
  readonly isOpenGood: boolean;
}

function policyOf({ isAdvisory, ifOpen }: GateOutput): ExitPolicy {
  return { isAdvisory, isOpenGood: ifOpen !== 'fail' };
}

function textsOf({ report, commands }: PublishedGate, policy: ExitPolicy) {
  return {
    markdown: gateMarkdown(report, commands),
    junit: gateJunit(report, policy),
    page: gatePage(report, commands),
  };
}

/** 0 passed, 1 failed, 5 cannot tell, 4 invalid, unless the user wants otherwise. */
function gateExitCode(verdict: Verdict, { isAdvisory, isOpenGood }: ExitPolicy): ExitCode {
  if (isAdvisory || (isOpenGood && verdict === 'cannot-tell')) return exitCodes.ok;
  return verdictExitCodes[verdict];
}

/** The statements that the verdict rests on, unless it is a pass. */
function problemsOf({ verdict, statements }: GateReport): string[] {
  const label = { pass: undefined, fail: 'FAIL', 'cannot-tell': 'OPEN', invalid: 'INVALID' }[verdict];
  return statements.filter((each) => each.label === label).map(({ text }) => text);
}

/** The verdict for people: what it is of, then its statements, most important first. */
function verdictText({ scenario, verdict, candidate, baseline, rounds, statements, ...report }: GateReport): string {
  const leftOut = (report.moved?.leftOut ?? []).map((text) => ({ label: 'NOTE', text }));
  return [
    `${titles[verdict]}  ${scenario}: ${candidate} against ${baseline}, ${rounds} rounds\n`,
    `  a slowdown up to ${formatShare(report.tolerance)} is harmless, one from ${formatShare(report.detect)} on must not pass; either error at most ${formatShare(report.error)}\n\n`,
    ...[...statements, ...leftOut].map(({ label, text }) => `  ${label.padEnd(8)}${text}\n`),
    ...(report.code ? codeText(report.code) : []),
  ].join('');
}
