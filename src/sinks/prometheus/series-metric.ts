/** The names of observed series as metrics of Prometheus: base units with their suffix, and as labels what somebody else named. */
import { seriesInfo } from '../../model/series.ts';
import type { MetricHead } from './metric-store.ts';
import type { Labels } from './registered.ts';

/** What a series is called, what its values are multiplied by, and the labels that stand for a part of its name. */
export interface SeriesMetric {
  readonly head: MetricHead;
  readonly factor: number;
  readonly labels: Labels;
}

/** Series that end in a name of their own. */
const named: readonly (readonly [form: RegExp, label: string, name: (rest: string) => string, help: string])[] = [
  [/^goroutines\.waiting\.(?<own>.+)$/, 'reason', () => 'goroutines.waiting', 'waiting goroutines, by reason'],
  [
    /^app\.requests_per_second\.(?<own>.+)$/,
    'result',
    () => 'app.results_per_second',
    'requests served, by what they ended in',
  ],
  [/^sock\.to\.(?<own>.+)$/, 'peer', () => 'sock.opened_to', 'connections it opened, by whom to'],
  [/^pool\.(?<own>[\w-]+)\.(?<rest>\w+)$/, 'pool', (rest) => `pool.${rest}`, ''],
];

/** What stands beside each observed series, or for a part of its name: series of one name here can differ in it. */
const labelNames: readonly string[] = ['target', 'service', ...named.map(([, label]) => label)];

/** By the unit of a series: what its name ends in, what it ends in here, and the factor between them. */
const units: Readonly<Record<string, readonly [from: string, to: string, factor: number]>> = {
  us: ['_us', '_seconds', 1e-6],
  ms: ['_ms', '_seconds', 1e-3],
  s: ['_seconds', '_seconds', 1],
  '%': ['_percent', '_ratio', 0.01],
  '% of a core': ['_percent', '_ratio', 0.01],
  '% of all cores': ['_percent', '_ratio', 0.01],
  MiB: ['_mib', '_bytes', 1024 ** 2],
  'KiB/s': ['_kib_s', '_bytes_per_second', 1024],
};

/** GOGC is no share of anything: its percent is a name, and -1 of it is off. */
const unconverted: readonly string[] = ['go.gogc_percent'];

/** The metric of a series; each series has one of its own. */
export function seriesMetric(series: string): SeriesMetric {
  const { series: plain, labels, help } = withoutName(series);
  const info = seriesInfo(series);
  const [from, to, factor] = unconverted.includes(series) ? (['', '', 1] as const) : (units[info.unit] ?? ['', '', 1]);
  // What somebody else named may have its unit in the middle, such as x_seconds_p99.
  const converted = plain.endsWith(from) ? `${plain.slice(0, plain.length - from.length)}${to}` : plain;
  const name = `rampart_${safe(withoutTotal(converted))}`;
  const title = help === '' ? info.title : help;
  return {
    head: { name, help: `${title} (${series === plain ? series : plain}).`, type: 'gauge', labelNames },
    factor,
    labels,
  };
}

function withoutName(series: string): { readonly series: string; readonly labels: Labels; readonly help: string } {
  for (const [form, label, name, help] of named) {
    const { own, rest = '' } = form.exec(series)?.groups ?? {};
    if (own !== undefined) return { series: name(rest), labels: { [label]: own }, help: help || poolHelp(series) };
  }
  return { series, labels: {}, help: '' };
}

/** The same for every pool, as one metric has one help. */
function poolHelp(series: string): string {
  return seriesInfo(series)
    .title.replace(/ of pool .*$/, ', by pool')
    .replace(/ pool .*$/, ', by pool');
}

/** A gauge must not end as a counter or a part of a histogram does. */
function withoutTotal(name: string): string {
  const plain = name.replace(/[._]total$/, '');
  return /_(?:count|sum|bucket|info|created)$/.test(plain) ? `${plain}_value` : plain;
}

function safe(name: string): string {
  return name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
}
