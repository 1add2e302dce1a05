/**
 * Numbers as Prometheus's parsers take them: strconv.ParseFloat without hexadecimal and underscores (`parseFloat` in
 * expfmt/text_parse.go).
 */

const decimalNumber = /^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/;
const infinite = /^([-+]?)inf(?:inity)?$/i;

/** The number; undefined where Go refuses the text, also for a number too large for 64 bits. */
export function parseFloatOfGo(text: string): number | undefined {
  if (decimalNumber.test(text)) {
    const value = Number(text);
    return Number.isFinite(value) ? value : undefined;
  }
  const sign = infinite.exec(text)?.[1];
  if (sign !== undefined) return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return text.toLowerCase() === 'nan' ? Number.NaN : undefined;
}
