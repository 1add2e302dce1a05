/** Where CPU, allocations and waiting go, for a terminal. */
import type { FunctionCosts, ProfileTop } from '../../../model/profile-top.ts';
import { formatNumber } from '../../../model/units.ts';
import { alignedRows } from '../../words/aligned-rows.ts';
import { counted, rpsCell } from '../../words/number-format.ts';
import {
  amountText,
  columnText,
  nameText,
  partsText,
  rateText,
  requestsText,
  shareText,
} from '../../words/profile-text.ts';
import { cut, painter, wrap } from '../text.ts';

/** Whether to colour, and how many columns a line may have. */
export interface TextOptions {
  readonly color: boolean;
  readonly columns: number;
}

/** The table, the costs of a request, and what a reader must know; ends with a newline. */
export function profileTopText(top: ProfileTop, { color, columns }: TextOptions): string {
  const paint = painter(color);
  const room = Math.max(60, columns);
  const rate = rateText(top.total, top.unit, top.column, top.windowSeconds);
  const head = `${amountText(top.total, top.unit)} of ${columnText(top.column)}${rate === '' ? '' : ` (${rate})`}: ${partsText(top.parts)}`;
  const blocks = [
    [paint('bold', cut(head, room))],
    top.rows.length > 0 ? tableLines(top, room) : ['nothing: the profiles are empty'],
    ...top.costs.map((costs) => costLines(costs, top, room)),
    top.notes.flatMap((note) => wrap(`note: ${note}`, room, '')),
  ];
  return `${blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function tableLines({ rows, rowsLeftOut, total, unit, parts, by }: ProfileTop, room: number): string[] {
  const withServices = new Set(parts.map(({ service }) => service)).size > 1;
  let sum = 0;
  const cells = rows.map(({ name, flat, cum, services }) => {
    sum += flat;
    const where = withServices ? [servicesText(services)] : [];
    return [
      amountText(flat, unit),
      shareText(flat, total),
      shareText(sum, total),
      amountText(cum, unit),
      shareText(cum, total),
      ...where,
      nameText(name, by),
    ];
  });
  const head = ['flat', 'flat%', 'sum%', 'cum', 'cum%', ...(withServices ? ['in'] : []), by];
  return [
    ...alignedRows([head, ...cells], 5).map((line) => cut(line, room)),
    ...(rowsLeftOut > 0 ? [`and ${counted(rowsLeftOut, `more ${by}`)}: --rows 0 shows all`] : []),
  ];
}

/** The services that a function is in, most first. */
function servicesText(services: ProfileTop['rows'][number]['services']): string {
  const names = services.map(({ service }) => service);
  return names.length > 3 ? `${names.slice(0, 2).join(', ')} and ${names.length - 2} more` : names.join(', ');
}

function costLines(costs: FunctionCosts, { unit, column, order, by }: ProfileTop, room: number): string[] {
  const { service, run, steps, functions, requestsOf } = costs;
  const of = `${columnText(column)} of ${service}${run === undefined ? '' : ` in ${run}`}, ${requestsText(requestsOf)}`;
  const cells = [costs.total, ...functions].map(({ name, costs: values, growth, rises }) => [
    ...values.map((cost) => amountText(cost[order], unit)),
    growthText(growth, rises),
    name === '' ? 'all' : nameText(name, by),
  ]);
  const head = steps.map(({ step, rps }) =>
    rps === undefined || tells(step, rps) ? step : `${step} (${rpsCell(rps)}/s)`,
  );
  const marked = functions.filter(({ rises }) => rises !== 'no');
  return [
    ...wrap(`${of}${order === 'cum' ? ', with all that each calls' : ''}:`, room, ''),
    ...alignedRows([[...head, 'growth', by], ...cells], steps.length + 1).map((line) => cut(line, room)),
    ...(marked.some(({ rises }) => rises === 'yes')
      ? ['↑ costs more per request the higher the rate: it does not scale']
      : []),
    ...(marked.some(({ rises }) => rises === 'unknown') ? ['↑? seems to; how much of it is chance is not known'] : []),
  ];
}

/** Whether the name of a step says its rate. */
function tells(step: string, rps: number): boolean {
  return step.replaceAll(',', '').includes(rpsCell(rps).replaceAll(',', ''));
}

function growthText(growth: number | undefined, rises: FunctionCosts['functions'][number]['rises']): string {
  const mark = { yes: ' ↑', unknown: ' ↑?', no: '' }[rises];
  return `${growth === undefined ? '' : `×${formatNumber(growth)}`}${mark}`.trim();
}
