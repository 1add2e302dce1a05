/** The workflow in docs/ uses flags, outputs and files that there are. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { commands } from '../src/commands/all.ts';

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

it('calls commands with flags that they have', () => {
  const calls = [...text.matchAll(/^\s*rampart (\w+) (.*?)(?:\|\||$)/gm)];
  expect(calls.length).toBeGreaterThan(0);
  for (const [, name, words = ''] of calls) {
    const command = commands.find((each) => each.name === name);
    const flags = [...words.matchAll(/--([\w-]+)/g)].map(([, flag]) => flag ?? '');
    expect(Object.keys(command?.options ?? {})).toEqual(expect.arrayContaining(flags));
  }
});
