/** The result as Markdown for a comment on a change: state, findings, steps, rules. */
import type { Reporter } from '../../model/contracts.ts';
import { isObservation } from '../../model/raw-run.ts';
import type { RunResult } from '../../model/run-result.ts';
import type { TracedStep } from '../../model/run-traces.ts';
import { tagTexts } from '../../model/tags.ts';
import { clientWaitCautions, clientWaitCoverage, clientWaitSentences } from '../words/client-wait-words.ts';
import { sentenceQuestion, toneOf } from '../words/diagnosis-words.ts';
import { faultAnswer, faultCaution, faultHead, faultTable, faultTone, recoveryWord } from '../words/fault-words.ts';
import { floorText } from '../words/floor-text.ts';
import { generatorTable } from '../words/generator-table.ts';
import { convergenceTable, membershipTable } from '../words/membership-words.ts';
import { counted } from '../words/number-format.ts';
import { observedNote, observedTable } from '../words/observed-table.ts';
import { requestTable } from '../words/request-table.ts';
import {
  coverageText,
  toldTraces,
  tracedCautions,
  tracedSentences,
  tracedTitle,
  tracesTitle,
} from '../words/run-trace-words.ts';
import { sentToText } from '../words/sent-to-text.ts';
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
      faults(result),
      membership(result),
      diagnosis(result),
      findings(result),
      traces(result),
      steps(result),
      requests(result),
      textTable('Generators', generatorTable(result), 1, ''),
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
  const sentTo = sentToText(result);
  const lines = [
    ...(failure ? [failure.message] : []),
    ...(failure?.hint ? [failure.hint] : []),
    ...reasonTexts(result),
    ...(floor === undefined ? [] : [floor]),
    ...(sentTo === undefined ? [] : [sentTo]),
    ...result.warnings.map((warning) => `Warning: ${warning}`),
  ];
  const list = lines.map((line) => `\n- ${safe(line)}`).join('');
  return `## ${safe(scenario.name)}: ${signs[tone]} ${word.toLowerCase()}\n\n${safe(sentence)}\n${list}`.trimEnd();
}

function faults(result: RunResult): string {
  const { faults: all = [] } = result;
  if (all.length === 0) return '';
  const items = all.map(
    (fault) =>
      `- ${signs[faultTone(fault, result.validity.verdict === 'valid')]} **${safe(recoveryWord(fault))}**, ${safe(faultHead(fault))}. ${safe(faultAnswer(fault))}`,
  );
  const caution = faultCaution(result);
  return `### Faults\n\n${caution === undefined ? '' : `${caution}\n\n`}${items.join('\n')}\n\n${tableOf(faultTable(result), 1)}`;
}

function membership(result: RunResult): string {
  const tables = [
    textTable('Convergence', convergenceTable(result), 2, ''),
    textTable('Roles and conditions', membershipTable(result), 2, ''),
  ];
  return tables.filter((table) => table !== '').join('\n\n');
}

function diagnosis(result: RunResult): string {
  if (!result.diagnosis) return '';
  const { capacity, sentence, advice, caution, cause, chain } = result.diagnosis;
  const lines = [
    `**${safe(capacity.rates)}.**${capacity.doubt === undefined ? '' : ` ${safe(capacity.doubt)}`}`,
    '',
    `- ${sentenceQuestion(result.diagnosis)} ${signs[toneOf(result.diagnosis)]} **${safe(sentence)}**`,
    ...(caution === undefined ? [] : [`- But: ${safe(caution)}`]),
    ...(chain.length > 0
      ? [`- ${cause ? 'What followed' : 'What moved first'}: ${chain.map(({ text }) => safe(text)).join(' → ')}`]
      : []),
    `- What to try: ${safe(advice)}`,
  ];
  return `### Diagnosis\n\n${lines.join('\n')}`;
}

function findings(result: RunResult): string {
  if (result.findings.length === 0) return '';
  const items = result.findings.map(({ id, severity, title, evidence, advice }) => {
    const lines = [
      `- **${severity}** \`${safe(id)}\`: ${safe(title)}`,
      ...evidence.map((one) => `  - ${safe(one)}`),
      `  - ${safe(advice)}`,
    ];
    return lines.join('\n');
  });
  return `### Findings\n\n${items.join('\n')}`;
}

function traces(result: RunResult): string {
  const told = toldTraces(result);
  if (told.length === 0) return '';
  const items = told.map((traced) =>
    [
      `- **${safe(tracedTitle(traced))}**`,
      ...[
        ...tracedSentences(traced),
        ...clientWaitTexts(traced),
        `${coverageText(traced)}.`,
        ...tracedCautions(traced),
      ].map((one) => `  - ${safe(one)}`),
    ].join('\n'),
  );
  return `### ${tracesTitle}\n\n${items.join('\n')}`;
}

function clientWaitTexts(traced: TracedStep): string[] {
  const { clientWait } = traced;
  if (!clientWait) return [];
  return [...clientWaitSentences(traced), `${clientWaitCoverage(clientWait)}.`, ...clientWaitCautions(clientWait)];
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
function textTable(title: string, table: readonly (readonly string[])[], texts: number, note: string): string {
  return table.length === 0 ? '' : `### ${title}\n\n${tableOf(table, texts)}${note}`;
}

function tableOf([heads = [], ...rows]: readonly (readonly string[])[], texts: number): string {
  const lines = tableLines(
    heads.map(safe),
    rows.map((cells) => cells.map(safe)),
    (at) => at < texts,
  );
  return lines.join('\n');
}

function rules(result: RunResult): string {
  if (result.slo.length === 0) return '';
  const rows = ruleLines(result).map(({ tone, rule, text }) => `| ${signs[tone]} | ${safe(rule)} | ${safe(text)} |`);
  return `### Rules\n\n| | rule | outcome |\n| --- | :--- | :--- |\n${rows.join('\n')}`;
}

function foot({ id, startedAt, tags, environment, tool }: RunResult): string {
  const facts = Object.entries(environment.facts).map(([name, value]) => `${name} ${value}`);
  const parts = [
    `run ${id}`,
    ...tagTexts(tags),
    startedAt,
    `${environment.engine} engine`,
    counted(environment.cpus, 'CPU'),
    ...facts,
  ];
  return `${safe(parts.join(', '))}, ${tool.name} ${safe(tool.version)}`;
}
