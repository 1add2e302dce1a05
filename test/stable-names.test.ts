/** Names that others keep, grep for and link to: they never change their meaning and never go. New ones are added to the list. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findingRules } from '../src/analysis/findings/all.ts';
import { errorCodes } from '../src/model/error-codes.ts';
import { loadMetrics } from '../src/sinks/prometheus/load-metrics.ts';
import { root } from './helpers/markdown-page.ts';
import pinned from './stable-names.json' with { type: 'json' };

const way =
  'these names were published: keep each (its words may change, its meaning may not), or let a new name stand beside it; test/stable-names.json loses a line only with a line under Removed in docs/CHANGELOG.md';

const analysis = join(root, 'src', 'analysis');
const reasons = readdirSync(analysis, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => [...readFileSync(join(analysis, file), 'utf8').matchAll(/\bcode: '([a-z\d-]+)'/g)])
  .map(([, code = '']) => code);

const names: Readonly<Record<keyof typeof pinned, readonly string[]>> = {
  findings: findingRules.map(({ id }) => id),
  errors: Object.keys(errorCodes),
  reasons,
  metrics: Object.values(loadMetrics).map(({ name }) => name),
};

describe.each(Object.entries(pinned))('names of %s', (what, list) => {
  const now = names[what as keyof typeof pinned];

  it('that were published are all there', () => {
    expect(
      list.filter((name) => !now.includes(name)),
      way,
    ).toEqual([]);
  });

  it('are told apart, in the form of all', () => {
    expect(new Set(list).size).toBe(list.length);
    expect(now.filter((name) => !/^[a-z][a-z\d]*(?:[-_][a-z\d]+)*$/.test(name))).toEqual([]);
  });
});

it('every finding has an id of its own, and it is in the list', () => {
  const ids = names.findings;
  expect(new Set(ids).size).toBe(ids.length);
  expect(
    ids.filter((id) => !pinned.findings.includes(id)),
    'add it to test/stable-names.json',
  ).toEqual([]);
});

it('what a finding explains is a finding', () => {
  const explained = findingRules.flatMap(({ explains = [] }) => explains);
  expect(explained.filter((id) => !names.findings.includes(id))).toEqual([]);
});
