/** Where the mean response time goes, as one bar with its parts in words. */
import type { Diagnosis } from '../../../model/finding.ts';
import { formatLatencyUs } from '../../../model/units.ts';
import { html, type Markup } from '../markup.ts';

const looks = 5;
const leastShown = 0.01;

/** Nothing where it is not known; what is not explained is a part of its own. */
export function timeParts({ decomposition }: Diagnosis): Markup | undefined {
  if (!decomposition || decomposition.parts.length === 0) return undefined;
  const { step, responseMeanUs, parts, notExplainedUs } = decomposition;
  const told = parts.map(({ what, target, site, us }, index) => ({
    us,
    look: `t${index % looks}`,
    text: html`${target} ${what}${site === undefined ? undefined : html` at <code>${site}</code>`}`,
  }));
  const rest = { us: Math.max(0, notExplainedUs), look: 'rest', text: html`not explained` };
  const whole = Math.max(
    responseMeanUs,
    [...told, rest].reduce((sum, { us }) => sum + us, 0),
  );
  const shown = [...told, rest].filter(({ us }) => us >= leastShown * whole);
  return html`<div class="time-parts"><h2>Where the ${formatLatencyUs(responseMeanUs)} of a mean answer went, in step ${step}</h2>
<div class="time-bar" aria-hidden="true">${shown.map(({ us, look }) => html`<i class="${look}" style="width:${Math.round((1000 * us) / whole) / 10}%"></i>`)}</div>
<ul>${shown.map(({ us, look, text }) => html`<li><span class="swatch ${look}" aria-hidden="true"></span><b>${formatLatencyUs(us)}</b> ${text}</li>`)}</ul></div>`;
}
