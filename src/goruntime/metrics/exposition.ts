/**
 * Prometheus text (0.0.4, with the quoted names of 1.0.0) and OpenMetrics to samples
 * (prometheus.io/docs/instrumenting/exposition_formats).
 */
import { parseFloatOfGo } from './go-float.ts';

/** One sample; `value` may be infinite or NaN, as the format allows. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  /** When the value was true in milliseconds since 1970, where the page says so: most do not. */
  readonly atMs?: number;
}

/** All samples of one answer; `rejects` counts lines that are neither a sample nor a comment, `example` is the first. */
export interface Exposition {
  readonly samples: readonly MetricSample[];
  /** What the page says a metric is, by the name in its `# TYPE` line: `counter`, `gauge`, and so on; many pages say nothing. */
  readonly types: ReadonlyMap<string, string>;
  readonly rejects: number;
  readonly example: string;
  /** Whether the last line is `# EOF`, which OpenMetrics ends with and nothing else has. */
  readonly hasEnd: boolean;
}

const byteOrderMark = '\ufeff';
const nameStart = /[a-zA-Z_:][\w:]*/y;
const opening = /[ \t]*\{[ \t]*/y;
/** A label, or a quoted metric name, which is the one part without `=`; quoted names may be any text (UTF-8). */
const part =
  /(?:([a-zA-Z_]\w*)[ \t]*=|"((?:[^"\\]|\\.)*)"[ \t]*(=?))(?:(?<==)[ \t]*"((?:[^"\\]|\\.)*)")?[ \t]*(,[ \t]*|(?=\}))/y;
/** A value, a timestamp if any, and what OpenMetrics calls an exemplar, which is not read. */
const rest = /([^\s#]\S*)(?:[ \t]+([-+\d.eE]+))?[ \t]*(?:#.*)?\r?$/y;
/** The name in such a line is bare, or quoted where it is any text. */
const typeLine = /^# *TYPE[ \t]+(?:([a-zA-Z_:][\w:]*)|"((?:[^"\\]|\\.)*)")[ \t]+(\w+)\s*$/;
const endLine = /(?:^|\n)# EOF\s*$/;
const exampleLength = 160;

/** The samples of such a text, in order; never throws. */
export function parseExposition(page: string): Exposition {
  const text = page.startsWith(byteOrderMark) ? page.slice(1) : page;
  const samples: MetricSample[] = [];
  const types = new Map<string, string>();
  let rejects = 0;
  let example = '';
  const hasEnd = endLine.test(text.slice(-16));
  // Milliseconds in Prometheus's text, seconds in OpenMetrics.
  const perMs = hasEnd ? 1000 : 1;
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(from, end).trimStart();
    from = end + 1;
    if (line.startsWith('#')) {
      const [, bare, quoted = '', type] = typeLine.exec(line) ?? [];
      if (type !== undefined) types.set(bare ?? unescaped(quoted), type.toLowerCase());
      continue;
    }
    if (line === '') continue;
    const sample = parseSample(line, perMs);
    if (sample) samples.push(sample);
    else {
      rejects += 1;
      if (rejects === 1) example = line.slice(0, exampleLength).trimEnd();
    }
  }
  return { samples, types, rejects, example, hasEnd };
}

function parseSample(line: string, perMs: number): MetricSample | undefined {
  nameStart.lastIndex = 0;
  const bare = nameStart.exec(line)?.[0];
  const block = parseLabels(line, bare?.length ?? 0);
  if (!block) return undefined;
  // One name, before the braces or quoted within them.
  const name = bare ?? block.name;
  if (name === undefined || (bare !== undefined && block.name !== undefined)) return undefined;
  rest.lastIndex = block.end;
  const [, valueText, stamp] = rest.exec(line) ?? [];
  const value = valueText === undefined ? undefined : parseFloatOfGo(valueText);
  if (value === undefined) return undefined;
  if (stamp === undefined) return { name, labels: block.labels, value };
  const at = parseFloatOfGo(stamp);
  return at === undefined ? undefined : { name, labels: block.labels, value, atMs: at * perMs };
}

interface LabelBlock {
  readonly name: string | undefined;
  readonly labels: Record<string, string>;
  /** Where the value may begin. */
  readonly end: number;
}

function parseLabels(line: string, from: number): LabelBlock | undefined {
  const labels: Record<string, string> = {};
  let name: string | undefined;
  opening.lastIndex = from;
  const open = opening.exec(line);
  if (!open) {
    const end = skipBlanks(line, from);
    return end > from ? { name, labels, end } : undefined;
  }
  let at = from + open[0].length;
  while (line[at] !== '}') {
    part.lastIndex = at;
    const [whole, plain, quoted, equals, value] = part.exec(line) ?? [];
    if (whole === undefined) return undefined;
    const key = plain ?? unescaped(quoted ?? '');
    if (value !== undefined) {
      // An assignment to `__proto__` would lose it.
      Object.defineProperty(labels, key, {
        value: unescaped(value),
        writable: true,
        enumerable: true,
        configurable: true,
      });
    } else if (plain !== undefined || equals !== '' || name !== undefined) return undefined;
    else name = key;
    at += whole.length;
  }
  return { name, labels, end: skipBlanks(line, at + 1) };
}

function skipBlanks(line: string, from: number): number {
  let at = from;
  while (line[at] === ' ' || line[at] === '\t') at += 1;
  return at;
}

function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)) : text;
}
