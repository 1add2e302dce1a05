import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { commands } from '../../src/commands/all.ts';
import { loadCommands } from '../../src/commands/command.ts';
import { schemaNames, schemaText } from '../../src/commands/schema.ts';

const docs = join(import.meta.dirname, '..', '..', 'docs');

it.each(schemaNames)('docs/%s.schema.json is what the code says (npm run schemas writes it again)', (name) => {
  expect(schemaText(name)).toBe(readFileSync(join(docs, `${name}.schema.json`), 'utf8'));
});

it('has no schema published that the code does not know', () => {
  const published = readdirSync(docs).filter((file) => file.endsWith('.schema.json'));
  expect(published.sort()).toEqual(schemaNames.map((name) => `${name}.schema.json`).sort());
});

/** What each command prints with `--json`, by the name of its schema. */
const printed: Readonly<Record<string, readonly (typeof schemaNames)[number][]>> = {
  run: ['result'],
  check: ['check'],
  observe: ['result'],
  report: ['result', 'comparison', 'gate', 'self-check'],
  compare: ['comparison'],
  gate: ['gate', 'self-check'],
  capacity: ['capacity'],
  pgo: ['pgo'],
  calibrate: ['calibration'],
  doctor: ['doctor'],
  profiles: ['profiles'],
  runs: ['runs'],
  diff: ['diff'],
  trend: ['trend'],
  inspect: ['inspection', 'inspect-follow'],
};

it('has a schema for whatever a command prints as JSON', async () => {
  const withJson = (await loadCommands(commands)).filter(({ options }) => 'json' in options).map(({ name }) => name);
  expect(withJson.sort()).toEqual(Object.keys(printed).sort());
  expect(schemaNames).toEqual(expect.arrayContaining(Object.values(printed).flat()));
});
