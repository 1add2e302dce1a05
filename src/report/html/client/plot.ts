/** One uPlot on the page: lines, bands of steps, cursor and zoom. A closed function: its source is embedded. */
import type { Colour } from '../charts/chart-data.ts';
import type { Line, Panel } from '../charts/panel.ts';
import type { ReportData } from '../charts/report-data.ts';
import type { Columns, El, Plot, View } from './browser.ts';
import type { lonePoints, nearestPoint } from './columns.ts';
import type { paintBands, paintFaults, paintMarks } from './paint.ts';
import type { paintSpreads, valueScale } from './spread.ts';
import type { steppedNumber } from './tools.ts';

/** What a plot needs from the rest of the script. */
export interface PlotTools {
  readonly view: View;
  readonly data: ReportData;
  readonly colour: (colour: Colour) => string;
  readonly number: (value: number | null | undefined) => string;
  readonly steppedNumber: typeof steppedNumber;
  readonly lonePoints: typeof lonePoints;
  readonly nearestPoint: typeof nearestPoint;
  readonly paintBands: typeof paintBands;
  readonly paintFaults: typeof paintFaults;
  readonly paintMarks: typeof paintMarks;
  readonly paintSpreads: typeof paintSpreads;
  readonly valueScale: typeof valueScale;
}

/** What to plot: `columns` as drawn, one for each of `lines` after the moments. */
export interface PlotRequest {
  readonly parent: El;
  readonly panel: Panel;
  readonly lines: readonly Line[];
  readonly columns: Columns;
  /** Whether all values are whole numbers, so that its axis has no others. */
  readonly whole: boolean;
  readonly log: boolean;
  readonly timeAxis: boolean;
  readonly range: { readonly min: number; readonly max: number };
  /** The series whose line is brought out. */
  readonly marked: number | undefined;
  onZoom(min: number, max: number): void;
  onReset(): void;
  onCursor(plot: Plot): void;
}

/** Draws one chart. */
export function createPlot(tools: PlotTools, request: PlotRequest): Plot {
  const { view, data, colour, number } = tools;
  const { panel, lines, columns, log, range } = request;
  const font = '11px system-ui, sans-serif';
  const [muted, rule] = [colour({ name: 'muted', fade: 0 }), colour({ name: 'rule', fade: 0 })];

  const isolated = (plot: Plot, index: number) => tools.lonePoints(plot.data[index] ?? []);

  const seriesOptions = (line: Line) => {
    const stroke = colour(line.colour);
    const isMarked = request.marked === line.series;
    const alpha = (request.marked ?? line.series) === line.series ? 1 : 0.3;
    if (panel.shape === 'points') {
      return { alpha, stroke, paths: () => null, points: { show: true, size: 5, fill: stroke, width: 0 } };
    }
    if (panel.shape === 'stack' && !line.dash) return { alpha, width: 0, fill: stroke, points: { show: false } };
    const points = { show: true, size: 4, fill: stroke, width: 0, filter: isolated };
    return { alpha, stroke, width: line.width + (isMarked ? 1.25 : 0), dash: line.dash ? [5, 4] : undefined, points };
  };

  const reach = (plot: Plot, index: number) => {
    const everyS = data.series[lines[index - 1]?.series ?? -1]?.everyS ?? 0;
    const { min = 0, max = 1 } = plot.scales['x'] ?? {};
    return everyS > 0 ? everyS : (max - min) * 0.02;
  };

  const axis = { font, stroke: muted, grid: { stroke: rule, width: 1 }, ticks: { show: false } };
  const stepped = (splits: readonly (number | null)[], split: number) =>
    tools.steppedNumber(split, Number(splits[1]) - Number(splits[0]));
  const timeAxis = {
    ...axis,
    size: request.timeAxis ? 26 : 8,
    values: (_: Plot, splits: number[]) =>
      splits.map((split) => (request.timeAxis ? `${stepped(splits, split)} s` : '')),
  };
  const powers = [1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12];
  const everyPower = (_: Plot, splits: (number | null)[]) =>
    splits.map((split) => (split !== null && Number.isInteger(Math.log10(split)) ? split : null));
  const valueAxis = {
    ...axis,
    grid: log ? { ...axis.grid, filter: everyPower } : axis.grid,
    incrs: request.whole && !log ? powers.flatMap((power) => [power, 2 * power, 5 * power]) : undefined,
    size: 58,
    space: log ? 18 : 22,
    values: (_: Plot, splits: (number | null)[]) =>
      splits.map((split) => (split === null ? '' : log ? number(split) : stepped(splits, split))),
  };
  // Means that are stacked have no spread that could be drawn; their total has.
  const spread = panel.shape === 'stack' ? lines.filter((line) => line.dash) : lines;

  const faultsOn = (layer: 'under' | 'over') => (plot: Plot) =>
    tools.paintFaults(plot, data.faults ?? [], colour, view.uPlot.pxRatio, layer);

  return new view.uPlot(
    {
      width: Math.max(request.parent.clientWidth, 200),
      height: panel.height + (request.timeAxis ? 18 : 0),
      padding: [16, 20, 0, 0],
      legend: { show: false },
      focus: { alpha: 0.25 },
      scales: {
        x: { time: false, auto: false, min: range.min, max: range.max },
        y: tools.valueScale(view.uPlot, data.series, spread, log),
      },
      axes: [timeAxis, valueAxis],
      series: [{}, ...lines.map(seriesOptions)],
      cursor: {
        y: false,
        drag: { x: true, y: false },
        focus: { prox: lines.length > 4 && panel.shape !== 'stack' ? 24 : -1 },
        sync: { key: 'rampart', scales: ['x', null] },
        points: { size: 6 },
        bind: { dblclick: () => request.onReset },
        dataIdx: (plot: Plot, index: number, at: number) =>
          index === 0 ? at : tools.nearestPoint(plot.data, index, at, reach(plot, index)),
      },
      hooks: {
        drawClear: [(plot: Plot) => tools.paintBands(plot, data.bands, colour, view.uPlot.pxRatio), faultsOn('under')],
        drawAxes: [(plot: Plot) => tools.paintSpreads(plot, data.series, spread, colour, view.uPlot.pxRatio)],
        draw: [(plot: Plot) => tools.paintMarks(plot, data, colour, view.uPlot.pxRatio), faultsOn('over')],
        setCursor: [request.onCursor],
        setScale: [
          (plot: Plot, key: string) => {
            const { min, max } = plot.scales['x'] ?? {};
            if (key === 'x' && min !== undefined && max !== undefined) request.onZoom(min, max);
          },
        ],
      },
    },
    columns,
    request.parent,
  );
}
