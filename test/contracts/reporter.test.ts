/** What holds for every report format. */
import { describe, expect, it } from 'vitest';
import type { RunResult } from '../../src/model/run-result.ts';
import { reporters, reportFormats } from '../../src/registry.ts';
import {
  detailedResult,
  emptyResult,
  failedResult,
  hostileResult,
  invalidResult,
  sampleResult,
} from '../golden/sample-result.ts';

const all = await reporters({ uplotJs: '', uplotCss: '' }, { color: false, width: 100 });
const results: Readonly<Record<string, () => RunResult>> = {
  usual: sampleResult,
  invalid: invalidResult,
  failed: failedResult,
  empty: emptyResult,
  hostile: hostileResult,
  detailed: detailedResult,
};

it('is a format of its own, with a file of its own', () => {
  const names = all.flatMap(({ fileName }) => fileName ?? []);
  for (const list of [reportFormats, names]) expect(new Set(list).size).toBe(list.length);
  expect(all.map(({ format }) => format)).toEqual(reportFormats);
  for (const name of names) expect(name).toMatch(/^[a-z-]+\.[a-z]+$/);
});

describe.each(all.map((reporter) => [reporter.format, reporter] as const))('%s', (_, reporter) => {
  const render = (result: RunResult) => [...reporter.render(result)].join('');

  it.each(Object.entries(results))(
    'renders a result that is %s, the same each time, and leaves it as it is',
    (__, of) => {
      const result = frozen(of());
      const text = render(result);
      expect(render(result)).toBe(text);
      expect([...(reporter.pieces?.(result) ?? [text])].join('')).toBe(text);
      expect(text).toMatch(/\S/);
      expect(text.endsWith('\n')).toBe(true);
    },
  );

  it('says what the run is called by', () => {
    expect(render({ ...sampleResult(), tags: { release: '1.5-rc' } })).toMatch(/release[": =value]+1\.5-rc/);
  });

  it('tells a good result from an invalid, a failed and an empty one', () => {
    expect(new Set([sampleResult(), invalidResult(), failedResult(), emptyResult()].map(render)).size).toBe(4);
  });

  it('does not hand on what would act on a terminal, nor what no file may hold', () => {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
    expect(render(hostileResult())).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/);
  });
});

/** A value in which nothing can be changed. */
function frozen<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    Object.freeze(value);
    for (const part of Object.values(value)) frozen(part);
  }
  return value;
}
