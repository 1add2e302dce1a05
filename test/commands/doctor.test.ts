import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isNodeEnough } from '../../src/commands/doctor.ts';

it.each([
  ['v18.20.4', false],
  ['v20.18.9', false],
  ['v20.19.0', true],
  ['v21.9.0', false],
  ['v22.11.0', false],
  ['v22.12.0', true],
  ['v23.11.0', false],
  ['v24.0.0', true],
  ['v26.1.0', true],
])('%s is enough: %s', (version, isEnough) => {
  expect(isNodeEnough(version)).toBe(isEnough);
});

it('says what package.json says', () => {
  const { engines } = JSON.parse(readFileSync(join(import.meta.dirname, '..', '..', 'package.json'), 'utf8')) as {
    engines: { node: string };
  };
  expect(engines.node).toBe('^20.19.0 || ^22.12.0 || >=24');
});
