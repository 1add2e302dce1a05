/** A judged comparison for a terminal: what is shown, the variants side by side, and the settings of the best. */
import type { Comparison, Judgement } from '../../model/comparison.ts';
import { changeText } from '../../model/contrast-text.ts';
import { tagTexts } from '../../model/tags.ts';
import { formatLatencyUs, formatNumber } from '../../model/units.ts';
import { columnWidths, paddedCells } from '../words/aligned-rows.ts';
import { codeRemarks, codeSentence, fewFunctions, functionLines } from '../words/code-words.ts';
import { comparisonState, extentText, variantColumns } from '../words/comparison-values.ts';
import { composeSnippet, goBuildSnippet, kubernetesSnippet } from '../words/settings-snippets.ts';
import { signs } from '../words/state-words.ts';
import { type Wait, waitTable, waitTitle } from '../words/wait-words.ts';
import { type Paint, painter } from './text.ts';

/** The text; without a judgement only that there is none. */
export function comparisonText(comparison: Comparison, { color }: { readonly color: boolean }): string {
  const paint = painter(color);
  const { judgement, scenario, tags, engine, id } = comparison;
  const about = [`${engine} engine`, id, ...tagTexts(tags)].join(', ');
  const head = `${paint('bold', scenario.name)}  ${paint('dim', about)}`;
  if (!judgement) return `${head}\nnot judged yet\n`;
  const blocks = [
    [head, verdictLine(judgement, paint)],
    ...(judgement.waits ?? []).map((wait) => waitLines(wait, paint)),
    variantTable(comparison, judgement, paint),
    judgement.metrics.map(
      ({ title, best, note }) => `${title.padEnd(28)} ${best === undefined ? '' : `best is ${best}: `}${note}`,
    ),
    builtLines(judgement, paint),
    curveLines(judgement, paint),
    codeLines(comparison, paint),
    explanationLines(judgement, paint),
    associatedLines(judgement, paint),
    [...judgement.missing, ...judgement.notes].map((note) => paint('warn', `${signs.warn} ${note}`)),
    settingsLines(comparison, judgement, paint),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function verdictLine(judgement: Judgement, paint: Paint): string {
  const { tone, word, sentence } = comparisonState(judgement);
  return paint(tone, `${signs[tone]} ${word}, ${extentText(judgement)}: ${sentence}`);
}

function variantTable({ prices }: Comparison, judgement: Judgement, paint: Paint): string[] {
  if (judgement.summary.length === 0) return [];
  const columns = variantColumns(judgement, prices?.unit ?? '');
  const heads = ['variant', ...columns.map(({ head }) => head), ''];
  const rows = judgement.summary.map((row) => [
    row.variant,
    ...columns.map(({ cell }) => cell(row)),
    row.isOnFront ? 'front' : '',
  ]);
  const best = columns.map(({ metric }) => judgement.metrics.find(({ id }) => id === metric)?.best);
  const widths = columnWidths([heads, ...rows]);
  const line = (cells: readonly string[], style: (text: string, at: number) => string) =>
    paddedCells(cells, widths, (at) => at > 0)
      .map(style)
      .join('  ')
      .trimEnd();
  return [
    paint(
      'dim',
      line(heads, (text) => text),
    ),
    ...rows.map((cells) =>
      line(cells, (text, at) =>
        best[at - 1] === cells[0] && at > 0 && best[at - 1] !== undefined ? paint('good', text) : text,
      ),
    ),
    paint(
      'dim',
      'medians over the rounds; front: no other variant is at least as good in every column and better in one',
    ),
  ];
}

function waitLines(wait: Wait, paint: Paint): string[] {
  const [heads = [], ...rows] = waitTable(wait);
  const widths = columnWidths([heads, ...rows]);
  const line = (cells: readonly string[]) =>
    paddedCells(cells, widths, (at) => at > 1 && at < heads.length - 1)
      .join('  ')
      .trimEnd();
  return [paint('bold', waitTitle(wait)), paint('dim', line(heads)), ...rows.map(line)];
}

function builtLines({ built = [], variants }: Judgement, paint: Paint): string[] {
  if (built.length === 0) return [];
  return [
    paint('dim', `programs that were built otherwise than those of ${variants[0]}`),
    ...built.map(({ variant, service, changes }) => `${variant}  ${service}  ${changes.join(', ')}`),
  ];
}

function curveLines({ curves, contrasts, variants }: Judgement, paint: Paint): string[] {
  const steps = curves[0]?.points ?? [];
  if (steps.length === 0) return [];
  const width = Math.max(...variants.map((name) => name.length));
  const stepWidth = Math.max(...steps.map(({ step }) => step.length));
  return [
    paint('dim', `response p99 by step, against ${variants[0]}; intervals hold for all of them together`),
    ...steps.flatMap(({ step }) =>
      curves.flatMap(({ variant, points }, index) => {
        const point = points.find((one) => one.step === step);
        if (!point) return [];
        const contrast = contrasts.find((one) => one.step === step && one.variant === variant);
        const change = contrast
          ? `  ${changeText(contrast)}${contrast.verdict === 'not shown' ? '' : `  ${contrast.verdict}`}`
          : '';
        return [
          `${(index === 0 ? step : '').padEnd(stepWidth)}  ${variant.padEnd(width)}  ${formatLatencyUs(point.p99Us).padStart(8)}${change}`,
        ];
      }),
    ),
  ];
}

function codeLines({ code = [] }: Comparison, paint: Paint): string[] {
  return code.flatMap((each) => [
    paint('dim', `${each.variant}: ${codeSentence(each)}`),
    ...functionLines(each, fewFunctions).map((line, index) => `${index + 1}. ${line}`),
    ...codeRemarks(each).map((line) => paint('dim', line)),
  ]);
}

function explanationLines({ explanations = [], variants }: Judgement, paint: Paint): string[] {
  return explanations.flatMap(({ variant, links }) => [
    paint('dim', `what moved with ${variant}, in the order of cause, against ${variants[0]}`),
    ...links.map(({ text }, index) => `${'  '.repeat(Math.min(index, 1))}${index === 0 ? '' : '-> '}${text}`),
  ]);
}

function associatedLines({ associated, variants }: Judgement, paint: Paint): string[] {
  if (associated.length === 0) return [];
  return [
    paint('dim', `runtime series that differ from ${variants[0]}: associated, not shown to be causes`),
    ...associated.map(
      ({ variant, series, unit, before, after }) =>
        `${variant}  ${series}  ${formatNumber(before)} -> ${formatNumber(after)}${unit === '' ? '' : ` ${unit}`}`,
    ),
  ];
}

function settingsLines({ variants }: Comparison, { metrics }: Judgement, paint: Paint): string[] {
  const best = metrics.find(({ id }) => id === 'p99')?.best;
  const settings = variants.find(({ name }) => name === best)?.settings ?? {};
  const compose = composeSnippet(settings);
  const goBuild = goBuildSnippet(settings);
  if (best === undefined || compose + goBuild === '') return [];
  const [first = '', ...others] = [
    ['Compose', compose],
    ['Kubernetes', kubernetesSnippet(settings)],
    ['the Go build', goBuild],
  ].flatMap(([of, text = '']) => (text === '' ? [] : [`for ${of}:\n${text.trimEnd()}`]));
  return [paint('dim', `settings of ${best}, the best response p99, `) + first, ...others];
}
