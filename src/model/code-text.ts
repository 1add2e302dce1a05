/** What a function does differently, in words. */
import type { ChangedFunction, CodeChange, Cost } from './code-changes.ts';
import { shortFunction } from './function-name.ts';
import { formatNumber } from './units.ts';

const kib = 1024;

/** A cost of one request with its unit: `18 us`, `1.2 ms`, `4 KiB`, `2 objects`. */
export function costText(cost: Cost, value: number): string {
  const size = Math.abs(value);
  if (cost === 'objects') return `${formatNumber(size)} objects`;
  if (cost === 'bytes') return size < kib ? `${formatNumber(size)} B` : `${formatNumber(size / kib)} KiB`;
  return size < 1000 ? `${formatNumber(size)} us` : `${formatNumber(size / 1000)} ms`;
}

/** What a cost is, after its value. */
export const costWords: Readonly<Record<Cost, string>> = {
  cpu: 'CPU per request',
  bytes: 'allocated per request',
  objects: 'allocated per request',
  lock: 'that others waited for its lock, per request',
  off: 'waiting per request',
  waited: 'blocked per request',
};

/** A change with its interval: `+18 us CPU per request (+11 to +25), in all 4 rounds`. */
function codeChangeText({ cost, estimate, low, high, rounds }: CodeChange): string {
  const all = rounds.length === 2 ? 'both' : `all ${rounds.length}`;
  return `${signed(cost, estimate)} ${costWords[cost]} (${signed(cost, low)} to ${signed(cost, high)}), in ${all} rounds`;
}

/** One function in a sentence; without its service. */
export function changedFunctionText({ name, presence, was, caller, within, changes }: ChangedFunction): string {
  const [first, ...others] = changes;
  const more = others.map(({ cost, estimate }) => `${signed(cost, estimate)} ${costWords[cost]}`);
  const remarks = [
    ...(was === undefined ? [] : [`in place of ${shortFunction(was)}, which is gone`]),
    ...(presence === 'both' ? [] : [presence === 'new' ? 'a new function' : 'a function that is gone']),
    ...(within === undefined ? [] : [`in ${shortFunction(within)}`]),
    ...(caller === undefined ? [] : [`called by ${shortFunction(caller)}`]),
  ];
  const told = [...(first ? [codeChangeText(first)] : []), ...more].join('; ');
  return `${shortFunction(name)} ${told}${remarks.length > 0 ? ` (${remarks.join('; ')})` : ''}`;
}

function signed(cost: Cost, value: number): string {
  return `${value < 0 ? '−' : '+'}${costText(cost, value)}`;
}
