/** What a line looks like to whoever reads a dump or the runtime's traces, and how well lines follow one another. */

import { parseGoroutineHeader } from '../goroutines/header.ts';
import { parseCall, parseCreatedBy, parsePlace } from '../goroutines/stack-frame.ts';
import { parseGcLine } from '../lines/gc.ts';
import { parseSchedLine } from '../lines/sched.ts';

/** What a line is at first sight; of traces with the number that only grows in one process. */
export type LineSign =
  | { readonly kind: 'header' | 'call' | 'place' | 'creator' | 'other' }
  | { readonly kind: 'sched' | 'gc'; readonly number: number };

const other: LineSign = { kind: 'other' };
const [header, call, place, creator]: readonly LineSign[] = [
  { kind: 'header' },
  { kind: 'call' },
  { kind: 'place' },
  { kind: 'creator' },
];

/** The sign of a line. */
export function signOf(text: string): LineSign {
  if (text.startsWith('goroutine ')) return (parseGoroutineHeader(text) && header) || other;
  if (text.startsWith('gc ')) return numbered('gc', parseGcLine(text)?.value.cycle);
  if (text.startsWith('SCHED ')) return numbered('sched', parseSchedLine(text)?.value.ms);
  if (text.startsWith('created by ')) return (parseCreatedBy(text) && creator) || other;
  if (text.includes('stack unavailable')) return place ?? other;
  if (/^\s/.test(text)) return (parsePlace(text) && place) || other;
  if (parseCall(text)) return call ?? other;
  return (/[.:]\w+:\d+(?: \+0x|$)/.test(text) && parsePlace(text) && place) || other;
}

function numbered(kind: 'sched' | 'gc', number: number | undefined): LineSign {
  return number === undefined ? other : { kind, number };
}

/** The lines of one writer up to now. */
interface Writer {
  last: LineSign['kind'];
  gc: number;
  sched: number;
}

/** How well lines follow one another, higher is better, and how many writers that takes. */
export interface Fit {
  readonly steps: number;
  readonly writers: number;
}

/** The fit of these lines when each is of the writer with its key. */
export function fitOf(signs: readonly LineSign[], keys: readonly string[]): Fit {
  const writers = new Map<string, Writer>();
  let steps = 0;
  signs.forEach((sign, at) => {
    const key = keys[at] ?? '';
    const known = writers.get(key);
    // Only a line that begins something makes a writer known, as when the lines are read for good.
    if (!known && sign.kind !== 'header' && sign.kind !== 'gc' && sign.kind !== 'sched') return;
    const writer = known ?? { last: 'other', gc: 0, sched: -1 };
    if (!known) writers.set(key, writer);
    steps += step(writer, sign);
  });
  return { steps, writers: writers.size };
}

function step(writer: Writer, sign: LineSign): number {
  if (sign.kind === 'gc' || sign.kind === 'sched') return traceStep(writer, sign);
  const { last } = writer;
  // What programs print between may stand anywhere.
  if (sign.kind === 'other') return 0;
  writer.last = sign.kind;
  return follows[sign.kind][last] ?? -1;
}

function traceStep(writer: Writer, { kind, number }: Extract<LineSign, { number: number }>): number {
  const before = writer[kind];
  writer[kind] = number;
  if (number <= before) return -0.5;
  if (kind === 'sched') return 0.25;
  return number === before + 1 ? 1 : -0.25;
}

/** What a line of a dump may follow, and how much that tells; whatever else it follows was torn apart. */
const follows: Readonly<
  Record<'header' | 'call' | 'place' | 'creator', Partial<Readonly<Record<LineSign['kind'], number>>>>
> = {
  header: { other: 0, place: 0, creator: 0, gc: 0, sched: 0 },
  call: { header: 1, place: 1 },
  place: { call: 1, creator: 1, header: 0 },
  creator: { place: 1 },
};
