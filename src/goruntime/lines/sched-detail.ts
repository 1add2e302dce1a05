/** One line of a `GODEBUG=scheddetail=1` block, Go 1.2 to 1.27, to its values (source of the format: runtime/proc.go, schedtrace). */

/** What the line of one P, M or G says. */
export interface SchedDetailLine {
  readonly of: 'P' | 'M' | 'G';
  readonly id: number;
  /** The status number of a P or a G, without the bit that says that the garbage collector scans it. */
  readonly status: number | undefined;
  readonly scanned: boolean;
  /** What a G waits for; the runtime leaves an old reason in place while it runs. */
  readonly reason: string | undefined;
  /** Every field but the status, as printed: `nil` or -1 for none; `preemptoff` may hold blanks. */
  readonly fields: Readonly<Record<string, string>>;
}

const line = /^\s{0,16}([PMG])(\d{1,15}): (\w+=.*)$/;
const status = /^(\d{1,9})(?:\((.*)\))?$/;
const scanBit = 0x1000;
/** The last field of each line; a line without it was cut. */
const lastField = { P: /^(gfreecnt|timerslen)$/, M: /^lockedg$/, G: /^lockedm$/ };

/** True for a line that can only be one of such a block, whole or cut. */
export function beginsLikeDetail(text: string): boolean {
  return /^\s{0,16}[PMG]\d{1,15}: /.test(text);
}

/** The values of a line; undefined when it is not one or is not whole. */
export function parseSchedDetailLine(text: string): SchedDetailLine | undefined {
  const match = line.exec(text.trimEnd());
  if (!match) return undefined;
  const [, of = 'P', id, rest = ''] = match;
  const kind = of === 'M' || of === 'G' ? of : 'P';
  // A value ends where the next key begins; so blanks inside a value stay in it.
  const pairs = rest
    .split(/ (?=\w+=)/)
    .map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]);
  if (!lastField[kind].test(pairs.at(-1)?.[0] ?? '') || pairs.at(-1)?.[1] === '') return undefined;
  const fields = Object.fromEntries(pairs) as Record<string, string>;
  const found = fields['status'] === undefined ? undefined : status.exec(fields['status']);
  if ((kind !== 'M' && !found) || (kind === 'G' && found?.[2] === undefined)) return undefined;
  if (found) delete fields['status'];
  const number = found ? Number(found[1]) : undefined;
  return {
    of: kind,
    id: Number(id),
    status: number === undefined ? undefined : number & ~scanBit,
    scanned: number !== undefined && (number & scanBit) !== 0,
    reason: found?.[2] || undefined,
    fields,
  };
}
