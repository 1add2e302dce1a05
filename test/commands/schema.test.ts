import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { schemaText } from '../../src/commands/schema.ts';

it.each(['scenario', 'result', 'comparison', 'gate', 'baseline', 'self-check'] as const)(
  'docs/%s.schema.json is what the code says (npm run schemas writes it again)',
  (which) => {
    const published = readFileSync(join(import.meta.dirname, '..', '..', 'docs', `${which}.schema.json`), 'utf8');
    expect(schemaText(which)).toBe(published);
  },
);
