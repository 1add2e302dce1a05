/** The charts of the live page: made when their first line appears, made anew when lines join, and else moved on. A closed function. */
import type { Line, Panel } from '../charts/panel.ts';
import type { OwnPlan, TargetPlan } from '../charts/panel-plan.ts';
import type { ReportData } from '../charts/report-data.ts';
import type { El, MakeElement } from '../client/browser.ts';
import type { ChartView } from '../client/chart-view.ts';
import type { LivePlan } from './plan.ts';

/** The charts of one page. */
export interface LiveCharts {
  /** The lines that there are have changed. */
  remake(): void;
  /** Each chart that there is. */
  each(act: (chart: ChartView) => void): void;
}

/** Puts a chart into a place on the page. */
type AddChart = (panel: Panel, host: El, timeAxis: boolean) => ChartView;

/** Fills `host` with the groups of the plan. */
export function createLiveCharts(
  make: MakeElement,
  host: El,
  plan: LivePlan,
  data: ReportData,
  add: AddChart,
): LiveCharts {
  const charts = new Map<string, { readonly chart: ChartView; readonly lines: string }>();
  const places = plan.groups.map((group) => {
    const title = make('h3', { hidden: '' }, group.title);
    const seats = group.charts.map(() => make('div', {}));
    host.append(title, ...seats);
    return { group, title, seats };
  });

  const find = (name: string) =>
    data.series.map((one, series) => ({ ...one, series })).filter((one) => one.name === name);

  const linesOf = (chart: OwnPlan | TargetPlan): Line[] => {
    if ('strokes' in chart) {
      return chart.strokes.flatMap(([name, label, colour, fade, dash, width]) =>
        find(name).map(({ series, target }) => ({
          series,
          label,
          target,
          colour: { name: colour, fade },
          dash,
          width,
        })),
      );
    }
    return data.targets.flatMap(({ id, underTest, colour }) =>
      chart.names.flatMap((name, index) =>
        find(name)
          .filter(({ target }) => target === id)
          .map(({ series, title }) => {
            const label = index > 0 && underTest ? `${id}, ${title}` : id;
            return { series, label, target: id, colour, dash: index > 0, width: index > 0 ? 1 : 1.5 };
          }),
      ),
    );
  };

  const panelOf = (chart: OwnPlan | TargetPlan, lines: readonly Line[]): Panel => {
    const unit = data.series[lines[0]?.series ?? -1]?.unit ?? '';
    const legend = 'strokes' in chart ? 'lines' : 'targets';
    return { unit, shape: 'lines', height: 130, log: false, variants: [], ...chart, legend, lines };
  };

  const remakeOne = (chart: OwnPlan | TargetPlan, seat: El) => {
    const lines = linesOf(chart);
    const known = charts.get(chart.id);
    const shown = JSON.stringify(lines);
    if (known?.lines === shown) return lines.length > 0;
    known?.chart.remove();
    charts.delete(chart.id);
    if (lines.length === 0) return false;
    const figure = make('figure', {});
    seat.replaceChildren(figure);
    charts.set(chart.id, { chart: add(panelOf(chart, lines), figure, true), lines: shown });
    return true;
  };

  return {
    remake: () => {
      for (const { group, title, seats } of places) {
        const drawn = group.charts.map((chart, index) => remakeOne(chart, seats[index] ?? host));
        title.hidden = !drawn.includes(true);
      }
    },
    each: (act) => {
      for (const { chart } of charts.values()) act(chart);
    },
  };
}
