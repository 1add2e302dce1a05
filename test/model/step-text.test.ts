import { expect, test } from 'vitest';
import { stepText } from '../../src/model/step-text.ts';

test.each([
  ['high', 'step high'],
  ['step 3', 'step 3'],
  ['Step-3', 'Step-3'],
  ['stepped', 'step stepped'],
])('a step called %s is %s in a sentence', (name, text) => {
  expect(stepText({ name })).toBe(text);
});
