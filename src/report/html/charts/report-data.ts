/** All that the page's script is given, as one JSON value. */
import { isObservation } from '../../../model/raw-run.ts';
import type { RunResult } from '../../../model/run-result.ts';
import {
  type Band,
  bands,
  type DrawnSeries,
  type DrawnTarget,
  drawnSeries,
  drawnTargets,
  type FaultBand,
  faultBands,
  type Mark,
  timeSpan,
} from './chart-data.ts';
import type { PanelGroup } from './panel.ts';
import { panelGroups } from './panels.ts';

/** The charts of a report and their data; times in seconds since the origin. */
export interface ReportData {
  readonly fromS: number;
  readonly toS: number;
  readonly bands: readonly Band[];
  readonly marks: readonly Mark[];
  /** Absent where none was asked for. */
  readonly faults?: readonly FaultBand[];
  /** When execution traces were kept; absent where none were. */
  readonly traces?: readonly { readonly fromS: number; readonly toS: number }[];
  readonly targets: readonly DrawnTarget[];
  readonly series: readonly DrawnSeries[];
  readonly groups: readonly PanelGroup[];
}

/** The drawable part of a result. */
export function reportData(result: RunResult): ReportData {
  const series = drawnSeries(result);
  const targets = drawnTargets(result);
  const marks = result.events.map(({ atUs, target, message }) => ({
    atS: atUs / 1e6,
    text: target === undefined ? message : `${target}: ${message}`,
  }));
  const traces = (result.traces?.windows ?? []).map(({ atUs, untilUs }) => ({ fromS: atUs / 1e6, toS: untilUs / 1e6 }));
  return {
    ...timeSpan(result),
    bands: bands(result),
    marks,
    ...(result.faults ? { faults: faultBands(result) } : {}),
    ...(traces.length > 0 ? { traces } : {}),
    targets,
    series,
    groups: panelGroups(series, targets, isObservation(result.scenario)),
  };
}
