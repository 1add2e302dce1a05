import { describe, expect, test } from 'vitest';
import { createTerminalReporter } from '../../../src/report/terminal/terminal-report.ts';
import {
  detailedResult,
  emptyResult,
  failedResult,
  hostileResult,
  invalidResult,
  sampleResult,
} from '../../golden/sample-result.ts';
import { tracedResult } from '../../helpers/run-traces.ts';

const render = (result: ReturnType<typeof sampleResult>, width: number) =>
  createTerminalReporter({ color: false, width }).render(result);

test('the whole of a run at 100 columns', async () => {
  await expect(render(sampleResult(), 100)).toMatchFileSnapshot('../../golden/sample-terminal.txt');
});

describe.each([60, 80, 100, 120])('at %i columns', (width) => {
  test.each([
    ['sample', sampleResult()],
    ['detailed', detailedResult()],
    ['invalid', invalidResult()],
    ['failed', failedResult()],
    ['empty', emptyResult()],
    ['hostile', hostileResult()],
    ['traced', tracedResult()],
  ])('no line of the %s result is longer', (_, result) => {
    const lines = render(result, width).split('\n');
    expect(lines.filter((line) => line.length > width)).toEqual([]);
  });
});

test('every step has its line, also when there is little room', () => {
  const lines = render(sampleResult(), 60).split('\n');
  for (const { name } of sampleResult().steps) expect(lines.some((line) => line.startsWith(`${name} `))).toBe(true);
});

test('more room shows more columns', () => {
  expect(render(sampleResult(), 80)).not.toContain('p99.9');
  expect(render(sampleResult(), 140)).toContain('p99.9');
});

test('several requests have a line each for every measured step', () => {
  const lines = render(detailedResult(), 80).split('\n');
  const measured = detailedResult().steps.filter(({ kind }) => kind === 'measure');
  expect(lines.filter((line) => line.startsWith('list of eve…  '))).toHaveLength(measured.length);
  expect(render(sampleResult(), 80)).not.toContain('request ');
});

test('phases have columns where there is room, those that were', () => {
  const text = render(detailedResult(), 180);
  expect(text).toMatch(/1st byte p99 +connect p99(?! +tls)/);
  expect(text).toContain('4.32');
});

test('an invalid run says why', () => {
  const text = render(invalidResult(), 80);
  expect(text).toContain('✕ Invalid.');
  expect(text).toContain('dispatch lag p99 84.1 ms');
});

test('a failed run shows message and way out', () => {
  const text = render(failedResult(), 80);
  expect(text).toContain('✕ Failed.');
  expect(text).toContain('downstream-2 was not ready after 30s');
  expect(text).toContain('Look at logs/downstream-2.log');
});

test('colour only adds escape codes, and only when asked for', () => {
  const plain = render(sampleResult(), 90);
  const coloured = createTerminalReporter({ color: true, width: 90 }).render(sampleResult());
  const codes = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
  expect(plain).not.toMatch(codes);
  expect(coloured).toMatch(codes);
  expect(coloured.replace(codes, '')).toBe(plain);
});

test('a name cannot steer the terminal', () => {
  const evil = `${String.fromCharCode(27)}[2Jgone\nnext`;
  const result = sampleResult();
  const [first] = result.steps;
  const steps = first ? [{ ...first, name: evil }] : [];
  const text = render({ ...result, scenario: { ...result.scenario, name: evil }, steps, warnings: [] }, 80);
  expect(text).not.toContain(String.fromCharCode(27));
  expect(text.split('\n')[0]).toContain('gone next');
});

test('of traces, those of the step that broke are told, with a file to open', () => {
  const text = render(tracedResult(), 200);
  expect(text).toContain(
    'step 1600, downstream\n  p99 of traced requests 38.2 ms: the slowest 1 % took 41 ms on average',
  );
  expect(text).toContain('\n  go tool trace traces/downstream-1.1-slow.trace\n');
  expect(text).not.toContain('step 1400, downstream');
  expect(render(sampleResult(), 200)).not.toContain('traced');
});
