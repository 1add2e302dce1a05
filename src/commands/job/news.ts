/** How a command ended, as the job that it runs in is told; pure. */
import { type ExitCode, exitCodes } from '../../model/errors.ts';
import type { Verdict } from '../../model/gate-terms.ts';
import { safe } from '../../report/markdown/text.ts';

/** How a command ended, as a job sees it. */
export interface JobNews {
  /** What the annotations are of: `rampart gate ramp`. */
  readonly title: string;
  readonly exitCode: ExitCode;
  /** Markdown. */
  readonly summary: string;
  /** Outputs of the step by name, beside `exit-code`; those without a value are left out. */
  readonly outputs: Readonly<Record<string, string | undefined>>;
  /** What is wrong, most important first: errors when the command fails, else warnings. */
  readonly problems: readonly string[];
}

/** Text of a terminal as Markdown, below a title. */
export function textSummary(title: string, text: string): string {
  return `## ${safe(title)}\n\n${fenced(text)}\n`;
}

function fenced(text: string): string {
  return ['```text', ...text.trimEnd().replaceAll('```', "'''").split('\n'), '```'].join('\n');
}

/** The word for an exit code, for commands whose exit code is their verdict. */
export function verdictOf(exitCode: ExitCode): Verdict {
  if (exitCode === exitCodes.ok) return 'pass';
  if (exitCode === exitCodes.failed) return 'fail';
  return exitCode === exitCodes.cannotTell ? 'cannot-tell' : 'invalid';
}
