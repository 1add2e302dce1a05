/** The whole shape of latencies: when they were long, and how far into the tail. */
import type { RunResult } from '../../../model/run-result.ts';
import { heatMap } from '../charts/heat-map.ts';
import type { ReportData } from '../charts/report-data.ts';
import { spectrumPart } from '../charts/spectrum.ts';
import { html, type Markup } from '../markup.ts';

/** The heat map over time and the percentiles by step; undefined where neither is known. */
export function latencyShapePart({ heat, steps }: RunResult, data: ReportData): Markup | undefined {
  const spectrum = spectrumPart(steps.filter(({ kind }) => kind === 'measure'));
  if (!heat && !spectrum) return undefined;
  return html`<section id="latency-shape"><h2>The shape of latency</h2>
${
  heat &&
  html`<h3>Response over time</h3><p class="hint">Each cell is ${heat.columnUs / 1e6} s wide and holds the arrivals due then that took so long: the stronger, the more, by magnitude. A band that splits in two is two kinds of answers; single pale cells above it are the tail. Dotted lines are events.${(data.faults ?? []).length > 0 ? ' Hatched: a fault in force.' : undefined}</p>
<div class="scroll" tabindex="0">${heatMap(heat, data)}</div>`
}
${
  spectrum &&
  html`<h3>Response by percentile, step by step</h3><p class="hint">Each nine to the right is ten times rarer. A curve goes on as long as ten arrivals lie beyond it, then straight to the greatest.</p>
${spectrum}`
}</section>`;
}
