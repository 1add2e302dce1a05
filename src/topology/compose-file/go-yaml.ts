/** What go-yaml v3, by which Compose reads its files, makes of an unquoted scalar, and how Go prints it; pure. */

/** A YAML scalar as Go sees it: an integer from a million up is a bigint, any other number a number. A date is text, as Go prints it. */
export type YamlScalar = string | number | bigint | boolean | null;

const words: Readonly<Record<string, YamlScalar>> = {
  '': null,
  '~': null,
  null: null,
  Null: null,
  NULL: null,
  true: true,
  True: true,
  TRUE: true,
  false: false,
  False: false,
  FALSE: false,
};
const infinity = /^([-+]?)\.(?:inf|Inf|INF)$/;
const notANumber = /^\.(?:nan|NaN|NAN)$/;
/** `yamlStyleFloat` of resolve.go. */
const floatPattern = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;

/** The value of a plain scalar without a tag (resolve.go of gopkg.in/yaml.v3). */
export function resolvePlain(text: string): YamlScalar {
  if (Object.hasOwn(words, text)) return words[text] ?? null;
  const sign = infinity.exec(text)?.[1];
  if (sign !== undefined) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  if (notANumber.test(text)) return Number.NaN;
  if (text.startsWith('.')) return resolveFloat(text.replace(/(?<=\d)_(?=\d)/g, '')) ?? text;
  if (!/^[-+0-9]/.test(text)) return text;
  return resolveDate(text) ?? resolveNumber(text.replaceAll('_', '')) ?? text;
}

const integerPattern = /^([-+]?)(0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+|0|[1-9][0-9]*)$/;
/** What an integer may be at most: with a sign 63 bits, as strconv.ParseInt has it; without one 64, as ParseUint. */
const largest: Readonly<Record<string, bigint>> = { '': 2n ** 64n - 1n, '+': 2n ** 63n - 1n, '-': 2n ** 63n };

function resolveNumber(plain: string): number | bigint | undefined {
  return resolveInteger(plain) ?? resolveFloat(plain);
}

function resolveInteger(plain: string): number | bigint | undefined {
  const [, sign = '', digits] = integerPattern.exec(plain) ?? [];
  if (digits === undefined) return undefined;
  const size = BigInt(digits.replace(/^0(?=\d)/, '0o').toLowerCase());
  if (size > (largest[sign] ?? 0n)) return undefined;
  return narrow(sign === '-' ? -size : size);
}

function resolveFloat(plain: string): number | undefined {
  const float = floatPattern.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(float) ? float : undefined;
}

/**
 * Go prints large floats with an exponent and integers never, so the two must not look alike; beyond 2^53 a number would not be exact
 * either.
 */
function narrow(value: bigint): number | bigint {
  return value > -floatFrom && value < floatFrom ? Number(value) : value;
}

const floatFrom = 1_000_000n;

const datePattern =
  /^(\d{4})-(\d{1,2})-(\d{1,2})(?:(?:[Tt](\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?(Z|[-+]\d\d:\d\d))|(?: (\d{1,2}):(\d{1,2}):(\d{1,2})(\.\d+)?))?$/;

/** A date of one of the four forms that go-yaml knows, as Go's `time.Time` prints it; undefined when it is none. */
function resolveDate(text: string): string | undefined {
  const match = datePattern.exec(text);
  if (!match) return undefined;
  const [, year = '', month = '', day = ''] = match;
  const [hour = '0', minute = '0', second = '0'] = match[4] ? match.slice(4, 7) : match.slice(9, 12);
  const two = (digits: string | undefined) => String(Number(digits ?? 0)).padStart(2, '0');
  const date = `${year}-${two(month)}-${two(day)}`;
  const isDay = Number(day) > 0 && new Date(`${date}T00:00:00Z`).toJSON()?.startsWith(date) === true;
  if (!isDay || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const fraction = (match[7] ?? match[12] ?? '').slice(0, 10).replace(/\.?0+$/, '');
  const offset = match[8]?.replace(':', '');
  const zone = offset && !/^(?:Z|[-+]0000)$/.test(offset) ? `${offset} ${offset}` : '+0000 UTC';
  return `${date} ${two(hour)}:${two(minute)}:${two(second)}${fraction} ${zone}`;
}

/** The text that Compose makes of a scalar where it wants a text: Go's `fmt.Sprint`. */
export function goText(value: Exclude<YamlScalar, null>): string {
  if (typeof value !== 'number') return String(value);
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  // The shortest %g: an exponent, of at least two digits, below 1e-4 and from 1e6.
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
    return value.toExponential().replace(/e([-+])(\d)$/, 'e$10$2');
  }
  return String(value);
}
