/** docs/errors.md has every code that the code knows, with its exit code, and no other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { errorCodes } from '../src/model/error-codes.ts';
import { cellsOf, readPages, root } from './helpers/markdown-page.ts';

const src = join(root, 'src');
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(src, file), 'utf8'));

const found = <T>(pattern: RegExp, read: (match: RegExpMatchArray) => T) =>
  sources.flatMap((text) => [...text.matchAll(pattern)].map(read));

/** Codes of what makes a run, a step or an input no good; zod has one of its own. */
const named = found(/\bcode(?:: |[\w.?]* \?\? )'([a-z\d-]+)'/g, ([, code = '']) => code).filter(
  (code) => code !== 'custom',
);

const rows = (readPages().find(({ file }) => file === 'docs/errors.md')?.blocks ?? [])
  .filter(({ kind }) => kind === 'table')
  .flatMap((table) => cellsOf(table).slice(1))
  .map(([code = '', exit = '']) => ({
    code: /^`([a-z\d-]+)`/.exec(code)?.[1] ?? code,
    exits: [...exit.matchAll(/\d+/g)].map(Number),
  }));

/** One of several that are made of the name of a system error. */
const made = ['exhausted-emfile'];

it('has every code of the table and of the source, each once, and no other', () => {
  const known = new Set([...Object.keys(errorCodes), ...named, ...made]);
  expect(rows.map(({ code }) => code).sort()).toEqual([...known].sort());
});

it('gives each the exit codes that it ends with', () => {
  const wrong = rows.filter(({ code, exits }) => {
    const own: readonly number[] | undefined = Object.entries(errorCodes).find(([known]) => known === code)?.[1];
    return own !== undefined && own.join() !== exits.join();
  });
  expect(wrong).toEqual([]);
});

it('is a table without dead codes: the source names each', () => {
  const texts = sources.filter((text) => !text.includes('export const errorCodes')).join('\n');
  expect(Object.keys(errorCodes).filter((code) => !texts.includes(`'${code}'`))).toEqual([]);
});

it('looked at the source', () => {
  expect(named.length).toBeGreaterThan(10);
  expect(sources.some((text) => text.includes('exhausted-'))).toBe(true);
});
