/** What carried a line of a program here: the prefixes of container, journal and log tools, taken off the line. */

/** A line without what was put before it. */
export interface Carried {
  /** Who wrote it, as far as the prefixes say: the same text for every line of the same stream; empty without a prefix. */
  readonly source: string;
  /** The time that a prefix gives it, as printed. */
  readonly time: string | undefined;
  readonly text: string;
  /** True when the carrier cut a long line here, and its next line goes on. */
  readonly partial: boolean;
}

interface Form {
  /** The first group is the source, the second the time. */
  readonly prefix: RegExp;
  readonly order: 'source time' | 'time source';
  /** What is quickly seen to be missing. */
  readonly needs?: (text: string, at: number) => boolean;
}

const iso = '\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:[.,]\\d{1,9})?(?:Z|[-+]\\d\\d:?\\d\\d)?';
const month = '(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)';
const host = '[\\w.:-]{1,255}';
const unit = '[^\\s:\\[\\]]{1,255}(?:\\[\\d{1,10}\\])?';

/** By their first character: a letter, a digit, or a mark. */
const byLetter: readonly Form[] = [
  // docker compose: `loadbalancer-1  | text`.
  {
    prefix: /([\w.-]{1,128}) {1,64}\| ?()/y,
    order: 'source time',
    needs: (text, at) => text.indexOf('|', at) > at,
  },
  // journald and RFC 3164: `Nov 21 03:30:00.123 host unit[1]: text`.
  {
    prefix: new RegExp(`(${month} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,6})?) (${host} ${unit}): `, 'y'),
    order: 'time source',
    needs: (text, at) => text[at + 3] === ' ',
  },
  // logcat, brief: `I/tag ( 123): text`.
  {
    prefix: /([VDIWEF]\/[^\s(]{1,64} {0,32}\( {0,9}\d{1,9}\)): ()/y,
    order: 'source time',
    needs: (text, at) => text[at + 1] === '/',
  },
];
const byDigit: readonly Form[] = [
  // journald, short-iso: `2026-11-21T03:30:00+0000 host unit[1]: text`.
  { prefix: new RegExp(`(${iso}) (${host} ${unit}\\[\\d{1,10}\\]): `, 'y'), order: 'time source' },
  // docker --timestamps.
  { prefix: /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[-+]\d\d:\d\d)) ()/y, order: 'time source' },
  // Go's log package, with and without microseconds and file.
  { prefix: /(\d{4}\/\d\d\/\d\d \d\d:\d\d:\d\d(?:\.\d{6})?) (?:\S{1,255}\.go:\d{1,7}: )?()/y, order: 'time source' },
  // logcat, threadtime: `11-21 03:30:00.123  123  456 I tag: text`.
  {
    prefix: /(\d\d-\d\d \d\d:\d\d:\d\d\.\d{1,6}) {1,9}(\d{1,9} {1,9}\d{1,9} [VDIWEF] [^\s:]{1,64}) {0,32}: /y,
    order: 'time source',
  },
];
const byMark: readonly Form[] = [
  // RFC 5424: `<14>1 2026-11-21T03:30:00Z host app 12 - - text`.
  {
    prefix: new RegExp(
      `<\\d{1,3}>1 (${iso}|-) (${host} \\S{1,48} \\S{1,128}) \\S{1,32} (?:-|\\[[^\\]]{0,2000}\\]) `,
      'y',
    ),
    order: 'time source',
  },
  {
    prefix: new RegExp(`<\\d{1,3}>(${month} [ \\d]\\d \\d\\d:\\d\\d:\\d\\d) (${host} ${unit}): `, 'y'),
    order: 'time source',
  },
  // kubectl logs --prefix: `[pod/name/container] text`.
  { prefix: /(\[pod\/[\w./-]{1,300}\]) ()/y, order: 'source time' },
];

// CRI: `2026-11-21T03:30:00.123456789Z stderr F text`.
const cri = /(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[-+]\d\d:\d\d)) (stdout|stderr) ([FP])(?::\S{0,64})? ?/y;
/** What the runtime says is nobody's name, however a prefix could be read. */
const runtimeWords =
  /(?:^|[\s\]>|])(?:SCHED \d+ms: |gc \d+ @|goroutine \d+ [[gm]|(?:panic|fatal error|runtime error|SIG[A-Z]{3,5}): |scav \d|pacer: |init \S+ @)/;
/** Prefixes that may stand before one another. */
const maxPrefixes = 4;

// biome-ignore lint/suspicious/noControlCharactersInRegex: terminals are driven by these
const escapes = /(?:\x1b|\^\[)\[[0-9;:?]{0,32}[A-Za-z]|\x1b\][^\x07\x1b]{0,256}(?:\x07|\x1b\\)/g;

const carriageReturn = 13;

/** This line without escape sequences of a terminal and without its prefixes. */
export function stripPrefix(line: string): Carried {
  // Looking for one character is several times as fast as looking for two, and almost no line has either.
  let text = line.includes('\x1b') || line.includes('^') ? line.replace(escapes, '') : line;
  if (text.charCodeAt(text.length - 1) === carriageReturn) text = text.slice(0, -1);
  if (text.startsWith('{"log":"')) return fromJsonFile(text);
  let source = '';
  let time: string | undefined;
  let partial = false;
  let at = 0;
  for (let prefixes = 0; prefixes < maxPrefixes; prefixes += 1) {
    const container = text[at + 4] === '-' ? matchAt(cri, text, at) : undefined;
    if (container) {
      source += `${container[2]} `;
      time = container[1];
      partial = container[3] === 'P';
      at += container[0].length;
      continue;
    }
    const found = prefixAt(text, at);
    if (!found) break;
    source += found.source === '' ? '' : `${found.source} `;
    time = found.time ?? time;
    at = found.end;
  }
  if (at === 0) return { source, time, text, partial };
  return { source: source.trimEnd(), time, text: text.slice(at), partial };
}

function prefixAt(text: string, at: number): { source: string; time: string | undefined; end: number } | undefined {
  const code = text.charCodeAt(at);
  // A stack trace has many lines, and none of these begins with a tab or holds a bar; what is certain needs no expression.
  if (code === 9 || code === 32) return undefined;
  const forms = code >= 48 && code <= 57 ? byDigit : code === 60 || code === 91 ? byMark : byLetter;
  for (const { prefix, order, needs } of forms) {
    if (needs && !needs(text, at)) continue;
    const match = matchAt(prefix, text, at);
    if (!match || (order === 'time source' && runtimeWords.test(text.slice(at, at + match[0].length)))) continue;
    const [whole, first = '', second = ''] = match;
    const [source, time] = order === 'source time' ? [first, second] : [second, first];
    return { source, time: time || undefined, end: at + whole.length };
  }
  return undefined;
}

function matchAt(form: RegExp, text: string, at: number): RegExpExecArray | undefined {
  form.lastIndex = at;
  return form.exec(text) ?? undefined;
}

/** A line of a docker json-file log; one that is no JSON is taken as it is. */
function fromJsonFile(text: string): Carried {
  try {
    const entry: unknown = JSON.parse(text);
    const { log, stream, time, attrs, ...others } = Object(entry) as Record<string, unknown>;
    // With more in it, it is an entry of another tool, which says more of who wrote it.
    if (typeof log === 'string' && attrs === undefined && Object.keys(others).length === 0) {
      return {
        source: typeof stream === 'string' ? stream.slice(0, 64) : '',
        time: typeof time === 'string' ? time.slice(0, 64) : undefined,
        text: log.replace(escapes, '').replace(/\r?\n$/, ''),
        partial: !log.endsWith('\n'),
      };
    }
  } catch {
    // Cut by whoever copied it.
  }
  return { source: '', time: undefined, text, partial: false };
}
