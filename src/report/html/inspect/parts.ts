/** One input of `inspect` on the page: tables of its processes, goroutines, functions or percentiles. */
import { shortFunction } from '../../../model/function-name.ts';
import type { Snapshot } from '../../../model/inspected-goroutines.ts';
import type { InspectedProcess } from '../../../model/inspected-process.ts';
import type { HistogramInspection, Inspection, LogInspection, ProfileInspection } from '../../../model/inspection.ts';
import { formatCount, formatNumber } from '../../../model/units.ts';
import {
  aboutInput,
  latencyOf,
  momentText,
  placeText,
  siteText,
  unitText,
  valueText,
} from '../../words/inspect-text.ts';
import { counted, noValue, partText } from '../../words/number-format.ts';
import { flameGraph } from '../flame-graph.ts';
import { html, type Markup } from '../markup.ts';
import { bar } from '../run/steps-table.ts';
import { tracePart } from './trace-part.ts';

const groupsShown = 100;
const functionsShown = 25;

/** The section of an input. */
export function inputPart(inspection: Inspection): Markup {
  const body =
    inspection.kind === 'profile'
      ? profilePart(inspection)
      : inspection.kind === 'hlog'
        ? histogramPart(inspection)
        : inspection.kind === 'trace'
          ? tracePart(inspection)
          : logPart(inspection);
  return html`<section><h2>${inspection.file}</h2><p class="hint">${aboutInput(inspection)}.</p>${body}</section>`;
}

function logPart({ processes, processesLeftOut, dumps, dumpsLeftOut, rejects }: LogInspection): Markup {
  const leftOut = processesLeftOut + dumpsLeftOut;
  return html`${processes.length > 0 ? processTable(processes) : undefined}
${processes.map(worstTable)}
${dumps.map(snapshotPart)}
${leftOut > 0 ? html`<p class="hint">${formatCount(leftOut)} further processes and dumps are only counted.</p>` : undefined}
${
  rejects.length > 0
    ? html`<details><summary>Lines that could not be read</summary><ul>${rejects.map(
        ({ kind, count, example }) => html`<li>${kind} × ${formatCount(count)}: <code>${example}</code></li>`,
      )}</ul></details>`
    : undefined
}`;
}

type Cell = readonly [head: string, text: (process: InspectedProcess) => string | undefined];

const processCells: readonly Cell[] = [
  ['SCHED lines', ({ sched }) => sched && formatCount(sched.lines)],
  ['Ps', ({ sched }) => sched && formatNumber(sched.gomaxprocs.last)],
  ['run queue', ({ sched }) => sched && meanMax(sched.runqueue)],
  ['local queues', ({ sched }) => sched && meanMax(sched.localRunqueues)],
  ['idle Ps', ({ sched }) => sched && formatNumber(sched.idleprocs.mean)],
  ['waited for a P', ({ sched }) => sched && `${formatCount(sched.saturatedLines)} lines`],
  ['threads', ({ sched }) => sched && `${formatCount(sched.threads.last)}, max ${formatCount(sched.threads.max)}`],
  ['GC cycles', ({ gc }) => gc && formatCount(gc.cycles)],
  ['a minute', ({ gc }) => (gc?.perMinute === undefined ? undefined : formatNumber(gc.perMinute))],
  [
    'pause p50, p99, max ms',
    ({ gc }) => gc && [gc.pauseMs.p50, gc.pauseMs.p99, gc.pauseMs.max].map(formatNumber).join(', '),
  ],
  ['GC CPU %', ({ gc }) => (gc?.cpuPercent === undefined ? undefined : formatNumber(gc.cpuPercent))],
  ['live heap MiB', ({ gc }) => gc && `${formatCount(gc.heapLiveMib.last)}, max ${formatCount(gc.heapLiveMib.max)}`],
  ['init ms', ({ init }) => init && formatNumber(init.clockMs)],
];

function meanMax({ mean, max }: { readonly mean: number; readonly max: number }): string {
  return `${formatNumber(mean)}, max ${formatCount(max)}`;
}

/** Columns that no process fills are left out. */
function processTable(processes: readonly InspectedProcess[]): Markup {
  const cells = processCells.filter(([, text]) => processes.some((process) => text(process) !== undefined));
  return html`<h3>Processes</h3><div class="scroll" tabindex="0"><table class="slo"><thead><tr><th scope="col">process</th>${cells.map(
    ([head]) => html`<th scope="col" class="n">${head}</th>`,
  )}</tr></thead><tbody>${processes.map(
    (process) =>
      html`<tr><th scope="row" title="${placeText(process.first)} to ${placeText(process.last)}">${process.name}</th>${cells.map(
        ([, text]) => html`<td class="n">${text(process) ?? noValue}</td>`,
      )}</tr>`,
  )}</tbody></table></div>`;
}

function worstTable({ name, sched, gc }: InspectedProcess): Markup | undefined {
  const rows = [
    ...(sched?.worst ?? []).map((moment) => ({
      at: momentText(moment.atMs / 1000),
      what: `${formatCount(moment.runqueue)} goroutines in the global run queue and ${formatCount(moment.localRunqueues)} in local ones, ${counted(moment.idleprocs, 'idle P')}`,
      place: placeText(moment),
    })),
    ...(gc?.worst ?? []).map((moment) => ({
      at: moment.atS === undefined ? noValue : momentText(moment.atS),
      what: `${formatNumber(moment.pauseMs)} ms pause of cycle ${formatCount(moment.cycle)}, ${formatCount(moment.heapLiveMib)} MiB live`,
      place: placeText(moment),
    })),
  ];
  if (rows.length === 0) return undefined;
  return html`<details><summary>Worst moments of ${name}</summary><div class="scroll" tabindex="0"><table><thead><tr><th scope="col" class="n">at</th><th scope="col">what</th><th scope="col">in the log</th></tr></thead><tbody>${rows.map(
    ({ at, what, place }) => html`<tr><td class="n">${at}</td><td>${what}</td><td class="hint">${place}</td></tr>`,
  )}</tbody></table></div></details>`;
}

function snapshotPart({ name, cause, place, total, byReason, groups, ofTheLook, withoutStack = 0 }: Snapshot): Markup {
  const most = groups[0]?.count ?? 1;
  const timed = groups.some(({ longestWaitMinutes }) => longestWaitMinutes !== undefined);
  const known = groups.some(({ createdBy }) => createdBy !== undefined);
  const look = ofTheLook > 0 ? `, without ${formatCount(ofTheLook)} of the look itself` : '';
  const unread = withoutStack > 0 ? `, ${formatCount(withoutStack)} more without a readable stack` : '';
  const left = groups.length - groupsShown;
  return html`<h3>${name} <span class="unit">${counted(total, 'goroutine')}${unread}${look}${place ? `, ${placeText(place)}` : ''}</span></h3>
${cause === undefined ? undefined : html`<p><code>${cause}</code></p>`}
<p class="hint">${byReason.map(({ reason, count }) => `${formatCount(count)} ${reason}`).join(', ')}</p>
<div class="scroll" tabindex="0"><table class="sites"><thead><tr><th scope="col" class="n">count</th>${timed ? html`<th scope="col" class="n">longest</th>` : undefined}<th scope="col">state</th>${known ? html`<th scope="col">started by</th>` : undefined}<th scope="col">at</th></tr></thead>
<tbody>${groups.slice(0, groupsShown).map((group) => {
    const { count, reason, longestWaitMinutes, createdBy = [], frames } = group;
    const waited = longestWaitMinutes === undefined ? '' : `${longestWaitMinutes} min`;
    return html`<tr><td class="n barred">${formatCount(count)}${bar(count / most, undefined, 'rate')}</td>${timed ? html`<td class="n">${waited}</td>` : undefined}<td>${reason}</td>${known ? html`<td>${createdBy.map((creator) => html`<code title="${creator}">${shortFunction(creator)}</code> `)}</td>` : undefined}
<td><details class="stack"><summary><code>${siteText(group)}</code></summary><ol>${frames.map((frame) => html`<li><code>${frame}</code></li>`)}</ol></details></td></tr>`;
  })}</tbody></table></div>
${left > 0 ? html`<p class="hint">and ${counted(left, 'more group')}: see --json</p>` : undefined}`;
}

function profilePart(profile: ProfileInspection): Markup {
  const { columns, column, functions, functionsLeftOut, flame, snapshot } = profile;
  const { unit = '', total = 0, type = '' } = columns[column] ?? {};
  if (total === 0) return html`<p>No ${type}: the profile is empty.</p>`;
  const share = (value: number) => partText(value, total);
  const left = functions.length + functionsLeftOut - functionsShown;
  const picture = flameGraph(flame, total, (value) => `${valueText(value, unit)}, ${share(value)}`);
  const table = html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col" class="n">flat</th><th scope="col" class="n">cum</th><th scope="col">function</th></tr></thead><tbody>${functions
    .slice(0, functionsShown)
    .map(
      ({ name, flat, cum }) =>
        html`<tr><td class="n barred" data-value="${flat}" title="${share(flat)}">${valueText(flat, unit)}${bar(flat / total, undefined, 'rate')}</td><td class="n" data-value="${cum}" title="${share(cum)}">${valueText(cum, unit)}</td><td><code title="${name}">${shortFunction(name)}</code></td></tr>`,
    )}</tbody></table>${left > 0 ? html`<p class="hint">and ${counted(left, 'more function')}: see --json</p>` : undefined}</div>`;
  const others = columns
    .filter((_, at) => at !== column)
    .map((each) => `${each.type} ${valueText(each.total, each.unit)}`);
  return html`${others.length > 0 ? html`<p class="hint">Also in it: ${others.join(', ')}.</p>` : undefined}
${snapshot ? snapshotPart(snapshot) : undefined}
${snapshot ? html`<h3>All stacks</h3>${picture}` : html`<div class="hot">${table}${picture}</div>`}`;
}

function histogramPart({ tags, unit, unitFrom }: HistogramInspection): Markup {
  const keys = ['p50', 'p90', 'p99', 'p999', 'max'] as const;
  return html`<div class="scroll" tabindex="0"><table><thead><tr><th scope="col">tag</th><th scope="col" class="n">values</th><th scope="col" class="n">intervals</th><th scope="col" class="n">long</th>${[
    'mean',
    'p50',
    'p90',
    'p99',
    'p99.9',
    'max',
  ].map((head) => html`<th scope="col" class="n">${head}</th>`)}</tr></thead><tbody>${tags.map(
    ({ tag, intervals, whole, mean }) =>
      html`<tr><th scope="row">${tag === '' ? 'untagged' : tag}</th><td class="n">${formatCount(whole.count)}</td><td class="n">${formatCount(intervals)}</td><td class="n">${momentText(whole.lengthS)}</td><td class="n">${latencyOf(mean, unit)}</td>${keys.map(
        (key) => html`<td class="n">${latencyOf(whole[key], unit)}</td>`,
      )}</tr>`,
  )}</tbody></table></div><p class="hint">${unitText({ unit, unitFrom })}.</p>`;
}
