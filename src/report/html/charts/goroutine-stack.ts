/** The stack of goroutines by wait reason, runnable ones too: one set of lines for each target, the total first, then largest first. */
import type { DrawnSeries, DrawnTarget } from './chart-data.ts';
import type { Line, Variant } from './panel.ts';

const prefix = 'goroutines.';
const totalName = 'goroutines.total';
const reasonColours = ['blue', 'orange', 'green', 'purple', 'sky', 'red', 'olive', 'brown'];

/** One variant for each target whose goroutines were looked at; a reason has the same colour in all of them. */
export function goroutineVariants(series: readonly DrawnSeries[], targets: readonly DrawnTarget[]): readonly Variant[] {
  const reasons = [...new Set(bySize(series).map(({ name }) => name))];
  return targets.flatMap((target) => {
    const own = bySize(series.filter((candidate) => candidate.target === target.id));
    if (own.length === 0) return [];
    const lines = own.map((one): Line => {
      const place = reasons.indexOf(one.name);
      const name = reasonColours[place % reasonColours.length] ?? 'ink';
      const fade = place < reasonColours.length ? 0.25 : 0.6;
      return { ...plain, series: series.indexOf(one), label: one.title, target: target.id, colour: { name, fade } };
    });
    const total = series.findIndex((one) => one.name === totalName && one.target === target.id);
    const first: Line = {
      ...plain,
      series: total,
      label: 'all goroutines',
      target: target.id,
      colour: ink,
      dash: true,
    };
    return [{ label: target.id, lines: total < 0 ? lines : [first, ...lines] }];
  });
}

const plain = { dash: false, width: 1 } as const;
const ink = { name: 'ink', fade: 0.2 };

function bySize(series: readonly DrawnSeries[]): readonly DrawnSeries[] {
  const peak = ({ v }: DrawnSeries) => v.reduce<number>((high, value) => Math.max(high, value ?? 0), 0);
  return series
    .filter(({ name }) => name.startsWith(prefix) && name !== totalName)
    .toSorted((left, right) => peak(right) - peak(left));
}
