/** Durations, rates and sizes as people write them (`10s`, `500/s`, `2KiB`), to and from numbers with a unit in their name. */

const durationMs: Readonly<Record<string, number>> = { us: 0.001, µs: 0.001, ms: 1, s: 1000, m: 60_000, h: 3_600_000 };
const perSecond: Readonly<Record<string, number>> = { s: 1, m: 1 / 60, h: 1 / 3600 };

const durationPart = /(\d+(?:\.\d+)?)(us|µs|ms|s|m|h)/gy;

/** Milliseconds of a duration such as `10s`, `1m30s` or `250ms`; undefined when the text is not one. */
export function parseDurationMs(text: string): number | undefined {
  let total = 0;
  let end = 0;
  durationPart.lastIndex = 0;
  for (const part of text.matchAll(durationPart)) {
    total += Number(part[1]) * (durationMs[part[2] ?? ''] ?? Number.NaN);
    end = part.index + part[0].length;
  }
  return text.length > 0 && end === text.length ? total : undefined;
}

/** Requests per second of a rate such as `500/s`, `30/m` or `2k/s`; undefined when the text is not one. */
export function parseRateRps(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)(k?)\/(s|m|h)$/.exec(text);
  if (!match) return undefined;
  return Number(match[1]) * (match[2] === 'k' ? 1000 : 1) * (perSecond[match[3] ?? ''] ?? Number.NaN);
}

const sizeBytes: Readonly<Record<string, number>> = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

/** Whole bytes of a size such as `256MiB` or `1.5GiB`; undefined when the text is not one. */
export function parseSizeBytes(text: string): number | undefined {
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?)(B|KiB|MiB|GiB)$/.exec(text) ?? [];
  return number === undefined ? undefined : Math.round(Number(number) * (sizeBytes[unit] ?? Number.NaN));
}

/** A size in bytes at three significant digits: `850 B`, `4.21 KiB`, `1.53 GiB`. */
export function formatSizeBytes(bytes: number): string {
  const [unit = 'B', of = 1] = Object.entries(sizeBytes).findLast(([, each]) => bytes >= each * 0.9995) ?? [];
  return `${formatNumber(bytes / of)} ${unit}`;
}

/** A duration in milliseconds as people write it: `250ms`, `10s`, `1m30s`. */
export function formatDurationMs(ms: number): string {
  if (ms < 1000) return `${trim(ms)}ms`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = (ms - minutes * 60_000) / 1000;
  if (minutes === 0) return `${trim(seconds)}s`;
  return seconds === 0 ? `${minutes}m` : `${minutes}m${trim(seconds)}s`;
}

/** The largest latency a histogram holds, in microseconds: one hour; it stands for anything longer, and for what was never answered. */
export const maxLatencyUs = 3_600_000_000;

/** Whether a percentile, or a mean of some, stands for requests that were never answered. */
export function isNoAnswer(us: number): boolean {
  return us >= maxLatencyUs / 2;
}

/** A latency in microseconds at three significant digits: `850 us`, `4.21 ms`, `1.53 s`; the largest is `no answer`. */
export function formatLatencyUs(us: number): string {
  return us >= maxLatencyUs ? 'no answer' : formatTimeUs(us);
}

/** Any other time in microseconds, likewise but without an end: `850 us`, `7,200 s`. */
export function formatTimeUs(us: number): string {
  if (us < 1000) return `${Math.round(us)} us`;
  if (us < 999_500) return `${digits(us / 1000)} ms`;
  return `${formatNumber(us / 1_000_000)} s`;
}

/** A count with thousands separated by commas: `12,000`. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, ',');
}

/** Any measured number, at three significant digits and thousands separated: `1,234`, `0.051`, `0.0000912`. */
export function formatNumber(value: number): string {
  if (Math.abs(value) >= 1000) return formatCount(value);
  if (value === 0 || Math.abs(value) >= 0.001) return digits(value);
  // What is there is not to be called nothing.
  return Math.abs(value) < 1e-6 ? `${value < 0 ? '>-' : '<'}0.000001` : String(Number(value.toPrecision(3)));
}

/** A number of hundredths as percent: `12.3 %`. */
export function formatPercent(percent: number): string {
  return `${formatNumber(percent)} %`;
}

/** A share of one as percent: `12.3 %` of 0.123. */
export function formatShare(share: number): string {
  return formatPercent(share * 100);
}

/** A change that is less than this in percent is none. */
const leastTold = 0.0005;

/** A change in percent with its sign: `+12.3 %`, `−4 %`. */
export function formatSignedPercent(percent: number): string {
  const size = Math.abs(percent);
  return `${percent < 0 ? '−' : '+'}${formatPercent(size < leastTold ? 0 : size)}`;
}

function digits(value: number): string {
  if (value === 0) return '0';
  return trim(Number(value.toPrecision(3)));
}

function trim(value: number): string {
  return String(Number(value.toFixed(3)));
}
