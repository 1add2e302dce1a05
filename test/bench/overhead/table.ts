/** Changes as a Markdown table, and the answers to the targets. */
import { allSamplers, type Loop, off, offAgain } from './arms.ts';
import {
  type Answer,
  type Change,
  difference,
  fellByAtMost,
  isDistinguishable,
  type Of,
  type Run,
  ratio,
  roseByAtMost,
} from './changes.ts';

/** The most that all samplers together may take, of throughput and of the machine's CPU time. */
const mostLossPercent = 2;

/** One column: what a figure of `off` is called, and how the others differ from it. */
interface Column extends Of {
  readonly title: string;
  readonly unit: string;
  /** From the figure to the unit. */
  readonly scale: number;
  readonly change: (runs: readonly Run[], arm: string, of: Of) => Change;
  readonly changeUnit: string;
}

const relative = { change: ratio, changeUnit: '%' };
const perRequest = { unit: 'us', scale: 1, ...relative };
// Milliseconds per second are tenths of a percent of a core.
const perSecond = { unit: '% of a core', scale: 0.1, change: difference, changeUnit: '' };

const columns: readonly Column[] = [
  { loop: 'closed', title: 'throughput', figure: 'rps', unit: '/s', scale: 1, ...relative },
  { loop: 'closed', title: "targets' CPU per request", figure: 'targetCpuUs', ...perRequest },
  { loop: 'open', title: 'response p99', figure: 'p99Us', unit: 'ms', scale: 1e-3, ...relative },
  { loop: 'open', title: "targets' CPU per request", figure: 'targetCpuUs', ...perRequest },
  { loop: 'idle', title: "targets' CPU", figure: 'targetCpuMsPerS', ...perSecond },
  { loop: 'idle', title: "rampart's CPU", figure: 'rampartCpuMsPerS', ...perSecond },
];

/** One row for each arm in the order given; what is distinguishable from twice nothing is bold. */
export function markdownTable(runs: readonly Run[], arms: readonly string[], loops: readonly Loop[]): string {
  const shown = columns.filter(({ loop }) => loops.includes(loop));
  const titles = ['observed', ...shown.map(({ loop, title }) => `${loop}: ${title}`), 'left out'];
  const rows = arms.map((arm) => [arm, ...shown.map((column) => cellOf(runs, arm, column)), leftOut(runs, arm)]);
  const widths = titles.map((_, index) => Math.max(...[titles, ...rows].map((line) => line[index]?.length ?? 0)));
  const lines = [titles, ...rows].map(
    (line) => `| ${line.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join(' | ')} |`,
  );
  lines.splice(1, 0, `|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
  return lines.join('\n');
}

function cellOf(runs: readonly Run[], arm: string, column: Column): string {
  if (arm === off) return medianText(runs, column);
  const change = column.change(runs, arm, column);
  const text = changeText(scaled(change, column), column.changeUnit);
  return arm !== offAgain && isDistinguishable(change, column.change(runs, offAgain, column)) ? `**${text}**` : text;
}

/** Differences in the unit of the column; ratios have none. */
function scaled({ by, low, high, rounds }: Change, { change, scale }: Column): Change {
  const factor = change === difference ? scale : 1;
  return { by: by * factor, low: low * factor, high: high * factor, rounds };
}

function medianText(runs: readonly Run[], { loop, figure, unit, scale }: Column): string {
  const own = runs.filter((run) => run.arm === off && run.loop === loop);
  const middle = medianOf(own.flatMap((run) => run.figures?.[figure] ?? []));
  if (middle === undefined) return '-';
  const value = middle * scale;
  return `${value.toFixed(value < 100 ? 1 : 0)}${unit.startsWith('/') ? '' : ' '}${unit}`;
}

/** The middle value, the upper of two; undefined of none. */
export function medianOf(values: readonly number[]): number | undefined {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

function changeText({ by, low, high, rounds }: Change, unit: string): string {
  if (rounds === 0) return '-';
  const range = Number.isFinite(high) ? `${signed(low)} to ${signed(high)}` : `of ${rounds} rounds`;
  return `${signed(by)}${unit && ` ${unit}`} (${range})`;
}

function signed(percent: number): string {
  return `${percent < 0 ? '-' : '+'}${Math.abs(percent).toFixed(1)}`;
}

/** Runs without figures of how many. */
function leftOut(runs: readonly Run[], arm: string): string {
  const own = runs.filter((run) => run.arm === arm);
  return `${own.filter((run) => !run.figures).length} of ${own.length}`;
}

/** What is asked of all samplers together, and what came of it; loops that were not run are not asked about. */
export function answersOf(
  runs: readonly Run[],
  loops: readonly Loop[],
  cores: number,
): readonly { readonly question: string; readonly answer: Answer }[] {
  const throughput = ratio(runs, allSamplers, { loop: 'closed', figure: 'rps' });
  const p99 = ratio(runs, allSamplers, { loop: 'open', figure: 'p99Us' });
  const noise = ratio(runs, offAgain, { loop: 'open', figure: 'p99Us' });
  const canSee = Number.isFinite(p99.high) && Number.isFinite(noise.high);
  const cpu = difference(runs, allSamplers, { loop: 'idle', figure: 'bothCpuMsPerS' });
  const mostMsPerS = mostLossPercent * 10 * cores;
  const same = isDistinguishable(p99, noise) ? 'no' : 'yes';
  const asked = [
    {
      loop: 'closed',
      question: `all samplers take at most ${mostLossPercent} % of the throughput`,
      answer: fellByAtMost(mostLossPercent, throughput),
    },
    {
      loop: 'open',
      question: `response p99 with all samplers is not to be told from off against off, ${changeText(noise, '%')}`,
      answer: canSee ? same : 'cannot tell',
    },
    {
      loop: 'idle',
      question: `all samplers, rampart's own work included, take at most ${mostLossPercent} % of the machine's CPU time`,
      answer: roseByAtMost(mostMsPerS, cpu),
    },
  ] as const;
  return asked.filter(({ loop }) => loops.includes(loop));
}
