/** Progress of looking without load: sums over all targets in the line that is redrawn, and a line for everything that happens to one. */
import type { Sample } from '../model/sample.ts';
import { formatDurationMs, formatNumber } from '../model/units.ts';
import { type LinePart, progressLine, Trends } from './progress-line.ts';
import type { Teller } from './teller.ts';

const redrawUs = 500_000;

/** Sums over all targets, each with its title. */
const shown: readonly (readonly [series: string, title: string])[] = [
  ['container.cpu_percent', 'CPU %'],
  ['goroutines.total', 'goroutines'],
  ['sched.runqueue', 'runq'],
  ['gc.cycles', 'gc'],
];

/** Tells of targets from `startUs` on, for `forMs` or until the user ends it. */
export function tellWatch({
  startUs,
  forMs,
  room,
}: {
  readonly startUs: number;
  readonly forMs: number | undefined;
  /** How many characters the line that is redrawn may have. */
  readonly room: number;
}): Teller {
  const trends = new Trends();
  const latest = new Map<string, Map<string, number>>();
  let drawnUs = Number.NEGATIVE_INFINITY;
  const end = forMs === undefined ? 'until Ctrl-C' : `for ${formatDurationMs(forMs)}, or until Ctrl-C`;
  return (sample) => {
    const line = lineOf(sample, end);
    if (line !== undefined) return [{ kept: line }];
    if (sample.kind !== 'reading') return [];
    take(latest, sample);
    if (sample.atUs - drawnUs < redrawUs) return [];
    drawnUs = sample.atUs;
    const seconds = Math.floor((sample.atUs - startUs) / 1e6);
    const observing = { text: `observing ${formatDurationMs(seconds * 1000)}` };
    return [{ drawn: progressLine([observing, ...values(latest, trends), { text: end, isExtra: true }], room) }];
  };
}

function take(
  latest: Map<string, Map<string, number>>,
  { target, values }: Extract<Sample, { kind: 'reading' }>,
): void {
  for (const [name] of shown) {
    const value = values[name];
    if (value === undefined) continue;
    const ofSeries = latest.get(name) ?? new Map<string, number>();
    latest.set(name, ofSeries.set(target, value));
  }
}

function values(latest: ReadonlyMap<string, ReadonlyMap<string, number>>, trends: Trends): LinePart[] {
  return shown.flatMap(([name, title]) => {
    const all = [...(latest.get(name)?.values() ?? [])];
    if (all.length === 0) return [];
    const sum = all.reduce((before, value) => before + value, 0);
    return [{ text: `${title} ${formatNumber(sum)}`, trend: name === 'gc.cycles' ? [] : trends.next(name, sum) }];
  });
}

function lineOf(sample: Sample, end: string): string | undefined {
  if (sample.kind !== 'event') return undefined;
  if (sample.event === 'phase') return `${sample.message} ${end}`;
  return sample.target === undefined ? sample.message : `${sample.target}: ${sample.message}`;
}
