/** The local run queues of all targets: a strip for each, the longest first, what its ink means, and the same as tables. */
import type { LocalQueues } from '../../../model/local-queues.ts';
import { formatCount, formatNumber, formatShare } from '../../../model/units.ts';
import { html, type Markup } from '../markup.ts';
import { queueStrip, rowName, rowsOf } from './queue-strip.ts';
import type { ReportData } from './report-data.ts';
import { inkLevels, levelOf } from './shape-frame.ts';

const mostOpen = 4;
/** Each may be 100 KB of the page; those with shorter queues are in the result. */
const mostDrawn = 24;

/** The strips; undefined where no queue was ever longer than zero, or the run is of an older version. */
export function queueStripsPart(all: readonly LocalQueues[] | undefined, data: ReportData): Markup | undefined {
  if (all === undefined || all.length === 0) return undefined;
  const ranked = all
    .map((queues) => ({ queues, longest: longestOf(queues), sum: sumOf(queues) }))
    .sort((a, b) => b.longest.length - a.longest.length || b.sum - a.sum);
  const most = ranked[0]?.longest.length ?? 1;
  const figures = ranked.slice(0, mostDrawn).map(({ queues, longest }) => figureOf(queues, longest, most, data));
  const [open, folded, left] = [figures.slice(0, mostOpen), figures.slice(mostOpen), ranked.length - figures.length];
  return html`<div id="local-queues"><h4>Local run queue of each P</h4>
<p class="hint">Each row is a P, each cell the goroutines on its own queue when the scheduler printed it: the stronger, the more, by magnitude. Dotted lines are events.${ranked.length > mostOpen ? ` The ${mostOpen} targets with the longest queues come first.` : ''}</p>
${legend(most)}
${open}
${folded.length > 0 ? html`<details><summary>Local run queues of ${folded.length} more ${folded.length === 1 ? 'target' : 'targets'}, none longer than ${formatCount(ranked[mostOpen]?.longest.length ?? 0)}</summary>${folded}</details>` : undefined}
${left > 0 ? html`<p class="hint">${left} more with shorter queues are not drawn; localQueues in result.json has them.</p>` : undefined}
</div>`;
}

/** The longest of a target, the first of its kind. */
interface Longest {
  readonly length: number;
  readonly row: number;
  readonly atUs: number;
}

function figureOf(queues: LocalQueues, longest: Longest, most: number, data: ReportData): Markup {
  const { target, procs, psPerRow, columnUs } = queues;
  const worst = `at most ${formatCount(longest.length)}, on ${rowName(queues, longest.row)} ${momentOf(longest.atUs, columnUs, data)}`;
  const label = `Local run queues of ${target} over time: ${worst}; the table below tells of each P`;
  const grouped = psPerRow > 1 ? `. It has ${procs} Ps: ${psPerRow} share a row, which has the longest of theirs` : '';
  const merged = columnUs === undefined ? '' : `. A cell has the longest of ${formatNumber(columnUs / 1e6)} s`;
  return html`<figure class="strip"><figcaption><strong>${target}</strong><span class="hint">${worst}${grouped}${merged}</span></figcaption>
<div class="scroll" tabindex="0">${queueStrip(queues, most, label, data)}</div>
<details><summary>Longest queue of each P, as a table</summary>${tableOf(queues, data)}</details></figure>`;
}

/** Which lengths have which ink; those that no length has are left out. */
function legend(most: number): Markup {
  const lengths = Array.from({ length: most }, (_, at) => at + 1);
  const keys = inkLevels.flatMap((ink, level) => {
    const own = lengths.filter((length) => levelOf(length, most) === level);
    const [first, last] = [own[0], own.at(-1)];
    if (first === undefined || last === undefined) return [];
    const text = last > first ? `${first}–${last}` : String(first);
    return [html`<span><i class="ink" style="--ink-share:${ink * 100}%"></i>${text}</span>`];
  });
  return html`<p class="curves">Goroutines on a queue: <span><i class="ink" style="--ink-share:0%"></i>0</span>${keys}<span>no cell: not seen, or no such P</span></p>`;
}

function tableOf(queues: LocalQueues, data: ReportData): Markup {
  const { columnUs, lengths } = queues;
  const rows = Array.from({ length: rowsOf(queues) }, (_, row) => {
    const seen = lengths.flatMap((column) => column[row] ?? []);
    return { row, longest: longestOf(queues, row), share: seen.filter((length) => length > 0).length / seen.length };
  });
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">P</th><th scope="col" class="n">longest queue</th><th scope="col">when</th><th scope="col" class="n">not empty, of ${columnUs === undefined ? 'the looks' : 'these stretches of time'}</th></tr></thead><tbody>${rows.map(
    ({ row, longest, share }) =>
      html`<tr><th scope="row">${rowName(queues, row)}</th><td class="n">${formatCount(longest.length)}</td><td>${longest.length === 0 ? '' : momentOf(longest.atUs, columnUs, data)}</td><td class="n">${formatShare(share)}</td></tr>`,
  )}</tbody></table></div>`;
}

function momentOf(atUs: number, columnUs: number | undefined, { bands }: ReportData): string {
  const atS = atUs / 1e6;
  const step = bands.find(({ fromS, toS }) => atS >= fromS && atS < toS);
  const inStep = step ? `, in step ${step.name}` : '';
  return columnUs === undefined
    ? `at ${formatNumber(atS)} s${inStep}`
    : `in the ${formatNumber(columnUs / 1e6)} s from ${formatNumber(atS)} s on${inStep}`;
}

/** Of all rows, or of one. */
function longestOf({ atUs, lengths }: LocalQueues, only?: number): Longest {
  let found: Longest = { length: -1, row: only ?? 0, atUs: 0 };
  for (const [at, column] of lengths.entries()) {
    for (const [row, length] of column.entries()) {
      if ((only === undefined || row === only) && length > found.length) found = { length, row, atUs: atUs[at] ?? 0 };
    }
  }
  return found;
}

function sumOf({ lengths }: LocalQueues): number {
  return lengths.reduce((sum, column) => column.reduce((own, length) => own + length, sum), 0);
}
