/** The result for a terminal: what ran, whether its numbers hold, findings, steps and rules, within its width. */
import type { Reporter } from '../../model/contracts.ts';
import { isObservation } from '../../model/raw-run.ts';
import type { RunResult } from '../../model/run-result.ts';
import { tagTexts } from '../../model/tags.ts';
import { columnWidths, paddedCells } from '../words/aligned-rows.ts';
import { toneOf } from '../words/diagnosis-words.ts';
import { faultAnswer, faultCaution, faultHead, faultTone } from '../words/fault-words.ts';
import { floorText } from '../words/floor-text.ts';
import { generatorTable } from '../words/generator-table.ts';
import { convergenceText, convergenceTones, roleText } from '../words/membership-words.ts';
import { counted } from '../words/number-format.ts';
import { observedNote, observedTable } from '../words/observed-table.ts';
import { requestTable } from '../words/request-table.ts';
import { sentToText } from '../words/sent-to-text.ts';
import { ruleLines } from '../words/slo-text.ts';
import { reasonTexts, severityTones, signs, stateWords } from '../words/state-words.ts';
import { type Column, stepColumns } from '../words/step-columns.ts';
import { clip, type Paint, painter, plain, wrap } from './text.ts';
import { tracedLines } from './traces.ts';

/** Whether to colour, and how many columns a line may have. */
export interface TerminalOptions {
  readonly color: boolean;
  readonly width: number;
}

/** A reporter for a terminal of this width; under 60 columns lines are as for 60. */
export function createTerminalReporter({ color, width }: TerminalOptions): Reporter {
  const room = Math.max(60, width);
  const paint = painter(color);
  return {
    format: 'terminal',
    render: (result) => {
      const blocks = [
        headLines(result, paint, room),
        findingLines(result, paint, room),
        isObservation(result.scenario) ? observedLines(result, paint, room) : tableLines(result, paint, room),
        requestLines(result, paint, room),
        generatorLines(result, paint, room),
        sloLines(result, paint, room),
        membershipLines(result, paint, room),
        faultLines(result, paint, room),
        tracedLines(result, paint, room),
        diagnosisLines(result, paint, room),
      ];
      const text = blocks.filter((lines) => lines.length > 0).map((lines) => lines.join('\n'));
      return `${text.join('\n\n')}\n`;
    },
  };
}

const nameWidth = 7;

function headLines(result: RunResult, paint: Paint, room: number): string[] {
  const { scenario, environment, failure, warnings, gaps } = result;
  const { tone, word, sentence } = stateWords(result);
  const about = [
    `${environment.engine} engine`,
    counted(environment.cpus, 'CPU'),
    result.startedAt.slice(0, 19),
    result.id,
  ];
  const name = clip(scenario.name, room);
  const floor = floorText(result);
  const sentTo = sentToText(result);
  const rest = clip(about.join(', '), room - name.length - 2);
  const tags = tagTexts(result.tags);
  const notices = [
    ...(warnings.length > 0 ? [counted(warnings.length, 'warning')] : []),
    ...(gaps.length > 0 ? [`${counted(gaps.length, 'kind')} of gap in what was observed`] : []),
  ];
  return [
    rest === '' ? paint('bold', name) : `${paint('bold', name)}  ${paint('dim', rest)}`,
    ...(tags.length > 0 ? wrap(tags.join(' '), room, '').map((line) => paint('dim', line)) : []),
    ...wrap(`${signs[tone]} ${word}. ${sentence}`, room, '').map((line) => paint(tone, line)),
    ...(failure ? wrap(failure.message, room, '  ') : []),
    ...(failure?.hint ? wrap(failure.hint, room, '  ') : []),
    ...reasonTexts(result).flatMap((reason) => wrap(`- ${reason}`, room, '  ')),
    ...(floor === undefined ? [] : wrap(floor, room, '').map((line) => paint('dim', line))),
    ...(sentTo === undefined ? [] : wrap(sentTo, room, '')),
    ...(notices.length > 0
      ? wrap(`${notices.join(', ')}: see the report`, room, '').map((line) => paint('dim', line))
      : []),
  ];
}

/** Last, because that is what stays in sight: what holds, what gave way, what to try. */
function diagnosisLines({ diagnosis, findings }: RunResult, paint: Paint, room: number): string[] {
  if (!diagnosis) return [];
  const { capacity, sentence, advice, caution, chain } = diagnosis;
  const tone = toneOf(diagnosis);
  const cause = findings.find(({ id }) => id === diagnosis.cause);
  const after = chain.map(({ text }) => `-> ${text}`);
  return [
    ...row('rate', `${capacity.rates}.`, room),
    ...(capacity.doubt === undefined ? [] : row('', `! ${capacity.doubt}`, room)),
    ...row('cause', `${signs[tone]} ${sentence}${cause ? ` [${cause.id}]` : ''}`, room).map((line) =>
      paint(tone, line),
    ),
    ...(caution === undefined ? [] : row('', `! ${caution}.`, room).map((line) => paint('warn', line))),
    ...(cause?.evidence.slice(0, 2) ?? []).flatMap((line) => row('', `- ${line}`, room)),
    ...after.flatMap((line) => row('', line, room)),
    ...row('try', advice, room),
  ];
}

/** What users saw of each fault, and when it was over. */
function faultLines(result: RunResult, paint: Paint, room: number): string[] {
  const { faults = [], validity } = result;
  const caution = faultCaution(result);
  const told = faults.flatMap((fault) => {
    const tone = faultTone(fault, validity.verdict === 'valid');
    const [head = '', ...more] = row('fault', `${signs[tone]} ${faultHead(fault)}`, room);
    return [paint(tone, head), ...more.map((line) => paint(tone, line)), ...row('', faultAnswer(fault), room)];
  });
  return [...(caution === undefined ? [] : wrap(`! ${caution}`, room, '').map((line) => paint('warn', line))), ...told];
}

function membershipLines({ convergences = [], roles = [] }: RunResult, paint: Paint, room: number): string[] {
  return [
    ...convergences.flatMap((each) => {
      const tone = convergenceTones[each.state];
      return wrap(`${signs[tone]} ${convergenceText(each)}`, room, '').map((line) => paint(tone, line));
    }),
    ...roles.flatMap((role) => wrap(`${role.role}: ${roleText(role)}`, room, '')),
  ];
}

function generatorLines(result: RunResult, paint: Paint, room: number): string[] {
  const rows = generatorTable(result, true);
  const widths = columnWidths(rows);
  const lines = rows.map((cells) => clip(paddedCells(cells, widths, (at) => at > 0).join('  '), room));
  return lines.map((line, at) => (at === 0 ? paint('dim', line) : line));
}

/** A text beside its name; what does not fit goes below it. */
function row(name: string, text: string, room: number): string[] {
  return wrap(text, room - nameWidth, '').map((line, at) => `${(at === 0 ? name : '').padEnd(nameWidth)}${line}`);
}

function findingLines({ findings, diagnosis }: RunResult, paint: Paint, room: number): string[] {
  // What the diagnosis says is not said twice.
  const cause = findings.findIndex(({ id }) => id === diagnosis?.cause);
  const others = findings.filter((_, index) => index !== cause);
  return others.map(({ id, severity, title }) => {
    const tone = severityTones[severity];
    const name = clip(`[${id}]`, Math.floor(room / 2));
    const told = clip(title, room - 12 - name.length);
    return `${paint(tone, `${signs[tone]} ${severity.padEnd(8)}`)} ${told} ${paint('dim', name)}`;
  });
}

function tableLines(result: RunResult, paint: Paint, room: number): string[] {
  if (result.steps.length === 0) return [];
  const cells = (column: Column) => result.steps.map((step) => plain(column.cell(step)));
  const widthOf = (column: Column) => {
    const widest = Math.max(column.head.length, ...cells(column).map((cell) => cell.length));
    return column.head === 'step' ? Math.min(widest, 16) : column.head === 'errors' ? Math.min(widest, 40) : widest;
  };
  let columns = stepColumns(result).map((column) => ({ column, width: widthOf(column) }));
  const total = () => columns.reduce((sum, { width }) => sum + width + 2, -2);
  while (total() > room) {
    const spare = Math.max(...columns.map(({ column }) => column.need));
    if (spare === 0) break;
    columns = columns.filter(({ column }) => column.need !== spare);
  }
  const over = Math.max(0, total() - room);
  columns = columns.map((one) => (one.column.head === 'step' ? { ...one, width: Math.max(4, one.width - over) } : one));
  const widths = columns.map(({ width }) => width);
  const line = (text: (column: Column) => string) => {
    const cells = columns.map(({ column, width }) => clip(text(column), width));
    return paddedCells(cells, widths, (at) => columns[at]?.column.right === true)
      .join('  ')
      .trimEnd();
  };
  return [
    paint(
      'dim',
      line(({ head }) => head),
    ),
    ...result.steps.map((step) => {
      const text = line(({ cell }) => cell(step));
      return step.kind === 'measure' ? text : paint('dim', text);
    }),
    paint('dim', 'latencies in ms; response unless named'),
  ];
}

function requestLines(result: RunResult, paint: Paint, room: number): string[] {
  return plainTable(requestTable(result), { texts: 2, widestText: 12 }, paint, room);
}

function observedLines(result: RunResult, paint: Paint, room: number): string[] {
  const lines = plainTable(observedTable(result), { texts: 1, widestText: 24 }, paint, room);
  return lines.length === 0 ? [] : [...lines, paint('dim', observedNote)];
}

/** A table whose first columns are text; the last ones go where there is too little room. */
function plainTable(
  table: readonly (readonly string[])[],
  { texts, widestText }: { readonly texts: number; readonly widestText: number },
  paint: Paint,
  room: number,
): string[] {
  const [heads, ...rows] = table;
  if (!heads) return [];
  const widths = columnWidths([heads, ...rows.map((cells) => cells.map(plain))]).map((widest, at) =>
    at < texts ? Math.min(widest, widestText) : widest,
  );
  let columns = widths.length;
  while (widths.slice(0, columns).reduce((sum, width) => sum + width + 2, -2) > room) columns--;
  const line = (cells: readonly string[]) => {
    const kept = cells.slice(0, columns).map((cell, at) => (at < texts ? clip(cell, widths[at] ?? 0) : cell));
    return paddedCells(kept, widths, (at) => at >= texts).join('  ');
  };
  return [paint('dim', line(heads)), ...rows.map(line)];
}

function sloLines(result: RunResult, paint: Paint, room: number): string[] {
  return ruleLines(result).flatMap(({ tone, rule, text }) => {
    const [first = '', ...rest] = wrap(`${signs[tone]} ${rule}  ${text}`, room, '  ');
    return [paint(tone, first.trimStart()), ...rest];
  });
}
