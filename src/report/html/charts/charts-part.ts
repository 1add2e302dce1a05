/** The places on the page that the script fills with charts. */
import { formatNumber } from '../../../model/units.ts';
import { html, type Markup } from '../markup.ts';
import type { PanelGroup } from './panel.ts';
import { schedulerCharts } from './panel-plan.ts';
import type { ReportData } from './report-data.ts';

/** All charts on one time axis, `queues` below those of the scheduler, and the explorer; one sentence instead when there is no series at all. */
export function chartsPart(data: ReportData, queues?: Markup): Markup {
  if (data.series.length === 0) {
    return html`<section id="charts"><h2>Over time</h2><p class="hint">This result holds no series: nothing was sent and nothing was observed.</p></section>`;
  }
  return html`<section id="charts"><h2>Over time</h2>
<p class="hint">One time axis for all charts, in seconds since the origin of the run. Drag across a chart to zoom all of them, double-click to go back. Dotted lines are events.${brokenHint(data)}${faultHint(data)}${traceHint(data)}${spreadHint(data)}</p>
<noscript><p>The charts need JavaScript; every number is in the tables as well.</p></noscript>
<div id="toolbar" class="toolbar"></div>
${data.groups.map((group) => [groupPart(group), group.title === schedulerCharts ? queues : undefined])}
<h3>All series</h3><p class="hint">Any series of the result, all its targets in one chart.</p>
<div id="explorer"></div>
</section>`;
}

function brokenHint({ bands }: ReportData): string {
  if (bands.every(({ broke }) => broke === undefined)) return '';
  const others = bands.some(({ broke }) => broke === 'broke-too') ? ', more pale: steps that broke too' : '';
  return ` On red: the first step that broke${others}.`;
}

function faultHint({ faults = [] }: ReportData): string {
  return faults.length === 0
    ? ''
    : ' Hatched: a fault in force, by its name; the line at the bottom goes on until users were well again.';
}

function traceHint({ traces = [] }: ReportData): string {
  return traces.length === 0 ? '' : ' A bar at the lower edge: an execution trace of that time was kept.';
}

/** Says how a long run is drawn. */
function spreadHint({ series }: ReportData): string {
  const bucket = series.find(({ high }) => high !== undefined);
  if (!bucket) return '';
  return ` The run is long: a point is the mean of ${formatNumber(bucket.everyS)} s or more, on a pale block from the least to the greatest value seen in them.`;
}

/** The places of the charts of one group. */
export function groupPart({ title, note, panels, absent }: PanelGroup): Markup {
  if (panels.length === 0) return html`<h3>${title}</h3><p class="hint">Not observed in this run.</p>`;
  return html`<h3>${title}</h3><p class="hint">${note}</p>
${panels.map(
  ({ id }, index) =>
    html`<figure id="chart-${id}" data-panel="${id}" data-time="${index === panels.length - 1 ? 'yes' : 'no'}"></figure>`,
)}
${absent.length > 0 ? html`<p class="hint">Not observed in this run: ${absent.join(', ')}.</p>` : undefined}`;
}
