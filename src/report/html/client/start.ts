/** Where the page's script begins: reads the data, builds the charts, and keeps them on one time axis. A closed function. */
import type { Panel } from '../charts/panel.ts';
import type { ReportData } from '../charts/report-data.ts';
import type { El, View } from './browser.ts';
import type { ChartTools, ChartView, createChartView, Shared } from './chart-view.ts';
import type { lineColumns, lonePoints, nearestPoint, outlineColumns, stackColumns } from './columns.ts';
import type { CompareParts, compareProfiles } from './compare-profiles.ts';
import type { createExplorer } from './explorer.ts';
import type { steerByKeys } from './keys.ts';
import type { startLinks } from './links.ts';
import type { paintBands, paintFaults, paintMarks } from './paint.ts';
import type { createPlot } from './plot.ts';
import type { sortTables } from './sort-tables.ts';
import type { paintSpreads, valueScale } from './spread.ts';
import type { createTip, createToolbar, swatchMaker } from './toolbar.ts';
import type { colourReader, elementMaker, shortNumber, startTheme, steppedNumber } from './tools.ts';

/** Every other function of the script, by name. */
export interface Parts extends CompareParts {
  readonly compareProfiles: typeof compareProfiles;
  readonly sortTables: typeof sortTables;
  readonly elementMaker: typeof elementMaker;
  readonly colourReader: typeof colourReader;
  readonly shortNumber: typeof shortNumber;
  readonly steppedNumber: typeof steppedNumber;
  readonly startTheme: typeof startTheme;
  readonly lineColumns: typeof lineColumns;
  readonly outlineColumns: typeof outlineColumns;
  readonly stackColumns: typeof stackColumns;
  readonly lonePoints: typeof lonePoints;
  readonly nearestPoint: typeof nearestPoint;
  readonly paintBands: typeof paintBands;
  readonly paintFaults: typeof paintFaults;
  readonly paintMarks: typeof paintMarks;
  readonly paintSpreads: typeof paintSpreads;
  readonly valueScale: typeof valueScale;
  readonly createPlot: typeof createPlot;
  readonly createChartView: typeof createChartView;
  readonly swatchMaker: typeof swatchMaker;
  readonly createToolbar: typeof createToolbar;
  readonly createTip: typeof createTip;
  readonly createExplorer: typeof createExplorer;
  readonly startLinks: typeof startLinks;
  readonly steerByKeys: typeof steerByKeys;
}

/** Brings the page to life. */
export function startReport(view: View, parts: Parts): void {
  const { document } = view;
  const byId = (id: string) => document.getElementById(id) ?? document.createElement('div');
  const data: ReportData = JSON.parse(byId('report-data').textContent ?? '{}');
  const make = parts.elementMaker(document);
  const swatch = parts.swatchMaker(make);
  const colour = parts.colourReader(view, make);
  const tools: ChartTools = { ...parts, view, data, make, colour, swatch, number: parts.shortNumber };
  const charts = new Set<ChartView>();
  let zooming = false;
  let writeLink = () => {};

  const zoom = (min: number, max: number) => {
    if (zooming || max - min < 0.01) return;
    zooming = true;
    shared.range = { min, max };
    for (const chart of charts) chart.zoom(min, max);
    refreshToolbar();
    writeLink();
    // uPlot applies scales in a microtask; until then its hooks would answer this very zoom.
    view.requestAnimationFrame(() => {
      zooming = false;
    });
  };
  const shared: Shared = {
    hiddenTargets: new Set(),
    range: { min: data.fromS, max: data.toS },
    whole: data,
    zoom,
    reset: () => zoom(data.fromS, data.toS),
    toggleTarget: (id) => {
      if (!shared.hiddenTargets.delete(id)) shared.hiddenTargets.add(id);
      redrawAll();
    },
    ...parts.createTip(view, make, data, swatch, tools),
  };
  const refreshToolbar = parts.createToolbar(make, byId('toolbar'), data, shared, swatch);
  const redrawAll = () => {
    for (const chart of charts) chart.redraw();
    refreshToolbar();
  };
  const addChart = (panel: Panel, host: El, timeAxis: boolean) => {
    const chart = parts.createChartView(tools, shared, panel, host, timeAxis);
    charts.add(chart);
    return () => {
      charts.delete(chart);
      chart.remove();
    };
  };

  for (const host of document.querySelectorAll('figure[data-panel]')) {
    const panels = data.groups.flatMap((group) => group.panels);
    const panel = panels.find(({ id }) => id === host.dataset['panel']);
    if (panel) addChart(panel, host, host.dataset['time'] === 'yes');
  }
  const explore = parts.createExplorer(make, byId('explorer'), data, addChart);
  parts.startTheme(view, byId('theme'), redrawAll);
  new view.ResizeObserver(() => {
    for (const chart of charts) chart.resize();
  }).observe(byId('charts'));
  parts.sortTables(document.querySelectorAll('.hot table'), make);
  parts.startFlames(document.querySelectorAll('.flame'), make, parts);
  parts.compareProfiles(document, byId('compare-profiles'), make, parts);
  writeLink = parts.startLinks(view, data, charts, shared, explore);
  startPrinting();

  function startPrinting(): void {
    const root = document.documentElement;
    let held: string | undefined;
    view.addEventListener('beforeprint', () => {
      held = root.dataset['theme'];
      root.dataset['theme'] = 'light';
      redrawAll();
    });
    view.addEventListener('afterprint', () => {
      if (held === undefined) root.removeAttribute('data-theme');
      else root.dataset['theme'] = held;
      redrawAll();
    });
  }
}
