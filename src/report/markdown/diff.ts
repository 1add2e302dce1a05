/** Runs beside each other as Markdown. */
import type { RunDiff, RunDifference } from '../../model/run-diff.ts';
import { tagTexts } from '../../model/tags.ts';
import { doubtOf, letterOf, meetingTitle, noVerdict, stepRows, unmetLines, whyNoVerdict } from '../words/diff-words.ts';
import { safe, tableLines } from './text.ts';

/** The Markdown; ends with a newline. */
export function diffMarkdown(diff: RunDiff): string {
  const letters = diff.runs.map((_, index) => letterOf(index));
  const blocks = [
    `## ${diff.runs.map(({ scenario }, index) => `${letters[index]}: ${safe(scenario)}`).join(', ')}`,
    `**! ${noVerdict}.** ${whyNoVerdict}`,
    diff.runs.map((run, index) => runLine(run, letters[index] ?? '')).join('\n'),
    diff.notes.map((note) => `- ${safe(note)}`).join('\n'),
    ...diff.steps.map(
      (step) =>
        `### ${safe(meetingTitle(step))}\n\n${table(
          ['', ...letters],
          stepRows(step).map(({ what, cells }) => [what, ...cells]),
        )}`,
    ),
    unmetLines(diff)
      .map((line) => `- ${safe(line)}`)
      .join('\n'),
    differences('Set otherwise', diff.scenario, letters),
    differences('Made elsewhere, or with something else', diff.environment, letters),
  ];
  return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
}

function runLine(run: RunDiff['runs'][number], letter: string): string {
  const doubt = doubtOf(run);
  const parts = [run.id, ...tagTexts(run.tags), run.startedAt];
  const reasons = run.reasons.map((reason) => `\n  - ${safe(reason)}`).join('');
  return `- **${letter}** ${safe(parts.join(', '))}${doubt === '' ? '' : ` **${doubt}**`}${reasons}`;
}

function differences(title: string, all: readonly RunDifference[], letters: readonly string[]): string {
  if (all.length === 0) return '';
  return `### ${title}\n\n${table(
    ['', ...letters],
    all.map(({ what, values }) => [what, ...values]),
  )}`;
}

function table(heads: readonly string[], rows: readonly (readonly string[])[]): string {
  return tableLines(
    heads,
    rows.map((cells) => cells.map(safe)),
    (at) => at === 0,
  ).join('\n');
}
