/** Pages of metrics as some exporter may write them: what is said, and the many ways in which the formats let it be said. */
import fc from 'fast-check';

const text = fc.string({ unit: 'grapheme' });
const utf8Name = fc.string({ unit: 'grapheme', minLength: 1 });

const anyLine = fc.record({
  name: fc.oneof(fc.stringMatching(/^[a-zA-Z_:][a-zA-Z0-9_:]{0,10}$/), utf8Name),
  labels: fc.dictionary(fc.oneof(fc.stringMatching(/^[a-zA-Z][a-zA-Z0-9_]{0,8}$/), utf8Name), text),
  value: fc.oneof(fc.double(), fc.integer()),
  atMs: fc.option(fc.integer({ min: 0, max: 2e12 }), { nil: undefined }),
  /** Whether a name that needs no quotes has some. */
  isQuoted: fc.boolean(),
  hasPlus: fc.boolean(),
  hasExemplar: fc.boolean(),
  before: fc.constantFrom('', '# HELP x a "b" {c}', '# TYPE x gauge', '#', '# UNIT x s', ' '),
});

/** One page. */
export const anyPage = fc.record({
  hasByteOrderMark: fc.boolean(),
  newline: fc.constantFrom('\n', '\r\n'),
  isOpenMetrics: fc.boolean(),
  endsInNewline: fc.boolean(),
  lines: fc.array(anyLine),
});

type Drawn<Of> = Of extends fc.Arbitrary<infer Value> ? Value : never;
type Line = Drawn<typeof anyLine>;

/** The text of it. */
export function textOf({ hasByteOrderMark, newline, isOpenMetrics, endsInNewline, lines }: Drawn<typeof anyPage>) {
  const all = lines.flatMap((line) => [line.before, `${head(line)} ${number(line)}${tail(line, isOpenMetrics)}`]);
  if (isOpenMetrics) all.push('# EOF');
  return `${hasByteOrderMark ? '\ufeff' : ''}${all.join(newline)}${endsInNewline ? newline : ''}`;
}

function head({ name, labels, isQuoted }: Line): string {
  const pairs = Object.entries(labels).map(
    ([key, value]) => `${/^[a-zA-Z_]\w*$/.test(key) ? key : quoted(key)}=${quoted(value)}`,
  );
  if (isQuoted || !/^[a-zA-Z_:][\w:]*$/.test(name)) return `{${[quoted(name), ...pairs].join(',')}}`;
  return pairs.length > 0 ? `${name}{${pairs.join(',')}}` : name;
}

function number({ value, hasPlus }: Line): string {
  if (Math.abs(value) === Number.POSITIVE_INFINITY) return value < 0 ? '-Inf' : '+Inf';
  return hasPlus && value >= 0 ? `+${value}` : String(value);
}

function tail({ atMs, hasExemplar }: Line, isOpenMetrics: boolean): string {
  const stamp = atMs === undefined ? '' : ` ${isOpenMetrics ? atMs / 1000 : atMs}`;
  return hasExemplar && isOpenMetrics ? `${stamp} # {trace_id="a } # b"} 0.5 1.5` : stamp;
}

function quoted(value: string): string {
  return `"${value.replace(/\\/g, '\\\\').replace(/\n/g, '\\n').replace(/"/g, '\\"')}"`;
}
