/** One colour for each kind of what a request does or waits for, the same on every page: a class, and the rules of all of them. */
import type { Diagnosis } from '../../model/finding.ts';
import type { InspectedPart } from '../../model/inspected-trace.ts';

type Decomposition = NonNullable<Diagnosis['decomposition']>;
/** As goroutines tell it, and as traces do, which tell more kinds apart. */
type Kind = NonNullable<Decomposition['parts'][number]['kind']> | InspectedPart['what'];

/**
 * Kinds of one family have one hue and differ in its depth: locks purple, channels green, pools orange, networks blue, system calls red,
 * scheduler and garbage collector brown, work on a processor olive.
 */
const hues: Readonly<Record<Exclude<Kind, 'unknown'> | 'work-or-wait', string>> = {
  running: 'var(--olive)',
  runnable: pale('brown'),
  'work-or-wait': pale('olive'),
  'gc-assist': 'color-mix(in srgb, var(--brown) 60%, var(--orange))',
  gc: 'var(--brown)',
  stw: deep('brown'),
  lock: 'var(--purple)',
  condition: pale('purple'),
  channel: 'var(--green)',
  queue: 'var(--green)',
  select: pale('green'),
  join: deep('green'),
  pool: 'var(--orange)',
  network: 'var(--blue)',
  downstream: 'var(--blue)',
  client: 'var(--sky)',
  syscall: 'var(--red)',
  sleep: 'var(--muted)',
  generator: 'color-mix(in srgb, var(--ink) 75%, var(--paper))',
};

/** The look of what is of no kind, or not explained. */
export const restLook = 'rest';

/** The class of a kind as traces tell it. */
export function kindLook(kind: InspectedPart['what']): string {
  return kind === 'unknown' ? restLook : `k-${kind}`;
}

/** The same as goroutines tell it, which do not say whether one that is not parked works or waits for a processor; of an older version `rest`. */
export function partLook(kind: Decomposition['parts'][number]['kind']): string {
  if (kind === undefined) return restLook;
  return kind === 'runnable' ? 'k-work-or-wait' : `k-${kind}`;
}

/** The rules of all kinds; a swatch and a part of a bar are filled with `--hue`. */
export const kindStyles = `
${Object.entries(hues)
  .map(([kind, hue]) => `.k-${kind} { --hue: ${hue}; }`)
  .join('\n')}
.k-service { --hue: color-mix(in srgb, var(--ink) 55%, var(--paper)); }
.rest { --hue: var(--faint); }
`;

function pale(hue: string): string {
  return `color-mix(in srgb, var(--${hue}) 55%, var(--paper))`;
}

function deep(hue: string): string {
  return `color-mix(in srgb, var(--${hue}) 60%, var(--ink))`;
}
