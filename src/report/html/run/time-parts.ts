/** Where the mean response time goes, as one bar with its parts in words. */
import type { Diagnosis } from '../../../model/finding.ts';
import type { RunResult } from '../../../model/run-result.ts';
import { stepText } from '../../../model/step-text.ts';
import { formatLatencyUs } from '../../../model/units.ts';
import { besideTime } from '../../words/beside-time.ts';
import { partLook, restLook } from '../kind-looks.ts';
import { html, type Markup } from '../markup.ts';

const leastShown = 0.01;

/** Nothing where it is not known; what is not explained is a part of its own, and what no part can show stands beside the bar. */
export function timeParts({ decomposition, cause }: Diagnosis, { steps, findings }: RunResult): Markup | undefined {
  if (!decomposition || decomposition.parts.length === 0) return undefined;
  const { step, responseMeanUs, parts, notExplainedUs } = decomposition;
  const told = parts.map(({ what, kind, target, site, us }) => ({
    us,
    look: partLook(kind),
    text: html`${target} ${what}${site === undefined ? undefined : html` at <code>${site}</code>`}`,
  }));
  const rest = { us: Math.max(0, notExplainedUs), look: restLook, text: html`not explained` };
  const whole = Math.max(
    responseMeanUs,
    [...told, rest].reduce((sum, { us }) => sum + us, 0),
  );
  const shown = [...told, rest].filter(({ us }) => us >= leastShown * whole);
  const beside = besideTime(
    decomposition,
    steps.find(({ name }) => name === step),
    findings.find(({ id }) => id === cause),
  );
  return html`<div class="time-parts"><h2>Where the ${formatLatencyUs(responseMeanUs)} of a mean answer went, in ${stepText({ name: step })}</h2>
<div class="time-bar" aria-hidden="true">${shown.map(({ us, look }) => html`<i class="${look}" style="width:${Math.round((1000 * us) / whole) / 10}%"></i>`)}</div>
<ul>${shown.map(({ us, look, text }) => html`<li><span class="swatch ${look}" aria-hidden="true"></span><b>${formatLatencyUs(us)}</b> ${text}</li>`)}</ul>
${beside.map((sentence) => html`<p class="beside">${sentence}</p>`)}</div>`;
}
