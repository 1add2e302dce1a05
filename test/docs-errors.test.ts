/** docs/errors.md has every code that the code knows, with its exit code, and no other. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { exitCodes } from '../src/model/errors.ts';
import { cellsOf, readPages, root } from './helpers/markdown-page.ts';

const exitOf: Readonly<Record<string, number>> = {
  usageError: exitCodes.usage,
  environmentError: exitCodes.environment,
  incompleteError: exitCodes.incomplete,
};

const src = join(root, 'src');
const sources = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(src, file), 'utf8'));

const found = <T>(pattern: RegExp, read: (match: RegExpMatchArray) => T) =>
  sources.flatMap((text) => [...text.matchAll(pattern)].map(read));

/** Codes that a constructor is called with, each with the exit code of that constructor. */
const thrown = found(
  /\b(usageError|environmentError|incompleteError)\(\s*'([a-z\d-]+)'/g,
  ([, name = '', code = '']) => ({
    code,
    exit: exitOf[name],
  }),
);

/** Codes that stand by themselves or behind `??`; zod has one of its own. */
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

it('has every code of the source, each once, and no other', () => {
  const known = new Set([...thrown.map(({ code }) => code), ...named, ...made]);
  expect(rows.map(({ code }) => code).sort()).toEqual([...known].sort());
});

it('gives each the exit codes that it ends with', () => {
  const wrong = rows.filter(({ code, exits }) => {
    const own = thrown.filter((each) => each.code === code).map(({ exit }) => exit);
    return own.length > 0 && [...new Set(own)].sort().join() !== [...exits].sort().join();
  });
  expect(wrong).toEqual([]);
});

it('looked at the source', () => {
  expect(thrown.length).toBeGreaterThan(80);
  expect(sources.some((text) => text.includes('exhausted-'))).toBe(true);
});
