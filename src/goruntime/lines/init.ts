/** One line of `GODEBUG=inittrace=1`, Go 1.16 to 1.27, to its values (source of the format: runtime/proc.go, doInit1). */
import { headOf } from './cut-head.ts';

/** What the initialisation of one package took. */
export interface InitLine {
  readonly package: string;
  /** Since the start of the process. */
  readonly atMs: number;
  readonly clockMs: number;
  readonly bytes: number;
  readonly allocs: number;
}

const n = '\\d{1,15}';
const ms = '\\d{1,15}(?:\\.\\d{1,9})?';

/** The longest text at `lastIndex` that may be the beginning of an init line which another writer cut. */
export const initHead = headOf(['init \\S{1,200} @', ms, ' ms, ', ms, ' ms clock, ', n, ' bytes, ', n, ' allocs']);

const line = new RegExp(`init (\\S{1,200}) @(${ms}) ms, (${ms}) ms clock, (${n}) bytes, (${n}) allocs\\s*$`, 'y');

/** The init line that starts at `from`, with the index of its end; undefined when it is not one or is not whole. */
export function parseInitLine(text: string, from = 0): { value: InitLine; end: number } | undefined {
  line.lastIndex = from;
  const match = line.exec(text);
  if (!match) return undefined;
  const [whole, name = '', at, clock, bytes, allocs] = match;
  return {
    end: from + whole.length,
    value: {
      package: name,
      atMs: Number(at),
      clockMs: Number(clock),
      bytes: Number(bytes),
      allocs: Number(allocs),
    },
  };
}
