/** Charts made from the plan and from what a result holds. */
import type { DrawnSeries, DrawnTarget } from './chart-data.ts';
import { goroutineVariants } from './goroutine-stack.ts';
import type { Line, Panel, PanelGroup } from './panel.ts';
import { type OwnPlan, panelPlan, type Stroke, type TargetPlan } from './panel-plan.ts';

/** The charts of a result, in reading order; a chart without a single series is named as absent instead. */
export function panelGroups(
  series: readonly DrawnSeries[],
  targets: readonly DrawnTarget[],
  observed: boolean,
): readonly PanelGroup[] {
  const shown = panelPlan.filter(({ only }) => only === undefined || only === (observed ? 'observed' : 'load'));
  return shown.map(({ title, note, charts }) => {
    const panels: Panel[] = [];
    const absent: string[] = [];
    for (const chart of charts) {
      const panel = panelOf(chart, series, targets);
      if (panel.lines.length > 0) panels.push(panel);
      else absent.push(panel.title);
    }
    return { title, note, panels, absent };
  });
}

function panelOf(
  chart: OwnPlan | TargetPlan | 'goroutines',
  series: readonly DrawnSeries[],
  targets: readonly DrawnTarget[],
): Panel {
  const base = { unit: '', shape: 'lines', height: 130, log: false, variants: [] } as const;
  if (chart === 'goroutines') {
    const variants = goroutineVariants(series, targets);
    const lines = variants[0]?.lines ?? [];
    const title = 'Goroutines by wait reason';
    return {
      ...base,
      id: chart,
      title,
      unit: 'goroutines',
      shape: 'stack',
      height: 240,
      legend: 'lines',
      lines,
      variants,
    };
  }
  if ('strokes' in chart) {
    const { strokes, ...rest } = chart;
    const lines = strokes.flatMap((stroke) => ownLines(stroke, series));
    return { ...base, unit: unitOf(lines, series), ...rest, legend: 'lines', lines };
  }
  const { names, ...rest } = chart;
  const lines = names.flatMap((name, index) => targetLines(name, index > 0, series, targets));
  return { ...base, unit: unitOf(lines, series), ...rest, legend: 'targets', lines };
}

function ownLines([name, label, colour, fade, dash, width]: Stroke, all: readonly DrawnSeries[]): Line[] {
  return all.flatMap((candidate, series) => {
    if (candidate.name !== name) return [];
    const { target } = candidate;
    return [{ series, label, target, colour: { name: colour, fade }, dash, width }];
  });
}

function targetLines(
  name: string,
  second: boolean,
  all: readonly DrawnSeries[],
  targets: readonly DrawnTarget[],
): Line[] {
  return targets.flatMap((target) => {
    const series = all.findIndex((candidate) => candidate.name === name && candidate.target === target.id);
    if (series < 0) return [];
    const own = target.underTest && second;
    const label = own ? `${target.id}, ${all[series]?.title ?? name}` : target.id;
    return [
      {
        series,
        label,
        target: target.id,
        colour: target.colour,
        dash: second,
        width: own || targets.length > 8 ? 1 : 1.5,
      },
    ];
  });
}

function unitOf(lines: readonly Line[], series: readonly DrawnSeries[]): string {
  return series[lines[0]?.series ?? -1]?.unit ?? '';
}
