/** What is painted on a chart besides its lines: steps as bands with names, events as dotted lines. Closed functions. */
import type { Band, Colour, FaultBand } from '../charts/chart-data.ts';
import type { ReportData } from '../charts/report-data.ts';
import type { Plot } from './browser.ts';

/** Paints the steps under the lines: those that broke stand on red, every other second one, warm-up and drain on a tint. */
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
    const ground = { name: aside ? 'band-aside' : 'band', fade: 0 };
    const red = { name: 'red', fade: band.broke === 'broke' ? 0.86 : 0.94 };
    if (band.broke || aside || index % 2 === 1) {
      ctx.fillStyle = colour(band.broke ? red : ground);
      ctx.fillRect(from, bbox.top, width, bbox.height);
    }
    if (band.broke) {
      ctx.fillStyle = colour({ name: 'rule', fade: 0 });
      ctx.fillRect(from, bbox.top, pxRatio, bbox.height);
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

/** Paints events as dotted lines over the whole height, and times in which traces were kept as a bar at the lower edge. */
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
  ctx.fillStyle = colour({ name: 'muted', fade: 0.25 });
  const tall = 3 * pxRatio;
  for (const { fromS, toS } of data.traces ?? []) {
    const from = Math.max(plot.valToPos(fromS, 'x', true), bbox.left);
    const until = Math.min(plot.valToPos(toS, 'x', true), bbox.left + bbox.width);
    if (until > from) ctx.fillRect(from, bbox.top + bbox.height - tall, Math.max(until - from, pxRatio), tall);
  }
  ctx.restore();
}

/**
 * Paints the time in which each fault was in force: under the lines hatched, each leaning otherwise than the one before, over them its
 * edges, its name, and a line until users were well again.
 */
export function paintFaults(
  plot: Plot,
  faults: readonly FaultBand[],
  colour: (colour: Colour) => string,
  pxRatio: number,
  layer: 'under' | 'over',
): void {
  const { ctx, bbox } = plot;
  const hues = ['red', 'purple', 'olive'];
  const rowHeight = 13 * pxRatio;
  const [top, bottom, right] = [bbox.top, bbox.top + bbox.height, bbox.left + bbox.width];
  const rows: number[] = [];
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = `${11 * pxRatio}px system-ui, sans-serif`;
  ctx.textBaseline = 'top';
  ctx.textAlign = 'left';
  for (const [index, fault] of faults.entries()) {
    const from = plot.valToPos(fault.fromS, 'x', true);
    const until = Math.max(plot.valToPos(fault.toS, 'x', true), from + pxRatio);
    const well = fault.isNeverWell
      ? right
      : fault.wellS === undefined
        ? undefined
        : plot.valToPos(fault.wellS, 'x', true);
    if (Math.max(until, well ?? until) < bbox.left || from > right) continue;
    const hue = hues[index % hues.length] ?? 'red';
    if (layer === 'under') hatch(from, until, index % hues.length, hue);
    else mark(fault, from, until, well, hue);
  }
  ctx.restore();

  function hatch(from: number, until: number, lean: number, hue: string): void {
    ctx.fillStyle = colour({ name: hue, fade: 0.9 });
    ctx.fillRect(from, top, until - from, bbox.height);
    ctx.save();
    ctx.beginPath();
    ctx.rect(from, top, until - from, bbox.height);
    ctx.clip();
    ctx.strokeStyle = colour({ name: hue, fade: 0.55 });
    ctx.lineWidth = pxRatio;
    ctx.beginPath();
    const apart = 9 * pxRatio;
    const reach = lean === 2 ? 0 : bbox.height;
    const [begin, end] = [Math.max(from, bbox.left) - reach, Math.min(until, right)];
    for (let x = begin - (begin % apart); x < end; x += apart) {
      ctx.moveTo(x, lean === 1 ? top : bottom);
      ctx.lineTo(x + reach, lean === 1 ? bottom : top);
    }
    ctx.stroke();
    ctx.restore();
  }

  function mark(fault: FaultBand, from: number, until: number, well: number | undefined, hue: string): void {
    ctx.strokeStyle = colour({ name: hue, fade: 0 });
    ctx.lineWidth = 1.5 * pxRatio;
    ctx.setLineDash([]);
    ctx.beginPath();
    for (const x of [from, until]) {
      ctx.moveTo(x, top);
      ctx.lineTo(x, bottom);
    }
    ctx.stroke();
    const shown = Math.max(from, bbox.left) + 4 * pxRatio;
    const width = ctx.measureText(fault.name).width;
    const left = Math.max(bbox.left + 2 * pxRatio, Math.min(shown, right - width - 4 * pxRatio));
    const free = rows.findIndex((taken) => taken < left);
    const row = free < 0 ? rows.length : free;
    rows[row] = left + width + 8 * pxRatio;
    const y = top + 3 * pxRatio + row * rowHeight;
    if (y + rowHeight < bottom) {
      ctx.fillStyle = colour({ name: 'paper', fade: 0 });
      ctx.fillRect(left - 2 * pxRatio, y - pxRatio, width + 4 * pxRatio, rowHeight);
      ctx.fillStyle = colour({ name: 'ink', fade: 0 });
      ctx.fillText(fault.name, left, y);
    }
    if (well === undefined) return;
    const level = bottom - 4 * pxRatio;
    ctx.strokeStyle = colour({ name: 'ink', fade: 0.1 });
    ctx.lineWidth = 2 * pxRatio;
    ctx.beginPath();
    ctx.moveTo(from, level);
    ctx.lineTo(well, level);
    if (!fault.isNeverWell) {
      ctx.moveTo(well, level - 5 * pxRatio);
      ctx.lineTo(well, bottom);
    }
    ctx.stroke();
  }
}
