/** Response latencies of the arrivals of one short bin as text, which is shorter and cheaper than a histogram of so few. */

/** Latencies are kept to eight binary digits: one part in 128. */
const digits = 8;

/**
 * Latencies in microseconds, in any order, as text: ascending, each rounded down to one part in 128, and `x` with a count behind one that
 * occurs more than once (`312 315x2 400`).
 */
export function binText(valuesUs: readonly number[]): string {
  const sorted = Float64Array.from(valuesUs, rounded).sort();
  let text = '';
  for (let from = 0; from < sorted.length; ) {
    const value = sorted[from] ?? 0;
    let to = from + 1;
    while (sorted[to] === value) to++;
    text += `${from === 0 ? '' : ' '}${value}${to - from > 1 ? `x${to - from}` : ''}`;
    from = to;
  }
  return text;
}

/** The latencies in such a text, ascending, and how often each occurs. */
export function* binValues(text: string): Iterable<readonly [us: number, count: number]> {
  if (text === '') return;
  for (const part of text.split(' ')) {
    const [value, count = 1] = part.split('x');
    yield [Number(value), Number(count)];
  }
}

function rounded(us: number): number {
  const whole = Math.max(0, Math.round(us));
  const step = 2 ** Math.max(0, Math.floor(Math.log2(Math.max(whole, 1))) + 1 - digits);
  return Math.floor(whole / step) * step;
}
