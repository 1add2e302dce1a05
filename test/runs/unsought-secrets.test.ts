import { expect, it } from 'vitest';
import { unsoughtWarnings } from '../../src/runs/unsought-secrets.ts';

it('warns once of each secret that nobody looks for, and says why without telling it', () => {
  const secret = (value: string, isSought: boolean) => ({
    value,
    label: `env.P${value.length}`,
    isSought,
    isWritten: false,
  });
  const warnings = unsoughtWarnings([
    secret('x1', false),
    secret('x1', false),
    secret('shop', false),
    secret('tok-1', true),
  ]);
  expect(warnings).toHaveLength(2);
  expect(warnings[0]).toMatch(/^env\.P2 is secret, but too short \(2\)/);
  expect(warnings[1]).toMatch(/^env\.P4 is secret, but a word that stands in other places/);
  expect(warnings.join()).not.toMatch(/x1|shop/);
});
