/** What other generators print, as percentiles in microseconds; each parser throws when it does not find what it reads. */
import { type Percentiles, percentilesOf } from './statistics.ts';

const unitUs: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6, m: 60e6 };

/** wrk and wrk2 with `--latency`: lines such as ` 99.900%    4.22ms`; wrk ends at 99 %. */
export function parseWrk(text: string): Percentiles {
  const at = new Map<number, number>();
  for (const [, percent, value, unit] of text.matchAll(/^ *([\d.]+)% +([\d.]+)(us|ms|s|m) *$/gm)) {
    at.set(Number(percent), Number(value) * (unitUs[unit ?? ''] ?? Number.NaN));
  }
  return percentiles('wrk', at.get(50), at.get(99), at.get(99.9));
}

/** `vegeta report -type=json`: nanoseconds, no 99.9 %. */
export function parseVegeta(text: string): Percentiles {
  const { latencies } = JSON.parse(text) as { latencies?: Record<string, number> };
  return percentiles('vegeta', scaled(latencies?.['50th'], 1e-3), scaled(latencies?.['99th'], 1e-3), undefined);
}

/** `hey -o csv`: a line per answer, its latency in seconds with four decimals first. */
export function parseHey(text: string): Percentiles {
  const [head, ...lines] = text.trim().split('\n');
  if (!head?.startsWith('response-time,')) throw new Error(`hey: expected its CSV, got "${head?.slice(0, 60)}"`);
  const all = percentilesOf(lines.map((line) => Math.round(Number(line.slice(0, line.indexOf(','))) * 1e6)));
  return percentiles('hey', all?.p50Us, all?.p99Us, all?.p999Us);
}

/** `oha --output-format json`: seconds (https://github.com/hatoo/oha, schema.json). */
export function parseOha(text: string): Percentiles {
  const { latencyPercentiles: at } = JSON.parse(text) as { latencyPercentiles?: Record<string, number> };
  return percentiles('oha', scaled(at?.['p50'], 1e6), scaled(at?.['p99'], 1e6), scaled(at?.['p99.9'], 1e6));
}

/** The values of k6's `http_req_duration` as the script's `handleSummary` prints them: milliseconds. */
export function parseK6(text: string): Percentiles {
  const at = JSON.parse(text) as Record<string, number>;
  return percentiles('k6', scaled(at['p(50)'], 1e3), scaled(at['p(99)'], 1e3), scaled(at['p(99.9)'], 1e3));
}

/** `autocannon --json`: whole milliseconds. */
export function parseAutocannon(text: string): Percentiles {
  const { latency } = JSON.parse(text) as { latency?: Record<string, number> };
  return percentiles(
    'autocannon',
    scaled(latency?.['p50'], 1e3),
    scaled(latency?.['p99'], 1e3),
    scaled(latency?.['p99_9'], 1e3),
  );
}

function scaled(value: number | undefined, factor: number): number | undefined {
  return value === undefined ? undefined : value * factor;
}

function percentiles(tool: string, p50Us?: number, p99Us?: number, p999Us?: number): Percentiles {
  if (!Number.isFinite(p50Us) || !Number.isFinite(p99Us) || p50Us === undefined || p99Us === undefined) {
    throw new Error(`${tool}: expected latencies at 50 % and 99 % in its output`);
  }
  return { p50Us, p99Us, p999Us };
}
