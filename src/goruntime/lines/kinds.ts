/** The one list of the single lines that the runtime prints: how each begins, is cut, and is read. */
import { type GcLine, gcHead, parseGcLine } from './gc.ts';
import { type InitLine, initHead, parseInitLine } from './init.ts';
import { type OldGcLine, oldGcHead, parseOldGcLine } from './old-gc.ts';
import { type PacerLine, pacerHead, parsePacerLine } from './pacer.ts';
import { parseScavLine, parseScvgLine, type ScavLine, type ScvgLine, scavHead, scvgHead } from './scavenger.ts';
import { parseSchedLine, type SchedLine, schedHead } from './sched.ts';
import type { SchedDetailLine } from './sched-detail.ts';

/** What each kind of line says; `periodic gc` is the line `GC forced`, printed when two minutes went by without a cycle. */
export interface TraceValues {
  readonly sched: SchedLine;
  readonly 'sched detail': SchedDetailLine;
  readonly gc: GcLine;
  readonly 'old gc': OldGcLine;
  readonly 'periodic gc': { readonly due: true };
  readonly scvg: ScvgLine;
  readonly scav: ScavLine;
  readonly pacer: PacerLine;
  readonly init: InitLine;
}

/** The kinds of line. */
export type TraceKind = keyof TraceValues;

/** The kinds that are read wherever in a line they begin, and put together again when they were cut. */
export type InlineKind = Exclude<TraceKind, 'sched detail'>;

/** The value of a line of any such kind. */
export type InlineValue = TraceValues[InlineKind];

interface Grammar {
  /** The longest text at `lastIndex` that may be the beginning of such a line. */
  readonly head: RegExp;
  /** The line that starts at `from` with the index of its end; undefined when it is not one or is not whole. */
  readonly parse: (text: string, from?: number) => { readonly value: InlineValue; readonly end: number } | undefined;
}

/** How each kind is read. */
export const grammars: Readonly<Record<InlineKind, Grammar>> = {
  sched: { head: schedHead, parse: parseSchedLine },
  gc: { head: gcHead, parse: parseGcLine },
  'old gc': { head: oldGcHead, parse: parseOldGcLine },
  // Written in one piece, so never cut.
  'periodic gc': { head: /GC forced/y, parse: (text, from = 0) => ({ value: { due: true }, end: from + text.length }) },
  scvg: { head: scvgHead, parse: parseScvgLine },
  scav: { head: scavHead, parse: parseScavLine },
  pacer: { head: pacerHead, parse: parsePacerLine },
  init: { head: initHead, parse: parseInitLine },
};

/** What programs begin their lines with; where one of these follows a head, the cut is certain. */
const foreign = 'gc \\d+ @|SCHED \\d+ms:|\\{|(?:time|level|ts|msg)=|\\d{4}[/-]\\d\\d[/-]\\d\\d[ T]';

/** Matches at `lastIndex` what programs begin their lines with. */
export const foreignStart = new RegExp(foreign, 'y');

/** The marks of the lines; a head cut before its mark counts only at the start of a line, where the cut is certain. */
export const lineStart = new RegExp(
  [
    'SCHED \\d+ms:',
    'gc \\d+ @',
    'gc\\d+\\(\\d+\\): ',
    '(?:forced )?scvg\\d*: (?=inuse: |\\d|GC forced)',
    'scav \\d+ (?:\\d+ )?KiB work',
    'pacer: (?=assist ratio=|sweep done at |H_m_prev=|\\d+% CPU)',
    `init \\S{1,200} @(?=[\\d.]+ ms, |${foreign})`,
    '^GC forced\\s*$',
    `^(?:SCHED|gc) \\d*(?=${foreign})`,
  ].join('|'),
  'g',
);

/** The kind of a line by its mark. */
export function kindOf(mark: string): InlineKind {
  if (mark.startsWith('SCHED')) return 'sched';
  if (mark.startsWith('gc ')) return 'gc';
  if (mark.startsWith('gc')) return 'old gc';
  if (mark.startsWith('GC')) return 'periodic gc';
  if (mark.startsWith('scav')) return 'scav';
  if (mark.startsWith('pacer')) return 'pacer';
  return mark.startsWith('init') ? 'init' : 'scvg';
}
