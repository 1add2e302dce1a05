/** docs/metrics.md names every metric of a run as the code does. */
import { describe, expect, it } from 'vitest';
import { knownSeries } from '../src/model/series.ts';
import { loadMetrics } from '../src/sinks/prometheus/load-metrics.ts';
import { seriesMetric } from '../src/sinks/prometheus/series-metric.ts';
import { cellsOf, readPages } from './helpers/markdown-page.ts';

/** The rows of the table whose head begins with these. */
function rowsOf(...heads: string[]): string[][] {
  const page = readPages().find(({ file }) => file === 'docs/metrics.md');
  const table = page?.blocks
    .filter(({ kind }) => kind === 'table')
    .map(cellsOf)
    .find(([head]) => heads.every((each, at) => head?.[at] === each));
  return (table ?? []).slice(1);
}

describe('docs/metrics.md', () => {
  it('has each metric of the load, its type and what it is', () => {
    const wanted = Object.values(loadMetrics).map(({ name, type, help }) => [
      `\`${name}\``,
      type,
      help.replace(/\.$/, ''),
    ]);
    expect(rowsOf('metric', 'type')).toEqual(wanted);
  });

  it('has each observed series under the name of its metric', () => {
    const rows = rowsOf('metric', 'series').map(([metric = '', series = '']) => [
      series.slice(1, -1),
      metric.slice(1, -1),
    ]);
    const told = rows.map(([series = '', metric]) => {
      const { head, labels } = seriesMetric(series);
      const [label] = Object.keys(labels);
      return [metric, label === undefined ? head.name : `${head.name}{${label}}`];
    });
    expect(told.filter(([metric, name]) => metric !== name)).toEqual([]);
    const names = rows.map(([series]) => series);
    expect(knownSeries.filter((series) => !series.startsWith('load.') && !names.includes(series))).toEqual([]);
  });
});
