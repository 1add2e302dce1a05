/**
 * The picture of a gate, as SVG without script: how much worse the candidate is at each step, between what is harmless and what must not
 * pass.
 */
import type { CheckChange, GateCheck, GateReport } from '../../../model/gate-checks.ts';
import { canOnlyFail } from '../../../model/gate-terms.ts';
import { formatPercent, formatSignedPercent } from '../../../model/units.ts';
import { outcomeTones } from '../../words/gate-terms.ts';
import { html, type Markup } from '../markup.ts';
import { linearScale, round } from '../svg-scale.ts';

const width = 860;
const rowHeight = 34;
/** What has surely room at the left of the picture; the whole name is in its title and in the table. */
const longestLabel = 27;
const plot = { left: 190, right: width - 20, top: 26 };

/** What goes further is cut off here, with an arrow, so that the others can be told apart; percent. */
const mostPercent = 60;

/** One row for each check whose margins are the gate's own; undefined when nothing was estimated. */
export function gateChart({ checks, tolerance, detect }: GateReport): Markup | undefined {
  const rows = checks.flatMap((check) =>
    check.change && (check.metric === undefined || !canOnlyFail(check.metric))
      ? [{ check, ...drawnChange(check.change, check.rounds) }]
      : [],
  );
  if (rows.length === 0) return undefined;
  const margins = [tolerance * 100, detect * 100];
  const x = linearScale(
    [0, ...margins, ...rows.flatMap(({ low, high, rounds }) => [low, high, ...rounds])],
    plot.left,
    plot.right,
  );
  const bottom = plot.top + rows.length * rowHeight;
  const [harmless = 0, refused = 0] = margins.map(x.at);
  return html`<svg class="drawing" viewBox="0 0 ${width} ${bottom + 26}" role="img" aria-label="Change of the candidate by step; the table below has the same numbers">
<rect x="${round(refused)}" y="${plot.top}" width="${round(plot.right - refused)}" height="${bottom - plot.top}" fill="var(--red)" opacity="0.08"/>
<rect x="${plot.left}" y="${plot.top}" width="${round(harmless - plot.left)}" height="${bottom - plot.top}" fill="var(--green)" opacity="0.08"/>
${x.ticks.map((value) => html`<path class="grid" d="M${round(x.at(value))} ${plot.top}V${bottom}"/><text x="${round(x.at(value))}" y="${bottom + 18}" text-anchor="middle">${signed(value)}</text>`)}
<text x="${round(harmless - 6)}" y="${plot.top - 8}" text-anchor="end">harmless</text>
<text x="${round(refused + 6)}" y="${plot.top - 8}">must not pass</text>
${rows.map(({ check, truth, estimate, low, high, rounds, cut }, index) => {
  const y = plot.top + (index + 0.5) * rowHeight;
  const dot = html`<circle cx="${round(x.at(estimate))}" cy="${y - 4}" r="4.5" fill="currentColor"/>`;
  return html`<g class="${outcomeTones[check.outcome]}" style="color:var(--tone)"><title>${check.text}</title><text x="${plot.left - 12}" y="${y + 4}" text-anchor="end">${labelOf(check)}</text>
${rounds.map((value) => roundMark(value, x.at(value), y + 7))}
<path d="M${round(x.at(low))} ${y - 4}H${round(x.at(high))}" stroke="currentColor" stroke-width="5" opacity="0.35"/>${cut.map((side) => arrow(x.at(side * mostPercent), y - 4, side))}${truth === estimate ? dot : beyond(truth, x.at(estimate), y)}</g>`;
})}
</svg>`;
}

function drawnChange(change: CheckChange, rounds: readonly number[] = []) {
  const within = (value: number) => Math.min(Math.max(value, -mostPercent), mostPercent);
  const low = change.low ?? Number.NEGATIVE_INFINITY;
  const high = change.high ?? Number.POSITIVE_INFINITY;
  const truth = change.estimate ?? Number.POSITIVE_INFINITY;
  return {
    truth,
    estimate: within(truth),
    low: within(low),
    high: within(high),
    rounds: rounds.map(within),
    cut: [...(low < -mostPercent ? [-1] : []), ...(high > mostPercent ? [1] : [])],
  };
}

/** A round; one that is beyond the picture is an arrow at its edge. */
function roundMark(percent: number, x: number, y: number): Markup {
  const side = Math.abs(percent) < mostPercent ? 0 : Math.sign(percent);
  if (side === 0) return html`<circle cx="${round(x)}" cy="${y}" r="2.5" fill="var(--muted)" opacity="0.55"/>`;
  return html`<path d="M${round(x)} ${y - 3}l${side * 5} 3l${side * -5} 3z" fill="var(--muted)"/>`;
}

/** Says that an interval goes on beyond the picture. */
function arrow(x: number, y: number, side: number): Markup {
  return html`<path d="M${round(x)} ${y - 6}L${round(x + side * 9)} ${y}L${round(x)} ${y + 6}Z" fill="currentColor"/>`;
}

/** An estimate that has no place in the picture is written where it leaves it. */
function beyond(percent: number, x: number, y: number): Markup {
  const side = Math.sign(percent);
  const said = Number.isFinite(percent) ? signed(percent) : 'without bound';
  return html`<text x="${round(x - side * 8)}" y="${y - 8}" text-anchor="${side > 0 ? 'end' : 'start'}">${said}</text>`;
}

function labelOf({ step, name }: GateCheck): string {
  const label = step === undefined ? name : `${name} at ${step}`;
  return label.length > longestLabel ? `${label.slice(0, longestLabel - 1)}…` : label;
}

/** Nothing has no sign. */
function signed(percent: number): string {
  return percent === 0 ? formatPercent(percent) : formatSignedPercent(percent);
}
