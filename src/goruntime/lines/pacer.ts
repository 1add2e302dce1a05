/** The lines of `GODEBUG=gcpacertrace=1`, Go 1.5 to 1.27, to their values (sources of the formats: runtime/mgcpacer.go, mgcsweep.go). */
import { headOf, numbersOf } from './cut-head.ts';

/** What a pacer line says; the keys of `values` are by `what`, those of the old pacer's `cycle` as printed. */
export interface PacerLine {
  readonly what: 'assist' | 'cycle' | 'work' | 'sweep';
  /** `…Mib` and `…Bytes` in those units; a number that was not finite is left out. */
  readonly values: Readonly<Record<string, number>>;
}

// The runtime prints floats as +1.884413e+000, and NaN or +Inf for a division by zero.
const float = '[-+]?(?:\\d{1,20}(?:\\.\\d{1,20})?(?:e[-+]?\\d{1,4})?|Inf|NaN)';
const n = '[-+]?\\d{1,20}';

interface Form {
  readonly what: PacerLine['what'];
  /** Text and numbers in turn. */
  readonly pieces: readonly string[];
  readonly keys: readonly string[];
}

const forms: readonly Form[] = [
  {
    what: 'assist',
    pieces: ['pacer: assist ratio=', float, ' \\(scan ', n, ' MB in ', n, '->', n, ' MB\\) workers=', n, '\\+', float],
    keys: ['assistRatio', 'scanMib', 'heapStartMib', 'heapGoalMib', 'dedicatedWorkers', 'fractionalWorkers'],
  },
  {
    what: 'work',
    pieces: [
      'pacer: ',
      n,
      '% CPU \\(',
      n,
      ' exp\\.\\) for ',
      n,
      '\\+',
      n,
      '\\+',
      n,
      ' B work \\(',
      n,
      ' B exp\\.\\) in ',
      n,
      ' B -> ',
      n,
      ' B \\([∆Δ]goal ',
      n,
      ', cons/mark ',
      float,
      '\\)',
    ],
    keys: [
      'cpuPercent',
      'cpuGoalPercent',
      'heapWorkBytes',
      'stackWorkBytes',
      'globalsWorkBytes',
      'expectedWorkBytes',
      'triggerBytes',
      'heapEndBytes',
      'goalDifferenceBytes',
      'consPerMark',
    ],
  },
  {
    what: 'sweep',
    pieces: [
      'pacer: sweep done at heap size ',
      n,
      'MB; allocated ',
      n,
      'MB during sweep; swept ',
      n,
      ' pages at ',
      float,
      ' pages/byte',
    ],
    keys: ['heapMib', 'allocatedMib', 'sweptPages', 'pagesPerByte'],
  },
];

const parsers = forms.map(({ what, pieces, keys }) => ({
  what,
  keys,
  line: new RegExp(`${pieces.map((piece, index) => (index % 2 === 0 ? piece : `(${piece})`)).join('')}\\s*$`, 'y'),
}));
const pair = `[\\wΔ/]{1,20}=${float}`;
const cycleLine = new RegExp(`pacer: (H_m_prev=${float}(?: ${pair}){1,20})\\s*$`, 'y');

/** The longest text at `lastIndex` that may be the beginning of a pacer line which another writer cut. */
export const pacerHead = new RegExp(
  [
    ...forms.map(({ pieces }) => headOf(pieces).source),
    `pacer: H_m_prev=(?:${float}(?: ${pair}){0,20}(?: [\\wΔ/]{0,20}=?)?)?`,
  ].join('|'),
  'y',
);

/** The pacer line that starts at `from`, with the index of its end; undefined when it is not one or is not whole. */
export function parsePacerLine(text: string, from = 0): { value: PacerLine; end: number } | undefined {
  for (const { what, keys, line } of parsers) {
    line.lastIndex = from;
    const match = line.exec(text);
    if (match) return { end: from + match[0].length, value: { what, values: numbersOf(keys, match.slice(1)) } };
  }
  cycleLine.lastIndex = from;
  const match = cycleLine.exec(text);
  // The last pair is u_a/u_g; without it the line was cut between two pairs.
  if (!match?.[1]?.includes(' u_a/u_g=')) return undefined;
  const pairs = match[1].split(' ').map((each) => each.split('='));
  const keys = pairs.map(([key = '']) => key);
  const values = numbersOf(
    keys,
    pairs.map(([, value]) => value),
  );
  return { end: from + match[0].length, value: { what: 'cycle', values } };
}
