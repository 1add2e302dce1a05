/** The result as Markdown for a comment on a change: state, findings, steps, rules. */
import type { Reporter } from '../../model/contracts.ts';
import { isObservation } from '../../model/raw-run.ts';
import type { RunResult } from '../../model/run-result.ts';
import { outcomeTone } from '../words/diagnosis-words.ts';
import { floorText } from '../words/floor-text.ts';
import { observedNote, observedTable } from '../words/observed-table.ts';
import { requestTable } from '../words/request-table.ts';
import { ruleLines } from '../words/slo-text.ts';
import { reasonTexts, signs, stateWords } from '../words/state-words.ts';
import { stepColumns } from '../words/step-columns.ts';
import { safe, tableLines } from './text.ts';

/** GitHub-flavoured Markdown, tables and all. */
export const markdownReporter: Reporter = {
  format: 'markdown',
  fileName: 'report.md',
  render: (result) => {
    const blocks = [
      head(result),
      diagnosis(result),
      findings(result),
      steps(result),
      requests(result),
      rules(result),
      foot(result),
    ];
    return `${blocks.filter((block) => block !== '').join('\n\n')}\n`;
  },
};

function head(result: RunResult): string {
  const { failure, scenario } = result;
  const { tone, word, sentence } = stateWords(result);
  const floor = floorText(result);
  const lines = [
    ...(failure ? [failure.message] : []),
    ...(failure?.hint ? [failure.hint] : []),
    ...reasonTexts(result),
    ...(floor === undefined ? [] : [floor]),
    ...result.warnings.map((warning) => `Warning: ${warning}`),
  ];
  const list = lines.map((line) => `\n- ${safe(line)}`).join('');
  return `## ${safe(scenario.name)}: ${signs[tone]} ${word.toLowerCase()}\n\n${sentence}\n${list}`.trimEnd();
}

function diagnosis(result: RunResult): string {
  if (!result.diagnosis) return '';
  const { capacity, sentence, advice, chain, outcome } = result.diagnosis;
  const lines = [
    `**${safe(capacity.rates)}.**${capacity.doubt === undefined ? '' : ` ${safe(capacity.doubt)}`}`,
    '',
    `- What gave way first: ${signs[outcomeTone[outcome]]} **${safe(sentence)}**`,
    ...(chain.length > 1 ? [`- ${chain.map(({ text }) => safe(text)).join(' → ')}`] : []),
    `- What to try: ${safe(advice)}`,
  ];
  return `### Diagnosis\n\n${lines.join('\n')}`;
}

function findings(result: RunResult): string {
  if (result.findings.length === 0) return '';
  const items = result.findings.map(({ severity, title, evidence, advice }) => {
    const lines = [
      `- **${severity}**: ${safe(title)}`,
      ...evidence.map((one) => `  - ${safe(one)}`),
      `  - ${safe(advice)}`,
    ];
    return lines.join('\n');
  });
  return `### Findings\n\n${items.join('\n')}`;
}

function steps(result: RunResult): string {
  if (isObservation(result.scenario)) return textTable('Targets', observedTable(result), 1, `\n\n${observedNote}`);
  if (result.steps.length === 0) return 'No step was run.';
  const columns = stepColumns(result);
  const heads = columns.map(({ head }) => head);
  const rows = result.steps.map((step) => columns.map(({ cell }) => safe(cell(step))));
  const table = tableLines(heads, rows, (at) => columns[at]?.right === false);
  return `### Steps\n\n${table.join('\n')}\n\nLatencies in ms; response unless named (svc: service).`;
}

function requests(result: RunResult): string {
  return textTable('Requests', requestTable(result), 2, '');
}

/** A table whose first columns are text. */
function textTable(
  title: string,
  [heads, ...rows]: readonly (readonly string[])[],
  texts: number,
  note: string,
): string {
  if (!heads) return '';
  const lines = tableLines(
    heads.map(safe),
    rows.map((cells) => cells.map(safe)),
    (at) => at < texts,
  );
  return `### ${title}\n\n${lines.join('\n')}${note}`;
}

function rules(result: RunResult): string {
  if (result.slo.length === 0) return '';
  const rows = ruleLines(result).map(({ tone, rule, text }) => `| ${signs[tone]} | ${safe(rule)} | ${safe(text)} |`);
  return `### Rules\n\n| | rule | outcome |\n| --- | :--- | :--- |\n${rows.join('\n')}`;
}

function foot({ id, startedAt, environment, tool }: RunResult): string {
  const facts = Object.entries(environment.facts).map(([name, value]) => `${name} ${value}`);
  const parts = [`run ${id}`, startedAt, `${environment.engine} engine`, `${environment.cpus} CPUs`, ...facts];
  return `${safe(parts.join(', '))}, ${tool.name} ${safe(tool.version)}`;
}
