/** Live progress of an observation: one line that redraws itself on a terminal, and a line for everything that happens to a target. */
import type { Sink } from '../model/contracts.ts';
import type { Sample } from '../model/sample.ts';
import { formatDurationMs, formatNumber } from '../model/units.ts';

/** Where progress goes; `forMs` is undefined when only the user ends it. */
export interface WatchOptions {
  readonly write: (text: string) => void;
  readonly redraw: boolean;
  readonly columns: number;
  readonly startUs: number;
  readonly forMs: number | undefined;
}

const eraseLine = '\r\x1b[2K';
const redrawUs = 500_000;

/** Sums over all targets, each with its title. */
const shown: readonly (readonly [series: string, title: string])[] = [
  ['container.cpu_percent', 'CPU %'],
  ['goroutines.total', 'goroutines'],
  ['sched.runqueue', 'runq'],
  ['gc.cycles', 'gc'],
];

/** A sink that draws with `write`. */
export function createWatchSink(options: WatchOptions): Sink {
  const { write, redraw, columns, startUs, forMs } = options;
  const latest = new Map<string, Map<string, number>>();
  let drawnUs = Number.NEGATIVE_INFINITY;
  const end = forMs === undefined ? 'until Ctrl-C' : `for ${formatDurationMs(forMs)}, or until Ctrl-C`;
  const draw = (atUs: number) => {
    const text = [
      `observing ${formatDurationMs(Math.floor((atUs - startUs) / 1e6) * 1000)}`,
      ...values(latest),
      end,
    ].join(' | ');
    write(`${eraseLine}${text.slice(0, columns - 1)}`);
    drawnUs = atUs;
  };
  return {
    kind: 'watch',
    accept: (sample) => {
      if (sample.kind === 'reading') take(latest, sample);
      const line = lineOf(sample, end);
      if (line !== undefined) write(`${redraw ? eraseLine : ''}${line}\n`);
      if (redraw && sample.kind === 'reading' && sample.atUs - drawnUs >= redrawUs) draw(sample.atUs);
    },
    close: async () => {
      if (redraw) write(eraseLine);
    },
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
