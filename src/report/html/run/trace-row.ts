/** Kept windows of execution traces over time: a row of marks. */
import type { RunResult } from '../../../model/run-result.ts';
import type { KeptWindow } from '../../../model/run-traces.ts';
import { formatLatencyUs } from '../../../model/units.ts';
import { counted, secondsText } from '../../words/number-format.ts';
import { html, type Markup } from '../markup.ts';
import { round } from '../svg-scale.ts';
import { shareOf, type Time } from './time-axis.ts';

/** The row, with what its marks mean; nothing where no window was kept in this time. */
export function traceRow({ traces }: RunResult, time: Time): Markup | undefined {
  const windows = windowsWithin(traces?.windows ?? [], time);
  if (windows.length === 0) return undefined;
  const slow = windows.filter(({ kept }) => kept === 'slow').length;
  const words = `${counted(windows.length, 'execution trace')} kept: ${slow} with the slowest answers, ${windows.length - slow} by lot`;
  return html`<figure class="lane row"><figcaption><b><a href="#traces">Traces</a></b><span class="range"><span class="key-trace slow">slow answers</span> <span class="key-trace">by lot</span></span></figcaption>
<div class="strip traced" role="img" aria-label="${words}">${windows.map((window) => mark(window, time))}</div></figure>`;
}

function mark({ atUs, untilUs, kept, target, slowestUs, file }: KeptWindow, time: Time): Markup {
  const [from, until] = [shareOf(atUs, time), shareOf(untilUs, time)];
  const slowest = slowestUs === undefined ? '' : `, slowest answer ${formatLatencyUs(slowestUs)}`;
  return html`<i class="kept ${kept}" style="left:${from}%;width:${round(until - from)}%" title="${target}, ${secondsText(atUs)} to ${secondsText(untilUs)}${slowest}: ${file}"></i>`;
}

/** Those of which some lies within. */
function windowsWithin(windows: readonly KeptWindow[], { fromUs, untilUs }: Time): readonly KeptWindow[] {
  return windows.filter((window) => window.untilUs > fromUs && window.atUs < untilUs);
}
