/** action.yml and the workflow in docs/ fit together, and name only what there is. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { readAction } from '../helpers/action.ts';

const root = join(import.meta.dirname, '..', '..');
const text = readFileSync(join(root, 'action.yml'), 'utf8');
const action = readAction();
const { steps } = action.runs;

it('reads inputs that it has, and has none that it does not read', () => {
  const read = new Set([...text.matchAll(/inputs\.([a-z-]+)/g)].map(([, name]) => name));
  expect([...read].sort()).toEqual(Object.keys(action.inputs).sort());
});

it('reads outputs of steps that there are', () => {
  const ids = new Set(steps.map(({ id }) => id));
  for (const [, id] of text.matchAll(/steps\.([a-z-]+)\.outputs/g)) expect(ids).toContain(id);
});

it('gives on each output under the name that its step has', () => {
  for (const [name, { value }] of Object.entries(action.outputs))
    expect(value).toBe(`\${{ steps.rampart.outputs.${name} }}`);
});

it('runs scripts that there are, in a named shell, without an expression in them', () => {
  const scripts = steps.flatMap(({ run }) => (run === undefined ? [] : [run]));
  expect(scripts.length).toBeGreaterThan(0);
  for (const script of scripts) {
    const path = /^"\$GITHUB_ACTION_PATH\/(.+)"$/.exec(script)?.[1];
    expect(path, script).toBeDefined();
    expect(existsSync(join(root, path ?? '')), path).toBe(true);
  }
  for (const step of steps) expect('shell' in step, step.name).toBe(step.run !== undefined);
});

it('is called by the workflow in docs/ with inputs that it has, in the version that this is', () => {
  interface Job {
    readonly steps: readonly { readonly uses?: string; readonly with?: Readonly<Record<string, string>> }[];
  }
  const workflow = parse(readFileSync(join(root, 'docs', 'github-workflow.yml'), 'utf8')) as {
    readonly jobs: Readonly<Record<string, Job>>;
  };
  const { version, repository } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    version: string;
    repository: { url: string };
  };
  const owner = /github\.com\/(.+)\.git$/.exec(repository.url)?.[1];
  const calls = Object.values(workflow.jobs)
    .flatMap((job) => job.steps)
    .filter(({ uses }) => uses?.startsWith(`${owner}@`));
  expect(calls.map(({ uses }) => uses)).toEqual([`${owner}@v${version}`]);
  for (const name of Object.keys(calls[0]?.with ?? {})) expect(action.inputs).toHaveProperty([name]);
});
