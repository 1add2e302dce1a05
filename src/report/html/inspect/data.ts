/** The curves of inspected logs as charts of the page. */
import type { InspectedProcess, InspectSeries } from '../../../model/inspected-process.ts';
import type { HistogramInspection, Inspection } from '../../../model/inspection.ts';
import { seriesInfo } from '../../../model/series.ts';
import { type DrawnSeries, type DrawnTarget, targetColours } from '../charts/chart-data.ts';
import type { Line, Panel, PanelGroup } from '../charts/panel.ts';
import { panelGroups } from '../charts/panels.ts';
import type { ReportData } from '../charts/report-data.ts';

interface NamedProcess {
  readonly id: string;
  readonly process: InspectedProcess;
}

/** Everything that these inputs say over time; times are of the life of each process, or from the beginning of a histogram log. */
export function inspectData(inspections: readonly Inspection[]): ReportData {
  const processes = namedProcesses(inspections);
  const targets = processes.map(({ id }, at): DrawnTarget => {
    const name = targetColours[at % targetColours.length] ?? 'blue';
    return { id, service: id, underTest: true, colour: { name, fade: at < targetColours.length ? 0 : 0.5 } };
  });
  const ofProcesses = processes.flatMap(({ id, process }) =>
    process.series.map((series) => drawn(series, id, process)),
  );
  const groups = panelGroups(ofProcesses, targets, true)
    .filter(({ panels }) => panels.length > 0)
    .map((group) => ({ ...group, absent: [] }));
  const histograms = inspections.flatMap((each) => (each.kind === 'hlog' ? [each] : []));
  const latency = latencyGroup(histograms, ofProcesses.length);
  const series = [...ofProcesses, ...latency.series];
  const moments = series.flatMap(({ t }) => [t[0] ?? 0, t.at(-1) ?? 0]);
  const [fromS, toS] = moments.length > 0 ? [Math.min(...moments), Math.max(...moments)] : [0, 1];
  const span = fromS < toS ? { fromS, toS } : { fromS: 0, toS: toS + 1 };
  return { ...span, bands: [], marks: [], targets, series, groups: [...groups, ...latency.groups] };
}

/** Processes by names that are unique on the page. */
function namedProcesses(inspections: readonly Inspection[]): NamedProcess[] {
  const logs = inspections.flatMap((each) => (each.kind === 'log' ? [each] : []));
  return logs.flatMap(({ file, processes }) =>
    processes.map((process) => ({ id: logs.length > 1 ? `${file} ${process.name}` : process.name, process })),
  );
}

function drawn({ name, points }: InspectSeries, target: string, { sched }: InspectedProcess): DrawnSeries {
  const everyS = name.startsWith('sched.') ? (sched?.intervalMs ?? 0) / 1000 : 0;
  const { title, unit } = seriesInfo(name);
  return { name, target, title, unit, everyS, t: points.map(([atS]) => atS), v: points.map(([, value]) => value) };
}

const strokes = [
  ['p50', 'p50', 0.45, 1.5],
  ['p90', 'p90', 0.2, 1.5],
  ['p99', 'p99', 0, 2.25],
  ['max', 'max', 0.2, 1],
] as const;

function latencyGroup(
  logs: readonly HistogramInspection[],
  before: number,
): { readonly series: readonly DrawnSeries[]; readonly groups: readonly PanelGroup[] } {
  const series: DrawnSeries[] = [];
  const panels: Panel[] = [];
  for (const { file, unit, tags } of logs) {
    const scale = { ns: 1_000_000, us: 1000, ms: 1, s: 0.001, bytes: 1, '': 1 }[unit];
    for (const { tag, points } of tags) {
      const title = [...(logs.length > 1 ? [file] : []), tag === '' ? 'values' : tag].join(', ');
      const shownUnit = unit === '' || unit === 'bytes' ? unit : 'ms';
      const lines = strokes.map(([key, label, fade, width]): Line => {
        const name = `${title} ${key}`;
        const t = points.map(({ atS }) => atS);
        const v = points.map((point) => Number((point[key] / scale).toPrecision(6)));
        series.push({ name, target: file, title: name, unit: shownUnit, everyS: points[0]?.lengthS ?? 0, t, v });
        const colour = { name: key === 'max' ? 'muted' : 'blue', fade };
        return { series: before + series.length - 1, label, target: file, colour, dash: false, width };
      });
      panels.push({
        id: `hlog-${panels.length}`,
        title,
        unit: shownUnit,
        shape: 'lines',
        height: 200,
        legend: 'lines',
        log: true,
        lines,
        variants: [],
      });
    }
  }
  const note = 'Each point is merged from whole intervals of the log; percentiles are never averaged.';
  return { series, groups: panels.length > 0 ? [{ title: 'Percentiles', note, panels, absent: [] }] : [] };
}
