/** The result as JSON text, keys in the order of the result, two spaces, one newline at the end; points, and other lists with numbers, take one line. */
import type { Reporter } from '../model/contracts.ts';
import type { RunResult } from '../model/run-result.ts';

/** Writes the result as it is. */
export const jsonReporter: Reporter = {
  format: 'json',
  fileName: 'result.json',
  render: (result) => [...jsonPieces(result)].join(''),
  pieces: jsonPieces,
};

/** The same text, each step and each series of a long result on its own: the whole is never held. */
function* jsonPieces(result: RunResult): Iterable<string> {
  let before = '{\n';
  for (const [key, value] of presentPairs(result)) {
    const head = `${before}  ${JSON.stringify(key)}: `;
    before = ',\n';
    if (!Array.isArray(value) || value.length === 0 || isPoint(value)) {
      yield head + jsonText(value, '  ');
      continue;
    }
    for (const [place, each] of value.entries()) {
      yield `${place === 0 ? `${head}[` : ','}\n    ${jsonText(each ?? null, '    ')}`;
    }
    yield '\n  ]';
  }
  yield '\n}\n';
}

/** As `JSON.stringify` with two spaces, but for points: with four lines for each, most of a long result would be spaces. */
function jsonText(value: unknown, indent: string): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const inner = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    if (isPoint(value)) return `[${value.map((each) => JSON.stringify(each)).join(', ')}]`;
    return `[\n${inner}${value.map((each: unknown) => jsonText(each ?? null, inner)).join(`,\n${inner}`)}\n${indent}]`;
  }
  const pairs = presentPairs(value);
  if (pairs.length === 0) return '{}';
  const lines = pairs.map(([key, each]) => `${inner}${JSON.stringify(key)}: ${jsonText(each, inner)}`);
  return `{\n${lines.join(',\n')}\n${indent}}`;
}

function presentPairs(value: object): [string, unknown][] {
  return Object.entries(value).filter(([, each]) => each !== undefined);
}

/** A list of plain values with a number among them. */
function isPoint(list: readonly unknown[]): boolean {
  return (
    list.every((each) => typeof each !== 'object' && each !== undefined) &&
    list.some((each) => typeof each === 'number')
  );
}
