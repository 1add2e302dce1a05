import { expect, it } from 'vitest';
import { outputFormat, requireFormat } from '../../src/commands/output-format.ts';
import { argsOf } from '../helpers/command-context.ts';

it.each([
  ['terminal', {}],
  ['json', { json: true }],
  ['json', { format: 'json' }],
  ['json', { json: true, format: 'json' }],
  ['markdown', { format: 'markdown' }],
])('shows %s with %j', (format, flags) => {
  expect(outputFormat(argsOf(flags))).toBe(format);
});

it('takes what a command finds usual where no flag says it', () => {
  expect(outputFormat(argsOf({}), 'html')).toBe('html');
  expect(outputFormat(argsOf({ json: true }), 'html')).toBe('json');
});

it('refuses two forms at once, and one that the result does not have', () => {
  expect(() => outputFormat(argsOf({ json: true, format: 'html' }))).toThrow('--json and --format html exclude');
  expect(() => requireFormat('junit', ['terminal', 'json'], 'a comparison')).toThrow(
    'a comparison cannot be shown as junit (formats: terminal, json)',
  );
});
