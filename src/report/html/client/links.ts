/** Links into the page: a fragment names a place, or a chart with a series to mark, or a stretch of time. A closed function. */
import type { ReportData } from '../charts/report-data.ts';
import type { View } from './browser.ts';
import type { ChartView, Shared } from './chart-view.ts';

/** Follows the fragment that the page was opened at and each later one; what it returns writes the stretch of time in sight into the address. */
export function startLinks(
  view: View,
  data: ReportData,
  charts: Iterable<ChartView>,
  shared: Shared,
  explore: (name: string) => void,
): () => void {
  const { document, location } = view;
  let chart = '';

  const follow = () => {
    const fragment = location.hash.slice(1);
    if (fragment === '') return;
    const named = wordsOf(fragment);
    const fromS = Number(named['from'] ?? Number.NaN);
    const toS = Number(named['to'] ?? Number.NaN);
    // What of a stretch is not of this run has nothing to show.
    const [min, max] = [Math.max(fromS, data.fromS), Math.min(toS, data.toS)];
    if (min < max) shared.zoom(min, max);
    chart = '';
    if (named['chart'] !== undefined) showSeries(named['chart'], named['target']);
    else if (!fragment.includes('=')) showPlace(decoded(fragment));
  };

  const showSeries = (name: string, target: string | undefined) => {
    const series = data.series.findIndex((one) => one.name === name && (target ?? one.target) === one.target);
    if (series < 0) return;
    chart = `chart=${encodeURIComponent(name)}${target === undefined ? '' : `&target=${encodeURIComponent(target)}`}`;
    if (![...charts].some((one) => one.has(series))) explore(name);
    const first = [...charts].find((one) => one.has(series));
    for (const one of charts) one.mark(one === first ? series : undefined);
    first?.host.scrollIntoView();
    first?.host.focus({ preventScroll: true });
  };

  const showPlace = (id: string) => {
    const place = document.getElementById(id);
    for (let at = place; at; at = at.parentElement) if (at.tagName === 'DETAILS') at.open = true;
    place?.scrollIntoView();
  };

  view.addEventListener('hashchange', follow);
  follow();
  return () => {
    const { min, max } = shared.range;
    const whole = min <= data.fromS && max >= data.toS;
    const span = whole ? '' : `from=${Number(min.toFixed(3))}&to=${Number(max.toFixed(3))}`;
    const fragment = [chart, span].filter((part) => part !== '').join('&');
    view.history.replaceState(null, '', fragment === '' ? location.href.replace(/#.*$/, '') : `#${fragment}`);
  };

  function wordsOf(fragment: string): Readonly<Record<string, string>> {
    const pairs = fragment.split('&').map((pair) => pair.split('='));
    return Object.fromEntries(pairs.map(([name = '', ...value]) => [name, decoded(value.join('='))]));
  }

  /** A fragment that somebody has cut is taken as it stands. */
  function decoded(text: string): string {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  }
}
