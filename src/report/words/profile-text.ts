/** Words for profiles, the same in every rendering. */

import { shortFunction } from '../../model/function-name.ts';
import type { ProfileDiff } from '../../model/profile-diff.ts';
import type { ProfiledPart } from '../../model/profile-top.ts';
import { formatNumber, formatShare, formatTimeUs } from '../../model/units.ts';
import { sizeText } from './inspect-text.ts';
import { counted } from './number-format.ts';

/** A value of a column in its unit, however small: what one request costs is often less than a microsecond. */
export function amountText(value: number, unit: string): string {
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (unit === 'bytes') return sign + sizeText(size);
  if (unit !== 'nanoseconds') return `${sign}${formatNumber(size)}${unit === 'count' || unit === '' ? '' : ` ${unit}`}`;
  if (size === 0) return '0';
  if (size < 999.5) return `${sign}${formatNumber(size)} ns`;
  return size < 999_500 ? `${sign}${formatNumber(size / 1000)} us` : sign + formatTimeUs(size / 1000);
}

/** What the values of a column are, in the plural or as what is not counted. */
export function columnText(column: string): string {
  return (
    new Map([
      ['cpu', 'CPU time'],
      ['delay', 'time waited'],
      ['alloc_space', 'bytes allocated'],
      ['alloc_objects', 'objects allocated'],
      ['inuse_space', 'bytes in use'],
      ['inuse_objects', 'objects in use'],
    ]).get(column) ?? column
  );
}

/** Whose requests a cost is divided by. */
export function requestsText(of: 'service' | 'run'): string {
  return of === 'service' ? 'per request that the service counted' : 'per request that the run answered';
}

/** What profiles are of: `12 profiles of 3 processes of api, downstream in 4 steps`. */
export function partsText(parts: readonly ProfiledPart[]): string {
  const profiles = parts.reduce((sum, part) => sum + part.profiles, 0);
  const services = [...new Set(parts.map(({ service }) => service))];
  const steps = new Set(parts.flatMap(({ step, run }) => (step === undefined ? [] : [`${run} ${step}`])));
  const shown = services.length > 4 ? counted(services.length, 'service') : services.join(', ');
  return `${counted(profiles, 'profile')} of ${shown}${steps.size > 0 ? ` in ${counted(steps.size, 'step')}` : ''}`;
}

/** Of CPU in cores, of waiting as goroutines that wait at a time, else a second's worth; empty where the time is not known. */
export function rateText(total: number, unit: string, column: string, seconds: number | undefined): string {
  if (seconds === undefined || seconds <= 0) return '';
  const perSecond = total / seconds;
  if (unit !== 'nanoseconds') return `${amountText(perSecond, unit)}/s`;
  const share = formatNumber(perSecond / 1e9);
  return column === 'cpu' ? `${share} cores` : `${share} waiting on average`;
}

/** A share of the whole; a dash where there is no whole. */
export function shareText(part: number, whole: number): string {
  return whole === 0 ? '' : formatShare(part / whole);
}

/** What makes both sides of a difference comparable. */
export function perText({ per, requestsOf }: Pick<ProfileDiff, 'per' | 'requestsOf'>): string {
  if (per === 'request') return requestsText(requestsOf ?? 'run');
  return { second: 'per second', share: 'as a share of each side', none: 'as they are' }[per];
}

/** A function without the path of its package; a package with all of it. */
export function nameText(name: string, by: ProfileDiff['by']): string {
  return by === 'package' ? name : shortFunction(name);
}
