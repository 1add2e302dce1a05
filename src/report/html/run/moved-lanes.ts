/** The lanes of what moved: a series in each, with all targets that are held against each other in it on one scale. */
import type { RunResult } from '../../../model/run-result.ts';
import { seriesInfo } from '../../../model/series.ts';
import { formatLatencyUs, formatNumber, formatSizeBytes } from '../../../model/units.ts';
import { html, type Markup } from '../markup.ts';
import { type Lane, pointsOf } from './lane.ts';

const mostLanes = 2;
/** More names than these are a number. */
const mostNamed = 3;

/** Series of the cause, those that are known to have moved before the others; without a cause those that moved first. */
export function movedLanes(result: RunResult): Lane[] {
  const { diagnosis, findings } = result;
  const movers = diagnosis?.movers ?? [];
  const cause = findings.find(({ id }) => id === diagnosis?.cause);
  const moverOf = (target: string, series: string) =>
    movers.find((mover) => mover.target === target && mover.series === series);
  const charts = (cause?.charts ?? movers)
    .filter(({ target }) => target !== 'generator')
    .toSorted((a, b) => Number(!moverOf(a.target, a.series)) - Number(!moverOf(b.target, b.series)));
  const names = [...new Set(charts.map(({ series }) => series))];
  return names.slice(0, mostLanes).map((series) => {
    const own = charts.filter((chart) => chart.series === series && pointsOf(result, chart.target, series).length > 0);
    const targets = [...new Set(own.map(({ target }) => target))];
    // Where the finding says which of them is the odd one, that is the one to see.
    const first = cause?.targets?.find((target) => targets.includes(target)) ?? targets[0] ?? '';
    const others = targets.filter((target) => target !== first);
    const { title, unit } = seriesInfo(series);
    return {
      title: others.length === 0 ? `${first}: ${title}` : capital(title),
      note: others.length === 0 ? undefined : namesOf(first, others),
      lines: [
        ...others.map((target) => ({ look: 'beside', points: pointsOf(result, target, series) })),
        { look: 'moved', points: pointsOf(result, first, series) },
      ],
      isRatio: false,
      words: (value) => valueText(value, unit === title ? '' : unit),
      moved: moverOf(first, series),
    };
  });
}

function namesOf(first: string, others: readonly string[]): Markup {
  const beside = others.length > mostNamed ? `${others.length} others` : others.join(', ');
  return html`<span class="key-line moved">${first}</span> <span class="key-line beside">${beside}</span> <span class="range">all on one scale</span>`;
}

function capital(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function valueText(value: number, unit: string): string {
  if (unit === 'us') return formatLatencyUs(value);
  if (unit === 's') return formatLatencyUs(value * 1e6);
  if (unit === 'bytes') return formatSizeBytes(value);
  return `${formatNumber(value)}${unit === '' ? '' : ` ${unit}`}`;
}
