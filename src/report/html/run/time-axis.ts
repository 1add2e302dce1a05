/** A stretch of a run as the width of a picture: places of moments, and round seconds under it. */
import { html, type Markup } from '../markup.ts';
import { round } from '../svg-scale.ts';

const axisMarks = 6;
/** A mark further right would hang out of the page. */
const mostShare = 98;

/** From when to when. */
export interface Time {
  readonly fromUs: number;
  readonly untilUs: number;
}

/** Where a moment stands, in percent of the width; one outside stands at the edge. */
export function shareOf(atUs: number, { fromUs, untilUs }: Time): number {
  return round(Math.min(100, Math.max(0, (100 * (atUs - fromUs)) / Math.max(1, untilUs - fromUs))));
}

/** The axis, below a picture that has a caption at its left. */
export function axisLane(time: Time): Markup {
  return html`<div class="lane"><span></span><div class="axis" aria-hidden="true">${marksOf(time).map(([share, text]) => html`<span style="left:${share}%">${text}</span>`)}</div></div>`;
}

/** Round seconds of the run, with their place in percent. */
function marksOf({ fromUs, untilUs }: Time): [share: number, text: string][] {
  const seconds = (untilUs - fromUs) / 1e6;
  const power = 10 ** Math.floor(Math.log10(Math.max(seconds / axisMarks, 1e-3)));
  const step = ([1, 2, 5, 10].find((each) => each * power >= seconds / axisMarks) ?? 10) * power;
  const first = Math.ceil(fromUs / 1e6 / step) * step;
  const marks: [number, string][] = [];
  for (let at = first; at <= untilUs / 1e6; at += step)
    marks.push([round((100 * (at * 1e6 - fromUs)) / (untilUs - fromUs)), `${Number(at.toPrecision(6))} s`]);
  return marks.filter(([share]) => share < mostShare);
}
