/** Amounts as compose files write them, to those of Kubernetes; pure. */
import { parseDurationMs } from '../../model/units.ts';

const unitBytes: Readonly<Record<string, number>> = {
  '': 1,
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};

/** Bytes of a size such as `64m`, `1.5gb` or `1073741824`, all in powers of 1024 (go-units, RAMInBytes); undefined when it is none. */
export function memoryBytes(value: unknown): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  const [, number, unit = ''] = /^(\d+(?:\.\d+)?) ?([kmgtp]?)i?b?$/i.exec(String(value).trim()) ?? [];
  return number === undefined ? undefined : Math.floor(Number(number) * (unitBytes[unit.toLowerCase()] ?? Number.NaN));
}

/** Thousandths of a core of a number of cores, at least one; undefined when it is none. */
export function cpuMillis(value: unknown): number | undefined {
  const cores = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value);
  return Number.isFinite(cores) && cores >= 0 ? Math.ceil(Math.round(cores * 1e6) / 1000) : undefined;
}

/** Whole seconds of a duration, more rather than less; undefined when it is none. */
export function wholeSeconds(value: unknown): number | undefined {
  const ms = typeof value === 'string' ? parseDurationMs(value) : undefined;
  return ms === undefined ? undefined : Math.ceil(ms / 1000);
}

/** Microseconds of a duration, or of a bare number, which counts them; undefined when it is neither. */
export function wholeMicros(value: unknown): number | undefined {
  if (/^\d+$/.test(String(value))) return Number(value);
  const ms = typeof value === 'string' ? parseDurationMs(value) : undefined;
  return ms === undefined ? undefined : Math.round(ms * 1000);
}
