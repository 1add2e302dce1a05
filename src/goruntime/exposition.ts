/** Prometheus text (0.0.4 and OpenMetrics 1.0) to samples (prometheus.io/docs/instrumenting/exposition_formats). */

/** One sample; `value` may be infinite or NaN, as the format allows. */
export interface MetricSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** All samples of one answer; `rejects` counts lines that are neither a sample nor a comment, `example` is the first. */
export interface Exposition {
  readonly samples: readonly MetricSample[];
  readonly rejects: number;
  readonly example: string;
}

const nameStart = /[a-zA-Z_:][\w:]*/y;
const labelStart = /[ \t]*([a-zA-Z_]\w*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(,[ \t]*|(?=\}))/y;
/** A value, a timestamp if any, and what OpenMetrics calls an exemplar, which is not read. */
const rest = /[ \t]+(\S+)(?:[ \t]+[-+\d.eE]+)?[ \t]*(?:#.*)?\r?$/y;
const special: ReadonlyMap<string, number> = new Map([
  ['+inf', Number.POSITIVE_INFINITY],
  ['inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
  ['nan', Number.NaN],
]);
const exampleLength = 160;

/** The samples of such a text, in order; never throws. */
export function parseExposition(text: string): Exposition {
  const samples: MetricSample[] = [];
  let rejects = 0;
  let example = '';
  for (let from = 0; from < text.length; ) {
    const newline = text.indexOf('\n', from);
    const end = newline < 0 ? text.length : newline;
    const line = text.slice(from, end);
    from = end + 1;
    if (line.startsWith('#') || line.trim() === '') continue;
    const sample = parseSample(line);
    if (sample) samples.push(sample);
    else {
      rejects += 1;
      if (rejects === 1) example = line.slice(0, exampleLength);
    }
  }
  return { samples, rejects, example };
}

function parseSample(line: string): MetricSample | undefined {
  nameStart.lastIndex = 0;
  const name = nameStart.exec(line)?.[0];
  if (name === undefined) return undefined;
  const block = parseLabels(line, name.length);
  if (!block) return undefined;
  rest.lastIndex = block.end;
  const text = rest.exec(line)?.[1];
  const value = text === undefined ? undefined : parseValue(text);
  return value === undefined ? undefined : { name, labels: block.labels, value };
}

function parseLabels(line: string, from: number): { labels: Record<string, string>; end: number } | undefined {
  const labels: Record<string, string> = {};
  const open = /[ \t]*\{[ \t]*/y;
  open.lastIndex = from;
  const opening = open.exec(line);
  if (!opening) return { labels, end: from };
  let at = from + opening[0].length;
  while (line[at] !== '}') {
    labelStart.lastIndex = at;
    const match = labelStart.exec(line);
    if (!match) return undefined;
    labels[match[1] ?? ''] = unescapeLabel(match[2] ?? '');
    at += match[0].length;
  }
  return { labels, end: at + 1 };
}

function unescapeLabel(text: string): string {
  return text.includes('\\') ? text.replace(/\\(.)/g, (_, c: string) => (c === 'n' ? '\n' : c)) : text;
}

function parseValue(text: string): number | undefined {
  const known = special.get(text.toLowerCase());
  if (known !== undefined) return known;
  return /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text) ? Number(text) : undefined;
}
