/** What a command loads before it begins: all of rampart would take longer than the work of the small ones. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const src = join(import.meta.dirname, '..', '..', 'src');

/** The packages that a file and what it imports need at once; what is imported by a call comes later. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type\b)[^;]*?from '([^']+)';/gms);
  const specifiers = [...imports].map(([, specifier = '']) => specifier);
  return new Set(
    specifiers.flatMap((specifier) => {
      if (specifier.startsWith('.')) return [...packagesOf(join(dirname(file), specifier), seen)];
      return specifier.startsWith('node:') ? [] : [specifier];
    }),
  );
}

it('the command line loads no command that was not called', () => {
  expect([...packagesOf(join(src, 'cli.ts'))]).toEqual(['yargs']);
});

it('a merge of profile files waits for nothing that reads runs, stores or services', () => {
  expect([...packagesOf(join(src, 'commands/profiles/merge.ts'))]).toEqual(['hdr-histogram-js']);
});
