/** What a self-check showed, to stdout, to files for CI, to the job that it runs in, and to an exit code. */
import { gateStatements } from '../../analysis/gate/statements.ts';
import { describeState } from '../../experiments/gate-arms.ts';
import { about } from '../../experiments/plan.ts';
import { readingOf } from '../../experiments/self-check.ts';
import { type ExitCode, exitCodes } from '../../model/errors.ts';
import type { Gate, PlannedGates } from '../../model/gate.ts';
import type { SelfCheck } from '../../model/self-check.ts';
import { formatPercent } from '../../model/units.ts';
import { type JunitCase, junitXml } from '../../report/junit/xml.ts';
import { codeText } from '../../report/terminal/code.ts';
import type { CommandContext } from '../command.ts';
import { announceToJob } from '../job/announce.ts';
import { textSummary, verdictOf } from '../job/news.ts';
import { jsonText, requireFormat } from '../output-format.ts';
import { writeGateFiles } from './files.ts';

const titles: Readonly<Record<SelfCheck['outcome'], string>> = {
  passed: 'PASSED',
  failed: 'FAILED',
  invalid: 'INVALID',
  noisy: 'CANNOT TELL',
  unfinished: 'CANNOT TELL',
};

const codes: Readonly<Record<SelfCheck['outcome'], ExitCode>> = {
  passed: exitCodes.ok,
  failed: exitCodes.failed,
  invalid: exitCodes.incomplete,
  noisy: exitCodes.cannotTell,
  unfinished: exitCodes.cannotTell,
};

/** Where it goes and how it counts; see `GateOutput`. */
interface SelfCheckOutput {
  readonly format: string;
  readonly junit: string | undefined;
  readonly isAdvisory: boolean;
}

/** A busy machine has one for each step of each run. */
const mostNotes = 4;

/** The forms that a self-check has. */
export const selfCheckFormats = ['terminal', 'markdown', 'json', 'junit'] as const;

/** Gives what a self-check showed to everybody who waits for it, and its exit code. */
export async function publishSelfCheck(
  gate: Gate,
  planned: PlannedGates,
  directory: string | undefined,
  { format, junit: second, isAdvisory }: SelfCheckOutput,
  context: CommandContext,
): Promise<ExitCode> {
  requireFormat(format, selfCheckFormats, 'a self-check');
  const check = readingOf(gate, planned);
  const exitCode = isAdvisory ? exitCodes.ok : codes[check.outcome];
  const text = selfCheckText(check, gate);
  const title = `rampart gate --self-check ${check.scenario.name}`;
  const markdown = textSummary(title, text);
  const junit = junitOf(check, text, exitCode);
  const paths = await writeGateFiles({ markdown, junit }, directory, second, context.log);
  const texts: Readonly<Record<string, string>> = { markdown, junit };
  if (format === 'terminal') context.show(text);
  else context.print(format === 'json' ? jsonText(check) : (texts[format] ?? ''));
  const problems = check.outcome === 'passed' ? [] : [check.message];
  await announceToJob(
    { title, exitCode, summary: markdown, outputs: { verdict: verdictOf(codes[check.outcome]), ...paths }, problems },
    context,
  );
  return exitCode;
}

/** One case: what a self-check shows is about the machine, not about each step of a release. */
function junitOf({ outcome, message, scenario, checkedAt }: SelfCheck, output: string, exitCode: ExitCode): string {
  const problem: JunitCase['problem'] =
    exitCode === exitCodes.ok
      ? { kind: 'skipped', message: `advisory, would fail: ${message}` }
      : { kind: outcome === 'invalid' ? 'error' : 'failure', type: outcome, message };
  const only: JunitCase = { name: 'self-check', output, ...(outcome === 'passed' ? {} : { problem }) };
  return junitXml('rampart gate', { name: scenario.name, startedAt: checkedAt, cases: [only] });
}

/** The self-check for people: whether it passed, a row for each column, and what gates have to reckon with. */
export function selfCheckText(check: SelfCheck, { arms, input, verdict, code }: Gate): string {
  const statements = gateStatements(verdict, input.settings);
  const notes = statements.filter(({ label }) => label === 'NOTE');
  const shown = [
    ...statements.filter(({ label }) => label === 'FAIL' || label === 'INVALID'),
    ...notes.slice(0, mostNotes),
  ];
  const lines = shown.map(({ label, text }) => `  ${label.padEnd(8)}${text}\n`);
  if (notes.length > mostNotes) lines.push(`  NOTE    and ${notes.length - mostNotes} more like these\n`);
  const absent = (verdict.decision?.absent ?? [])
    .filter(({ isCovered }) => !isCovered)
    .map(({ step, reason }) => `  OPEN    step ${step} cannot be judged: ${reason}\n`);
  return [
    `${titles[check.outcome]}  ${check.scenario.name}: ${describeState(arms.candidate)} against itself, ${check.usedRounds} rounds: ${check.message}\n`,
    ...lines,
    ...absent,
    ...(code ? codeText(code) : []),
    ...(check.rows.length > 0 ? ['\n', ...table(check), '\n', needed(check)] : []),
  ].join('');
}

function table({ rows, detectPercent }: SelfCheck): string[] {
  const looks = rows[0]?.detectable.map(({ rounds }) => `${rounds} rounds`) ?? [];
  const head = ['', 'spread of rounds', ...looks, `rounds for +${formatPercent(detectPercent)}`];
  const body = rows.map(({ metric, step, spreadPercent, detectable, roundsNeeded }) => [
    [metric, step].filter((part) => part !== undefined).join(' at '),
    `±${formatPercent(spreadPercent)}`,
    ...detectable.map((each) => (each.percent === null ? 'nothing' : `+${formatPercent(each.percent)}`)),
    metric === 'slow-share' ? '' : (roundsNeeded?.toString() ?? 'too many'),
  ]);
  const all = [head, ...body];
  const widths = head.map((_, column) => Math.max(...all.map((cells) => (cells[column] ?? '').length)));
  return all.map((cells) =>
    `  ${cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')}`
      .trimEnd()
      .concat('\n'),
  );
}

function needed({ detectPercent, roundsNeeded, minutesNeeded }: SelfCheck): string {
  const slowdown = `a slowdown of ${formatPercent(detectPercent)} in any step`;
  return roundsNeeded === undefined
    ? `  no number of rounds is enough here to show ${slowdown} with 95 % probability: longer steps, a larger --detect, or a quieter machine\n`
    : `  a gate needs ${roundsNeeded} rounds here to show ${slowdown} with 95 % probability, ${about((minutesNeeded ?? 0) * 60_000)}\n`;
}
