/**
 * The page's script as text. Each part is a function that refers to nothing outside itself, so that its source can be
 * embedded as it is: written, typed and linted like the rest of the project, without a bundler.
 */
import { shortFunction } from '../../../model/function-name.ts';
import { createChartView } from './chart-view.ts';
import { lineColumns, lonePoints, nearestPoint, outlineColumns, stackColumns } from './columns.ts';
import { compareProfiles } from './compare-profiles.ts';
import { createExplorer } from './explorer.ts';
import { flameDifference } from './flame-diff.ts';
import { flameBoxes, startFlames, walkFlame } from './flames.ts';
import { steerByKeys } from './keys.ts';
import { startLinks } from './links.ts';
import { paintBands, paintFaults, paintMarks } from './paint.ts';
import { createPlot } from './plot.ts';
import { sortTables } from './sort-tables.ts';
import { paintSpreads, valueScale } from './spread.ts';
import { type Parts, startReport } from './start.ts';
import { createTip, createToolbar, swatchMaker } from './toolbar.ts';
import { colourReader, elementMaker, shortNumber, startTheme, steppedNumber } from './tools.ts';

const parts: Parts = {
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
  swatchMaker,
  createToolbar,
  createTip,
  createExplorer,
  startLinks,
  startFlames,
  sortTables,
  flameBoxes,
  walkFlame,
  shortFunction,
  flameDifference,
  compareProfiles,
  steerByKeys,
};

/** The script: starts the report on the window's own uPlot. */
export function clientScript(): string {
  const members = Object.entries(parts).map(([name, part]) => `${name}: ${part.toString()}`);
  return `'use strict';\n(${startReport.toString()})(window, {\n${members.join(',\n')}\n});`;
}
