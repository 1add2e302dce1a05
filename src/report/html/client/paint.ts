/** What is painted on a chart besides its lines: steps as bands with names, events as dotted lines. Closed functions. */
import type { Band, Colour } from '../charts/chart-data.ts';
import type { ReportData } from '../charts/report-data.ts';
import type { Plot } from './browser.ts';

/** Paints the steps under the lines: every second step, and warm-up and drain, stand on a tint. */
export function paintBands(
  plot: Plot,
  bands: readonly Band[],
  colour: (colour: Colour) => string,
  pxRatio: number,
): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top - 16 * pxRatio, bbox.width, bbox.height + 16 * pxRatio);
  ctx.clip();
  ctx.font = `${11 * pxRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  for (const [index, band] of bands.entries()) {
    const from = plot.valToPos(band.fromS, 'x', true);
    const width = plot.valToPos(band.toS, 'x', true) - from;
    const aside = band.kind !== 'measure';
    if (aside || index % 2 === 1) {
      ctx.fillStyle = colour({ name: aside ? 'band-aside' : 'band', fade: 0 });
      ctx.fillRect(from, bbox.top, width, bbox.height);
    }
    const shown = Math.max(from, bbox.left) + 3 * pxRatio;
    const room = Math.min(from + width, bbox.left + bbox.width) - shown - 3 * pxRatio;
    const text = shortened(band.name, room);
    ctx.fillStyle = colour({ name: 'muted', fade: 0 });
    if (text.length > 1 || ctx.measureText(text).width <= room) ctx.fillText(text, shown, bbox.top - 13 * pxRatio);
  }
  ctx.restore();

  /** The beginning of a name that fits, with a mark that it goes on. */
  function shortened(name: string, room: number): string {
    if (ctx.measureText(name).width <= room) return name;
    let fits = 0;
    let tooLong = name.length;
    while (tooLong - fits > 1) {
      const middle = Math.floor((fits + tooLong) / 2);
      if (ctx.measureText(`${name.slice(0, middle)}…`).width <= room) fits = middle;
      else tooLong = middle;
    }
    return `${name.slice(0, fits)}…`;
  }
}

/** Paints events as dotted lines over the whole height. */
export function paintMarks(plot: Plot, data: ReportData, colour: (colour: Colour) => string, pxRatio: number): void {
  const { ctx, bbox } = plot;
  ctx.save();
  ctx.strokeStyle = colour({ name: 'ink', fade: 0.35 });
  ctx.lineWidth = pxRatio;
  ctx.setLineDash([1.5 * pxRatio, 3 * pxRatio]);
  for (const mark of data.marks) {
    const x = Math.round(plot.valToPos(mark.atS, 'x', true));
    if (x < bbox.left || x > bbox.left + bbox.width) continue;
    ctx.beginPath();
    ctx.moveTo(x, bbox.top);
    ctx.lineTo(x, bbox.top + bbox.height);
    ctx.stroke();
  }
  ctx.restore();
}
