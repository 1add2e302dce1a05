/** Progress of looking without load: sums over all targets in the line that is redrawn, and a line for everything that happens to one. */
import type { Sample } from '../model/sample.ts';
import { formatDurationMs, formatNumber } from '../model/units.ts';
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
}: {
  readonly startUs: number;
  readonly forMs: number | undefined;
}): Teller {
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
    return [{ drawn: [`observing ${formatDurationMs(seconds * 1000)}`, ...values(latest), end].join(' | ') }];
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

function values(latest: ReadonlyMap<string, ReadonlyMap<string, number>>): string[] {
  return shown.flatMap(([name, title]) => {
    const all = [...(latest.get(name)?.values() ?? [])];
    return all.length === 0 ? [] : [`${title} ${formatNumber(all.reduce((sum, value) => sum + value, 0))}`];
  });
}

function lineOf(sample: Sample, end: string): string | undefined {
  if (sample.kind !== 'event') return undefined;
  if (sample.event === 'phase') return `${sample.message} ${end}`;
  return sample.target === undefined ? sample.message : `${sample.target}: ${sample.message}`;
}
