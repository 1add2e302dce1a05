import { expect, it } from 'vitest';
import type { GeneratorPart } from '../../../src/analysis/run/generators.ts';
import { startSkew, startSkewWarnings } from '../../../src/analysis/run/start-skew.ts';
import type { StepResult } from '../../../src/model/run-result.ts';

const part = (name: string, firstArrivalSkewUs: number | undefined, uncertaintyUs = 100) =>
  ({ steps: [], result: { name, uncertaintyUs, firstArrivalSkewUs } }) as unknown as GeneratorPart;
const steps = (...kinds: readonly StepResult['kind'][]) =>
  kinds.map((kind, index) => ({ kind, name: `step ${index}` }) as StepResult);

it('5 ms and what its clock may be off are told of nobody', () => {
  const parts = [part('g1', 5100), part('g2', undefined), part('g3', -200), part('g4', 5900, 1000)];
  expect(startSkewWarnings(parts, steps('measure'))).toEqual([]);
});

it('all that began later are told at once, with the way out', () => {
  const parts = [part('g1', 300), part('g2', 7110), part('g3', 5101)];
  expect(startSkewWarnings(parts, steps('measure', 'measure'))).toEqual([
    expect.stringMatching(
      /^generators began later .* \(g2 7\.11\sms, g3 5\.1\sms\): .* of step step 0 .*measure: false/,
    ),
  ]);
});

it('a step that is not measured bears it', () => {
  expect(startSkewWarnings([part('g1', 900_000)], steps('warmup', 'measure'))).toEqual([]);
});

it('a measured step is not as planned with one that began 100 ms late, its clock left aside', () => {
  expect(startSkew(part('g1', 100_100), 'steady', 5000)).toEqual([]);
  expect(startSkew(part('g1', undefined), 'steady', 5000)).toEqual([]);
  expect(startSkew(part('g1', 151_000), 'steady', 5000)).toEqual([
    {
      code: 'generator-start',
      step: 'steady',
      message: expect.stringMatching(/^generator g1 began 151\sms late, at most 100\sms is allowed, .*measure: false/),
    },
  ]);
});

it('a scenario that allows more lag allows that, too', () => {
  expect(startSkew(part('g1', 900_000), 'steady', 1_000_000)).toEqual([]);
});
