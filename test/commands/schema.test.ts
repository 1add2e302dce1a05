import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { schemaNames, schemaText } from '../../src/commands/schema.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');

it.each(schemaNames)('docs/%s.schema.json is what the code says (npm run schemas writes it again)', (name) => {
  expect(schemaText(name)).toBe(readFileSync(join(docs, `${name}.schema.json`), 'utf8'));
});

it('has no schema published that the code does not know', () => {
  const published = readdirSync(docs).filter((file) => file.endsWith('.schema.json'));
  expect(published.sort()).toEqual(schemaNames.map((name) => `${name}.schema.json`).sort());
});
