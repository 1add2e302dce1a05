/** From the least to the greatest value of each stretch that a point stands for, behind the line of its means. Closed functions. */
import type { Colour, DrawnSeries } from '../charts/chart-data.ts';
import type { Line } from '../charts/panel.ts';
import type { Plot, PlotMaker } from './browser.ts';

/** The scale of a chart's values: from zero, on both sides of it where values are negative, or in magnitudes, and wide enough for the spread of these lines in the time in sight. */
export function valueScale(
  maker: PlotMaker,
  series: readonly DrawnSeries[],
  lines: readonly Line[],
  log: boolean,
): object {
  const reached = (
    plot: Plot,
    pick: (one: DrawnSeries) => DrawnSeries['low'],
    better: typeof Math.max,
    most: number,
  ) => {
    const { min: fromS = 0, max: toS = 0 } = plot.scales['x'] ?? {};
    for (const line of lines) {
      const one = series[line.series];
      for (const [at, value] of (one && pick(one))?.entries() ?? []) {
        const moment = one?.t[at] ?? 0;
        const aside = (one?.everyS ?? 0) / 2;
        if (value !== null && moment + aside >= fromS && moment - aside <= toS) most = better(most, value);
      }
    }
    return most;
  };
  const fromZero = (plot: Plot, min: number | null, max: number | null) => {
    const top = reached(plot, ({ high }) => high, Math.max, Math.max(max ?? 0, 0));
    const bottom = reached(plot, ({ low }) => low, Math.min, Math.min(min ?? 0, 0));
    return [bottom * 1.08, top > 0 ? top * 1.08 : bottom < 0 ? 0 : 1];
  };
  const magnitudes = (plot: Plot, min: number | null, max: number | null) => {
    if (min === null || max === null) return [min, max];
    const least = reached(
      plot,
      ({ low }) => low?.map((value) => (value !== null && value > 0 ? value : null)),
      Math.min,
      min,
    );
    return maker.rangeLog(
      least,
      reached(plot, ({ high }) => high, Math.max, max),
      10,
      false,
    );
  };
  return log ? { distr: 3, range: magnitudes } : { range: fromZero };
}

/** Paints the spread of each line that has one: a pale block for each of its stretches of time, so that no peak is hidden by a mean. */
export function paintSpreads(
  plot: Plot,
  series: readonly DrawnSeries[],
  lines: readonly Line[],
  colour: (colour: Colour) => string,
  pxRatio: number,
): void {
  const { ctx, bbox } = plot;
  const floor = plot.scales['y']?.min ?? 0;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.globalAlpha = 0.22;
  for (const line of lines) {
    const one = series[line.series];
    if (one?.low === undefined || one.high === undefined) continue;
    ctx.fillStyle = colour(line.colour);
    for (let at = 0; at < one.t.length; at++) {
      const low = one.low[at];
      const high = one.high[at];
      if (typeof low !== 'number' || typeof high !== 'number') continue;
      const moment = one.t[at] ?? 0;
      const left = plot.valToPos(moment - one.everyS / 2, 'x', true);
      const right = plot.valToPos(moment + one.everyS / 2, 'x', true);
      const top = plot.valToPos(Math.max(high, floor), 'y', true);
      const bottom = plot.valToPos(Math.max(low, floor), 'y', true);
      ctx.fillRect(left, top, Math.max(right - left, pxRatio), Math.max(bottom - top, pxRatio));
    }
  }
  ctx.restore();
}
