/** What a command loads before it begins: all of rampart would take longer than the work of the small ones. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';

const src = join(import.meta.dirname, '..', '..', 'src');

/** The packages that a file and what it imports need at once, and these files; what is imported by a call comes later. */
function loadedBy(
  file: string,
  seen = new Set<string>(),
): { readonly packages: Set<string>; readonly files: Set<string> } {
  const packages = new Set<string>();
  if (seen.has(file)) return { packages, files: seen };
  seen.add(file);
  const imports = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type\b)[^;]*?from '([^']+)';/gms);
  for (const [, specifier = ''] of imports) {
    if (specifier.startsWith('node:')) continue;
    if (!specifier.startsWith('.')) packages.add(specifier);
    else for (const each of loadedBy(join(dirname(file), specifier), seen).packages) packages.add(each);
  }
  return { packages, files: seen };
}

function packagesOf(file: string): string[] {
  return [...loadedBy(join(src, file)).packages];
}

/** Those of these files, relative to `src`, that a command loads before it begins. */
function loadedOf(files: readonly string[], command: string): string[] {
  const loaded = loadedBy(join(src, command)).files;
  for (const file of files) expect(existsSync(join(src, file)), file).toBe(true);
  return files.filter((file) => loaded.has(join(src, file)));
}

const starters = ['compose', 'external', 'kubernetes', 'process'].map((engine) => `topology/${engine}-up.ts`);
const pages = ['report/html-report.ts', 'report/html/comparison/page.ts'];

it('the command line loads no command that was not called', () => {
  expect(packagesOf('cli.ts')).toEqual(['yargs']);
});

it('a merge of profile files waits for nothing that reads runs, stores or services', () => {
  expect(packagesOf('commands/profiles/merge.ts')).toEqual(['hdr-histogram-js']);
});

it('a run begins without what starts an engine it may not need, and without what analyses and draws it when it is over', () => {
  const later = [...starters, ...pages, 'analysis/build-result.ts', 'live/live-page.ts', 'runs/generators.ts'];
  expect(loadedOf(later, 'commands/run.ts')).toEqual([]);
});

it('a report of a run waits for nothing that starts services, runs rounds or judges gates', () => {
  const others = [...starters, 'runs/run.ts', 'experiments/finish.ts', 'analysis/gate/verdict.ts'];
  expect(loadedOf(others, 'commands/report.ts')).toEqual([]);
});

it('a look at files waits for nothing that knows runs, and for no page that it may not write', () => {
  expect(loadedOf(['registry.ts', 'analysis/build-result.ts', ...pages], 'commands/inspect/inspect.ts')).toEqual([]);
});
