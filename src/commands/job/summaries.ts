/** Runs, comparisons and searches for capacity, as the job is told of them. */
import { join } from 'node:path';
import { exitCodeOf } from '../../analysis/run/exit-code.ts';
import type { Comparison } from '../../model/comparison.ts';
import { type ExitCode, exitCodes } from '../../model/errors.ts';
import { reportFile } from '../../model/raw-run.ts';
import type { RunResult } from '../../model/run-result.ts';
import { markdownReporter } from '../../report/markdown/markdown-report.ts';
import { comparisonText } from '../../report/terminal/comparison.ts';
import { ruleLines } from '../../report/words/slo-text.ts';
import { reasonTexts } from '../../report/words/state-words.ts';
import type { CommandContext } from '../command.ts';
import { announceToJob } from './announce.ts';
import { textSummary, verdictOf } from './news.ts';

/** Tells of one run: its Markdown, and what broke which rule. */
export async function announceRun(result: RunResult, directory: string, context: CommandContext): Promise<void> {
  const exitCode = exitCodeOf(result);
  await announceToJob(
    {
      title: `rampart run ${result.scenario.name}`,
      exitCode,
      summary: markdownReporter.render(result),
      outputs: { verdict: verdictOf(exitCode), ...filesOf(directory), summary: join(directory, 'report.md') },
      problems: problemsOf(result),
    },
    context,
  );
}

function problemsOf(result: RunResult): string[] {
  const broken = ruleLines(result).filter(({ tone }) => tone !== 'good');
  return [
    ...(result.failure ? [result.failure.message] : []),
    ...reasonTexts(result),
    ...broken.map(({ rule, text }) => `${rule}: ${text}`),
  ];
}

/** How a comparison or a search ended, and where it is. */
interface Ended {
  readonly directory: string;
  readonly exitCode: ExitCode;
}

/** Tells of a comparison. */
export async function announceComparison(
  comparison: Comparison,
  { directory, exitCode }: Ended,
  context: CommandContext,
): Promise<void> {
  const { scenario, judgement } = comparison;
  const told = { scenario: scenario.name, directory, exitCode, problem: judgement?.message };
  await announceText('compare', comparisonText(comparison, { color: false }), told, context);
}

/** Tells of a search for capacity; `text` is what people see of it. */
export async function announceCapacity(
  text: string,
  { result, ...ended }: Ended & { readonly result: RunResult },
  context: CommandContext,
): Promise<void> {
  const problem = result.failure?.message ?? text.split('\n').find((line) => line.trim() !== '');
  await announceText('capacity', text, { scenario: result.scenario.name, ...ended, problem }, context);
}

async function announceText(
  command: string,
  text: string,
  told: Ended & { readonly scenario: string; readonly problem: string | undefined },
  context: CommandContext,
): Promise<void> {
  const { scenario, directory, exitCode, problem } = told;
  const title = `rampart ${command} ${scenario}`;
  await announceToJob(
    {
      title,
      exitCode,
      summary: textSummary(title, text),
      outputs: { verdict: verdictOf(exitCode), ...filesOf(directory) },
      problems: exitCode === exitCodes.ok || problem === undefined ? [] : [problem],
    },
    context,
  );
}

function filesOf(directory: string): Readonly<Record<string, string>> {
  return { report: join(directory, reportFile) };
}
