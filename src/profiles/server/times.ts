/** Moments as profefe has them: `2019-05-30T11:49:00` in UTC without a zone, with a fraction if one likes; pure. */

/** A moment that was asked for, nanoseconds since 1970. */
export interface AskedTime {
  readonly ns: bigint;
  /** Without a fraction it stands for its whole second. */
  readonly hasFraction: boolean;
}

/** One nanosecond less than a second. */
export const restOfSecondNs = 999_999_999n;

const form = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(?:[.,](\d{1,30}))?$/;

/** The moment in this text; undefined when it is none, or the zero time of Go, which stands for no time at all. */
export function parseTime(text: string): AskedTime | undefined {
  const match = form.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match.slice(1, 7).map(Number);
  const ms = new Date(0).setUTCFullYear(year, month - 1, day) + ((hour * 60 + minute) * 60 + second) * 1000;
  const date = new Date(ms);
  const isSame = date.getUTCMonth() === month - 1 && date.getUTCDate() === day && date.getUTCFullYear() === year;
  if (!isSame || hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = (match[7] ?? '').slice(0, 9).padEnd(9, '0');
  const ns = BigInt(ms) * 1_000_000n + BigInt(fraction);
  return ns === zeroTimeNs ? undefined : { ns, hasFraction: match[7] !== undefined };
}

const zeroTimeNs = BigInt(new Date('0001-01-01T00:00:00Z').getTime()) * 1_000_000n;

/** RFC 3339 in UTC, cut to whole seconds, as `created_at` is shown. */
export function secondsText(ns: bigint): string {
  return `${new Date(Number(floorSeconds(ns)) * 1000).toISOString().slice(0, -5)}Z`;
}

/** As Go prints a time in UTC: `2019-05-30 11:49:00.5 +0000 UTC`. */
export function goTimeText(ns: bigint): string {
  return `${secondsText(ns).replace('T', ' ').slice(0, -1)}${fractionText(ns)} +0000 UTC`;
}

function floorSeconds(ns: bigint): bigint {
  const seconds = ns / 1_000_000_000n;
  return seconds * 1_000_000_000n > ns ? seconds - 1n : seconds;
}

/** As the parameters `from`, `to` and `created_at` take it, to the nanosecond. */
export function parameterTime(ns: bigint): string {
  return `${secondsText(ns).slice(0, -1)}${fractionText(ns)}`;
}

/** `.5` of a moment half a second after a whole one; empty for a whole one. */
function fractionText(ns: bigint): string {
  const fraction = String(ns - floorSeconds(ns) * 1_000_000_000n)
    .padStart(9, '0')
    .replace(/0+$/, '');
  return fraction === '' ? '' : `.${fraction}`;
}
