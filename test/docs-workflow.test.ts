/** The workflow in docs/ uses flags, outputs and files that there are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { expandShell, readShell } from '../src/topology/command/shell-line.ts';
import { commandLineMistake } from './helpers/command-line-mistake.ts';

const text = readFileSync(join(import.meta.dirname, '..', 'docs', 'github-workflow.yml'), 'utf8');

interface Job {
  readonly steps: readonly { readonly id?: string; readonly run?: string }[];
}

it('is YAML with a gate and a comment', () => {
  expect(Object.keys((parse(text) as { readonly jobs: Readonly<Record<string, Job>> }).jobs)).toEqual([
    'gate',
    'comment',
  ]);
});

it('calls commands that the command line reads', async () => {
  const calls = [...text.matchAll(/^\s*(rampart \w+ .*?)(?:\|\||$)/gm)].map(([, call = '']) => call);
  expect(calls.length).toBeGreaterThan(0);
  for (const call of calls) {
    const words = readShell(call).flatMap((command) => expandShell(command.words, { lookup: (name) => name }).words);
    expect(await commandLineMistake(words.slice(1)), call).toBeUndefined();
  }
});
