/** Where the script of the live page begins: listens, shows what it is told, stops the run, and goes on to the report. A closed function. */
import type { LiveEnd, LiveUpdate } from '../../../model/live.ts';
import type { ChartTools, createChartView, Shared } from '../client/chart-view.ts';
import type { CompareParts } from '../client/compare-profiles.ts';
import type { Parts } from '../client/start.ts';
import type { createLiveBoard } from './board.ts';
import type { createLiveCharts } from './charts.ts';
import type { connectLive } from './connection.ts';
import type { createFollow } from './follow.ts';
import type { LivePlan } from './plan.ts';
import type { createStepRows } from './step-rows.ts';
import type { createLiveStore } from './store.ts';
import type { LiveView } from './window.ts';

/** Every other function of the script, by name. */
export interface LiveParts
  extends Omit<
    Parts,
    'createExplorer' | 'createToolbar' | 'startLinks' | 'compareProfiles' | 'sortTables' | keyof CompareParts
  > {
  readonly createChartView: typeof createChartView;
  readonly createLiveStore: typeof createLiveStore;
  readonly createLiveCharts: typeof createLiveCharts;
  readonly createLiveBoard: typeof createLiveBoard;
  readonly createStepRows: typeof createStepRows;
  readonly createFollow: typeof createFollow;
  readonly connectLive: typeof connectLive;
}

/** Brings the page to life. */
export function startLive(view: LiveView, parts: LiveParts): void {
  const { document } = view;
  const byId = (id: string) => document.getElementById(id) ?? document.createElement('div');
  const plan: LivePlan = JSON.parse(byId('live-plan').textContent ?? '{}');
  const make = parts.elementMaker(document);
  const swatch = parts.swatchMaker(make);
  const colour = parts.colourReader(view, make);
  const store = parts.createLiveStore(plan);
  const { data } = store;
  const tools: ChartTools = { ...parts, view, data, make, colour, swatch, number: parts.shortNumber };
  const showWords = parts.createLiveBoard(
    make,
    byId,
    parts.shortNumber,
    parts.createStepRows(make, byId('live-steps'), parts.shortNumber),
  );
  const range = { min: data.fromS, max: data.toS };
  const showFollows = (follows: boolean) => {
    byId('follow').hidden = follows;
  };
  const follow = parts.createFollow(
    (listener, ms) => view.setTimeout(listener, ms),
    range,
    () => charts,
    showFollows,
  );
  const redrawAll = () => charts.each((chart) => chart.redraw());
  const shared: Shared = {
    hiddenTargets: new Set(),
    range,
    whole: data,
    zoom: follow.zoom,
    reset: follow.reset,
    toggleTarget: (id) => {
      if (!shared.hiddenTargets.delete(id)) shared.hiddenTargets.add(id);
      redrawAll();
    },
    ...parts.createTip(view, make, data, swatch, tools),
  };
  const charts = parts.createLiveCharts(make, byId('live-charts'), plan, data, (panel, host, timeAxis) =>
    parts.createChartView(tools, shared, panel, host, timeAxis),
  );

  const update = (news: LiveUpdate) => {
    // Another run has this address now: what is here is of one that is gone.
    if (store.run !== undefined && store.run !== news.run) {
      view.location.reload();
      return;
    }
    const hasOthers = store.apply(news);
    follow.quietly(() => {
      if (hasOthers) charts.remake();
      charts.each((chart) => chart.update());
    });
    follow.goOn(data.fromS, data.toS);
    showWords(store);
    if (news.now.isStopping) byId('stop').setAttribute('disabled', '');
  };
  const end = ({ report, message }: LiveEnd) => {
    if (report) view.location.replace('report.html');
    byId('live-word').textContent = 'Over';
    byId('live-sentence').textContent = message;
  };

  byId('no-stop').hidden = view.location.hash !== '';
  byId('follow').addEventListener('click', follow.reset);
  parts.startTheme(view, byId('theme'), redrawAll);
  new view.ResizeObserver(() => charts.each((chart) => chart.resize())).observe(byId('live-charts'));
  parts.connectLive(view, byId('live-connection'), byId('stop'), { update, end });
}
