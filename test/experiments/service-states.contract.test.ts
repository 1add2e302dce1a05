/** Services that a scenario itself describes, in two states of their repository: each arm is built from the files of its own. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readArm, statesOf } from '../../src/experiments/gate-arms.ts';
import { isComposed } from '../../src/model/topology-spec.ts';
import { openScenario, readScenario } from '../../src/runs/read-scenario.ts';
import { contextOf } from '../helpers/command-context.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rampart-states-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], { cwd: folder, stdio: 'pipe' });

const scenario = `name: a
topology: { services: { api: { go: ./cmd/api, folder: ../shop, ports: [8080] } } }
target: { service: api, port: 8080 }
load: { steps: [{ rate: 1/s, for: 1s }] }
`;

it('a state from before there was a scenario is built from its own folder', async () => {
  await mkdir(join(folder, 'shop/cmd/api'), { recursive: true });
  await mkdir(join(folder, 'load'));
  await writeFile(join(folder, 'shop/go.mod'), 'module shop\n\ngo 1.22\n');
  await writeFile(join(folder, 'shop/cmd/api/main.go'), 'package main\n\nfunc main() {} // old\n');
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'old');
  await writeFile(join(folder, 'shop/cmd/api/main.go'), 'package main\n\nfunc main() {} // new\n');
  await writeFile(join(folder, 'load/a.yaml'), scenario);
  const { context } = contextOf(process.env, join(folder, 'load'));
  const file = await openScenario('a.yaml', context);
  const { scenario: base } = await readScenario(file, [], context);
  const source = { file, overrides: [], base };
  const states = await statesOf(source, { baseline: 'HEAD', candidate: undefined, out: join(folder, 'gate') }, context);
  try {
    expect(states.isSame).toBe(false);
    const texts: string[] = [];
    for (const name of ['baseline', 'candidate'] as const) {
      const { topology } = (await readArm(source, name, states, context)).read.scenario;
      const built = isComposed(topology) ? (topology.services?.['api']?.folder ?? '') : '';
      expect(built.startsWith(folder)).toBe(false);
      texts.push(await readFile(join(built, 'cmd/api/main.go'), 'utf8'));
    }
    expect(texts).toEqual([expect.stringContaining('old'), expect.stringContaining('new')]);
  } finally {
    await states.close();
  }
});
