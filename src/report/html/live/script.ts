/** The script of the live page as text, made like that of the report. */
import { createChartView } from '../client/chart-view.ts';
import { lineColumns, lonePoints, nearestPoint, outlineColumns, stackColumns } from '../client/columns.ts';
import { steerByKeys } from '../client/keys.ts';
import { paintBands, paintFaults, paintMarks } from '../client/paint.ts';
import { createPlot } from '../client/plot.ts';
import { paintSpreads, valueScale } from '../client/spread.ts';
import { createTip, swatchMaker } from '../client/toolbar.ts';
import { colourReader, elementMaker, shortNumber, startTheme, steppedNumber } from '../client/tools.ts';
import { createLiveBoard } from './board.ts';
import { createLiveCharts } from './charts.ts';
import { connectLive } from './connection.ts';
import { createFollow } from './follow.ts';
import { type LiveParts, startLive } from './start.ts';
import { createStepRows } from './step-rows.ts';
import { createLiveStore } from './store.ts';

const parts: LiveParts = {
  elementMaker,
  colourReader,
  shortNumber,
  steppedNumber,
  startTheme,
  lineColumns,
  outlineColumns,
  stackColumns,
  lonePoints,
  nearestPoint,
  paintBands,
  paintFaults,
  paintMarks,
  paintSpreads,
  valueScale,
  createPlot,
  createChartView,
  steerByKeys,
  swatchMaker,
  createTip,
  createLiveStore,
  createLiveCharts,
  createLiveBoard,
  createStepRows,
  createFollow,
  connectLive,
};

/** The script: starts the live page on the window's own uPlot. */
export function liveScript(): string {
  const members = Object.entries(parts).map(([name, part]) => `${name}: ${part.toString()}`);
  return `'use strict';\n(${startLive.toString()})(window, {\n${members.join(',\n')}\n});`;
}
