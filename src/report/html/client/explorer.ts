/** The explorer: any series of the result as a chart of its own, all its targets in it. A closed function. */
import type { Panel } from '../charts/panel.ts';
import type { ReportData } from '../charts/report-data.ts';
import type { El, MakeElement } from './browser.ts';

/** Fills the explorer's section: a choice of series, a button to add its chart, and the charts; returns what adds the chart of a series. */
export function createExplorer(
  make: MakeElement,
  host: El,
  data: ReportData,
  addChart: (panel: Panel, host: El, timeAxis: boolean) => () => void,
): (name: string) => void {
  const names = [...new Set(data.series.map(({ name }) => name))].toSorted();
  if (names.length === 0) return () => {};
  const groups = [...new Set(names.map((name) => name.split('.')[0] ?? ''))];
  const choices = groups.map((group) => {
    const own = names.filter((name) => name.split('.')[0] === group);
    return make('optgroup', { label: group }, ...own.map((name) => make('option', { value: name }, name)));
  });
  const select = make('select', { 'aria-label': 'Series to draw' }, ...choices);
  const button = make('button', { type: 'button' }, 'Add chart');
  const charts = make('div', {});
  let added = 0;

  const panelOf = (name: string): Panel => {
    const lines = data.targets.flatMap(({ id, colour }) => {
      const series = data.series.findIndex((one) => one.name === name && one.target === id);
      return series < 0 ? [] : [{ series, label: id, target: id, colour, dash: false, width: 1.5 }];
    });
    const unit = data.series[lines[0]?.series ?? -1]?.unit ?? '';
    const everyS = data.series[lines[0]?.series ?? -1]?.everyS ?? 0;
    const shape = everyS > 0 ? 'lines' : 'points';
    return {
      id: `own-${added}`,
      title: name,
      unit,
      shape,
      height: 170,
      legend: 'targets',
      log: false,
      lines,
      variants: [],
    };
  };
  const add = (name: string) => {
    added += 1;
    const figure = make('figure', {});
    charts.append(figure);
    const remove = addChart(panelOf(name), figure, true);
    const close = make('button', { type: 'button', class: 'close', 'aria-label': `Remove ${name}` }, 'Remove');
    close.addEventListener('click', remove);
    figure.append(close);
  };
  button.addEventListener('click', () => add(select.value));
  host.append(make('div', { class: 'controls' }, make('label', {}, 'Series ', select), button), charts);
  return add;
}
