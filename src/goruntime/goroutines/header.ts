/** The first line of a goroutine in a dump, Go 1.0 to 1.27, to its values (source of the format: runtime/traceback.go, goroutineheader). */

/** What the header of one goroutine says. */
export interface GoroutineHeader {
  readonly id: number;
  /** The wait reason or the state in the runtime's own words, without the flags that follow. */
  readonly state: string;
  /** Whole minutes that it waits, from the first garbage collection that saw it wait; undefined under one minute. */
  readonly waitMinutes: number | undefined;
  readonly lockedToThread: boolean;
  readonly leaked: boolean;
  readonly scan: boolean;
  readonly durable: boolean;
  /** The thread that runs it; printed at GOTRACEBACK=system since Go 1.22. */
  readonly thread: number | undefined;
  /** The synctest group or bubble it belongs to. */
  readonly synctest: number | undefined;
  readonly labels: Readonly<Record<string, string>>;
  /** What follows the state and is none of the above, as printed. */
  readonly other: readonly string[];
}

const source = 'goroutine (\\d{1,18})(?: gp=0x[0-9a-f]{1,16})?(?: m=(?:nil|(\\d{1,9})))?(?: mp=0x[0-9a-f]{1,16})? \\[';
const anywhere = new RegExp(source);
const begin = new RegExp(source, 'y');
const flags = { leaked: ' (leaked)', scan: ' (scan)', durable: ' (durable)' } as const;

/** Where in the text a header may begin; -1 when nowhere. */
export function findGoroutineHeader(text: string): number {
  return text.search(anywhere);
}

/** The header that starts at `from` and ends the text; undefined when it is not one or is not whole. */
export function parseGoroutineHeader(text: string, from = 0): GoroutineHeader | undefined {
  begin.lastIndex = from;
  const match = begin.exec(text);
  if (!match) return undefined;
  let at = begin.lastIndex;
  let end = at;
  for (let code = text.charCodeAt(end); end < text.length && code !== 93 && code !== 123; )
    code = text.charCodeAt(++end);
  const labels: Record<string, string> = {};
  let inner = text.slice(at, end);
  if (text[end] === '{' && inner.endsWith(' labels:')) {
    inner = inner.slice(0, -' labels:'.length);
    end = readLabels(text, end, labels);
  }
  // No state has a bracket: what has one is the beginning of something else, with a header in it.
  if (text[end] !== ']' || inner === '' || inner.includes('[')) return undefined;
  at = end + 1;
  if (text.startsWith(' {', at)) at = readLabels(text, at + 1, labels);
  if (text[at] !== ':' || text.slice(at + 1).trim() !== '') return undefined;
  return withState(inner, Number(match[1]), match[2] === undefined ? undefined : Number(match[2]), labels);
}

function withState(
  inner: string,
  id: number,
  thread: number | undefined,
  labels: Readonly<Record<string, string>>,
): GoroutineHeader {
  const [first = '', ...extras] = inner.split(', ');
  const found = { leaked: false, scan: false, durable: false };
  let state = first;
  for (let again = state.endsWith(')'); again; ) {
    again = false;
    for (const flag of ['leaked', 'scan', 'durable'] as const) {
      if (!state.endsWith(flags[flag])) continue;
      state = state.slice(0, -flags[flag].length);
      found[flag] = true;
      again = true;
    }
  }
  let waitMinutes: number | undefined;
  let synctest: number | undefined;
  let lockedToThread = false;
  const other: string[] = [];
  for (const extra of extras) {
    if (extra === 'locked to thread') {
      lockedToThread = true;
      continue;
    }
    const number = Number(/^(?:synctest (?:group|bubble) )?(\d{1,15})(?: minutes)?$/.exec(extra)?.[1] ?? Number.NaN);
    if (extra.endsWith(' minutes') && number >= 0) waitMinutes = number;
    else if (extra.startsWith('synctest ') && number >= 0) synctest = number;
    else other.push(extra);
  }
  const { leaked, scan, durable } = found;
  return { id, state, waitMinutes, lockedToThread, leaked, scan, durable, thread, synctest, labels, other };
}

/** Reads `{key: value, "key": "value"}` from its brace on; returns the index after it, or -1 when it is not whole. */
function readLabels(text: string, from: number, labels: Record<string, string>): number {
  let at = from + 1;
  while (at < text.length) {
    if (text[at] === '}') return at + 1;
    const key = readWord(text, at);
    if (key === undefined || !text.startsWith(': ', key.end)) return -1;
    const value = readWord(text, key.end + 2);
    if (value === undefined) return -1;
    Object.defineProperty(labels, key.word, {
      value: value.word,
      enumerable: true,
      configurable: true,
      writable: true,
    });
    at = value.end;
    if (text.startsWith(', ', at)) at += 2;
    else if (text[at] !== '}') return -1;
  }
  return -1;
}

const bare = /[^\s"{},:\]]*/y;
const quoted = /"((?:[^"\\]|\\.)*)"/y;

function readWord(text: string, from: number): { word: string; end: number } | undefined {
  const form = text[from] === '"' ? quoted : bare;
  form.lastIndex = from;
  const match = form.exec(text);
  if (!match) return undefined;
  return { word: form === quoted ? unescapeGo(match[1] ?? '') : match[0], end: from + match[0].length };
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', a: '\x07', b: '\b', f: '\f', v: '\v' };

function unescapeGo(text: string): string {
  if (!text.includes('\\')) return text;
  return text.replace(
    /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|(.))/g,
    (_, byte, four, eight, one) => {
      if (one !== undefined) return escapes[one] ?? one;
      const code = Number.parseInt(byte ?? four ?? eight, 16);
      return code <= 0x10ffff ? String.fromCodePoint(code) : '\ufffd';
    },
  );
}
