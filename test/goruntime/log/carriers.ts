/** Made-up carriers of log lines: prefixes of many shapes from a seed, and entries of JSON and logfmt, for any number of writers. */

/** Puts line number `at` of a writer, which it says next, into what a log tool would have written. */
export interface Carrier {
  readonly name: string;
  /** Takes the number of the line in the log and of the writer, from 0. */
  readonly carry: (line: string, at: number, writer: number) => string;
  /** Whether a line says which writer it is of. */
  readonly names: boolean;
}

type Random = (below: number) => number;
type Part = (at: number, writer: number) => string;

/** Numbers below a bound from Marsaglia's xorshift32. */
export function createRandom(seed: number): Random {
  let state = (seed * 2_654_435_761) | 1;
  const next = () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
  for (let warm = 0; warm < 16; warm += 1) next();
  return (below) => next() % below;
}

const pad = (value: number, width = 2, fill = '0') => String(value).padStart(width, fill);
const startMs = Date.UTC(2026, 10, 28, 1, 59, 58);

/** The time of a line; as a rule several lines are of the same millisecond. */
const timeOf = (at: number) => new Date(startMs + Math.floor(at / 3) * 7);
const iso = (at: number) => timeOf(at).toISOString();

const times: readonly Part[] = [
  (at) => iso(at),
  (at) => iso(at).replace('T', ' ').replace('Z', ''),
  (at) => iso(at).replace('T', ' ').replace('.', ','),
  (at) => iso(at).slice(0, 19),
  // RFC 3339 as Go writes it: without zeros at the end of the fraction.
  (at) => iso(at).replace(/\.?0*Z$/, '+02:00'),
  (at) => iso(at).replace('Z', '000-05:30'),
  (at) => `${iso(at).slice(11, 19)}`,
  (at) => `${iso(at).slice(11, 23)}`,
  (at) => `${timeOf(at).toUTCString().slice(0, -4)} GMT`,
  (at) => {
    const [, day, month, year, time] = timeOf(at).toUTCString().split(/,? /);
    return `${day}/${month}/${year}:${time} +0000`;
  },
  (at) => {
    const [weekday, day, month, year, time] = timeOf(at).toUTCString().split(/,? /);
    return `${weekday} ${month} ${day} ${time} ${year}`;
  },
  (at) => {
    const [, day, month, , time] = timeOf(at).toUTCString().split(/,? /);
    return `${month} ${day} ${time}`;
  },
  (at) => `${(timeOf(at).getTime() / 1000).toFixed(3)}`,
  (at) => String(timeOf(at).getTime()),
  (at) => iso(at).replaceAll(/[-:]/g, ''),
  (at) => iso(at).slice(2, 19).replaceAll('-', '/').replace('T', ' '),
  (at) => `${pad(timeOf(at).getUTCDate())}.${pad(timeOf(at).getUTCMonth() + 1)}.2026 ${iso(at).slice(11, 19)}`,
  // Nobody's format: minutes, seconds and hundredths since the start, padded with blanks.
  (at) =>
    `[${pad(Math.floor((at * 7) / 6000), 4, ' ')}'${pad(Math.floor((at * 7) / 100) % 60)}"${pad((at * 7) % 100)}]`,
  (at) => `+${((at * 13) / 1000).toFixed(4)}s`,
  (at) => `[${pad(at * 0.0123, 5, ' ').slice(0, 5)}${pad((at * 977) % 1_000_000, 6)}]`,
];

const counters: readonly Part[] = [
  (at) => String(at),
  (at) => pad(at, 8),
  (at) => pad(at, 6, ' '),
  (at) => `#${at * 17}`,
  (at) => ((at + 3) * 2_654_435_761).toString(16).slice(0, 8),
  (at) => `seq=${at}`,
  (at) => ['INFO', 'WARN', 'ERROR', 'DEBUG'][((at * 2_654_435_761) % 4) | 0] ?? 'INFO',
  (at) => ['worker-1', 'main', 'worker-22'][((at * 40_503) >>> 3) % 3] ?? 'main',
  (at) => {
    const hex = ((at + 11) * 7_919_387_221).toString(16).padStart(12, 'a');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(0, 3)}-${hex.slice(2, 6)}`;
  },
];

const fixed: readonly string[] = [
  'INFO',
  'stderr',
  '<14>',
  'E',
  'log:',
  '(main)',
  '::',
  'gc',
  'goroutine',
  'SCHED',
  'gc 1 @',
  'goroutine 7',
  'goroutine 7 [worker]:',
  'panic',
  'ünïcode',
  'a=b',
  '[]',
  '{x}',
  '"q"',
  '|',
  '127.0.0.1:8080',
  'C:\\logs\\',
];

const writers: readonly Part[] = [
  (_, writer) => `api-${writer + 1}`,
  (_, writer) => `web.${writer + 1}`,
  (_, writer) => `shop/${['front', 'cart', 'stock'][writer % 3]}-7d9f8b6c5-${['x2x9k', '4hv7q', 'zz8wp'][writer % 3]}`,
  (_, writer) => `node${writer + 1}.example.com`,
  (_, writer) => `pid=${3100 + writer * 7}`,
  (_, writer) => ['alpha', 'bravo', 'charlie'][writer % 3] ?? '',
  (_, writer) => `10.0.${writer}.17`,
  // Names of unlike shapes, padded to the same width.
  (_, writer) => ['api', 'worker-queue_2', 'db.primary-0'][writer % 3]?.padEnd(16) ?? '',
  (_, writer) => `${3100 + writer * 7}`,
  (_, writer) => `[${['k', 'm', 'z'][writer % 3]}8s/x:${writer}]`,
];

const brackets: readonly (readonly [string, string])[] = [
  ['', ''],
  ['', ''],
  ['[', ']'],
  ['(', ')'],
  ['<', '>'],
  ['', ':'],
  ['{', '}'],
  ['"', '"'],
];
const separators = [' ', ' ', ' ', '\t', ' | ', ' - ', ': ', '  ', ' > ', '|', ';', ', '];

/** A prefix of one to six parts; every part but one may be missing. */
export function makePrefix(random: Random): Carrier {
  const pick = <Each>(list: readonly Each[]): Each => list[random(list.length)] as Each;
  const parts: Part[] = [];
  const wrap = (part: Part): Part => {
    const [open, close] = pick(brackets);
    return (at, writer) => `${open}${part(at, writer)}${close}`;
  };
  if (random(4) > 0) parts.push(wrap(pick(times)));
  for (let more = [0, 0, 1, 1, 2][random(5)] ?? 0; more > 0; more -= 1) parts.push(wrap(pick(counters)));
  const names = random(4) > 0 || parts.length === 0;
  if (names) parts.splice(random(parts.length + 1), 0, wrap(pick(writers)));
  for (let more = random(3); more > 0; more -= 1) {
    const word = pick(fixed);
    parts.splice(
      random(parts.length + 1),
      0,
      wrap(() => word),
    );
  }
  const gaps = parts.map(() => pick(separators));
  const carry = (line: string, at: number, writer: number) =>
    `${parts.map((part, index) => `${part(at, writer)}${gaps[index]}`).join('')}${line}`;
  return { name: JSON.stringify(carry('', 1, 1)), carry, names };
}

/** Entries of the shapes in which stores of logs give them out. */
export const entries: readonly Carrier[] = [
  entry('json, flat', true, (line, at, writer) =>
    JSON.stringify({ ts: iso(at), level: 'info', msg: line, pod: `api-${writer}` }),
  ),
  entry('json, with a newline', true, (line, at, writer) =>
    JSON.stringify({ message: `${line}\n`, host: { name: `n${writer}` }, '@timestamp': iso(at), seq: at }),
  ),
  entry('json, nested', true, (line, at, writer) =>
    JSON.stringify({
      kubernetes: { pod_name: `api-${writer}`, labels: { app: 'api' } },
      record: { body: { text: line } },
      time_unix_nano: String(timeOf(at).getTime() * 1e6),
    }),
  ),
  entry('json in json', true, (line, at, writer) =>
    JSON.stringify({
      log: `${JSON.stringify({ msg: line, n: at })}\n`,
      stream: 'stderr',
      container: `c${writer}`,
      time: iso(at),
    }),
  ),
  entry(
    'json behind a prefix',
    true,
    (line, at, writer) => `${iso(at)} fwd[${writer}]: ${JSON.stringify({ m: line })}`,
  ),
  entry('json with levels that vary', true, (line, at, writer) =>
    JSON.stringify({
      level: ['info', 'warn', 'error'][(at * 7) % 3],
      text: line,
      service: ['cart', 'stock'][writer % 2],
    }),
  ),
  entry('a line of a JSON list', false, (line, at) => `    "textPayload": ${JSON.stringify(line)}${at % 2 ? ',' : ''}`),
  entry(
    'logfmt',
    true,
    (line, at, writer) =>
      `time=${iso(at)} level=info msg=${/[\s="]/.test(line) ? JSON.stringify(line) : line} replica=${writer}`,
  ),
  entry('csv', true, (line, at, writer) => `"${iso(at)}","api-${writer}","${line.replaceAll('"', '""')}"`),
  entry(
    'paragraphs',
    false,
    (line) => `<p>${line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}</p>`,
  ),
  entry('quoted by a mail', false, (line) => `> > ${line}`),
];

function entry(name: string, names: boolean, carry: Carrier['carry']): Carrier {
  return { name, carry, names };
}
