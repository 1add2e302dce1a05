/** The GitHub Action from its installation to its verdict, on a repository as a pull request's job has it. */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { runStep } from '../../helpers/action.ts';
import { leaveNothing, workDirectory } from '../../helpers/cli.ts';

leaveNothing();
const root = join(import.meta.dirname, '..', '..', '..');

/** The action as a runner fetches it: its sources, and nothing that was installed or built. */
function fetched(folder: string): string {
  const files = execFileSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' }).split('\0');
  for (const file of files.filter((each) => each !== '' && existsSync(join(root, each)))) {
    mkdirSync(join(folder, dirname(file)), { recursive: true });
    cpSync(join(root, file), join(folder, file));
  }
  return folder;
}

const program = (wait: string) => `package main

import (
	"net/http"
	"os"
	"time"
)

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { time.Sleep(${wait}) })
	panic(http.ListenAndServe(os.Getenv("LISTEN_ADDR"), nil))
}
`;

const files = {
  'go.mod': 'module example.com/api\n\ngo 1.21\n',
  'main.go': program('2 * time.Millisecond'),
  'rampart.yaml': `name: pull-request
topology:
  engine: process
  services: { api: { go: ".", env: { LISTEN_ADDR: "\${RAMPART_IP}:8080" }, ports: [8080] } }
target: { service: api, port: 8080 }
load:
  idle: 100ms
  steps: [{ name: steady, rate: 400/s, for: 3s }]
validity: { maxLagP99: 5s, maxOwnShare: 1 }
observe: {}
`,
};

/** A pull request that makes each answer slower, merged, as it is checked out. */
function pullRequest(cwd: string): void {
  mkdirSync(cwd);
  const git = (...args: string[]) =>
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(cwd, name), text);
  git('init', '-q', '-b', 'main');
  git('add', '.');
  git('commit', '-qm', 'one');
  git('switch', '-qc', 'change');
  writeFileSync(join(cwd, 'main.go'), program('8 * time.Millisecond'));
  git('commit', '-qam', 'two');
  git('switch', '-q', '--detach', 'main');
  git('merge', '-q', '--no-ff', '-m', 'merge', 'change');
}

it('installs itself, finds the baseline, gates, and leaves what later steps read', { timeout: 600_000 }, async () => {
  const temp = workDirectory();
  const action = fetched(join(temp, 'action'));
  const cwd = join(temp, 'repository');
  pullRequest(cwd);
  const job = { GITHUB_ACTION_PATH: action, GITHUB_EVENT_NAME: 'pull_request', GITHUB_EVENT_PATH: '' };

  const installed = await runStep('install', { cwd, temp, env: job });
  expect(installed.code, installed.text).toBe(0);
  const path = `${readFileSync(join(temp, 'path'), 'utf8').trim()}:${process.env['PATH']}`;

  const { outputs: baseline } = await runStep('baseline', { cwd, temp, env: job });
  expect(baseline['commit']).toMatch(/^[0-9a-f]{40}$/);

  const gate = await runStep('run', {
    cwd,
    temp,
    env: {
      ...job,
      ...{ PATH: path, COMMAND: 'gate', SCENARIO: 'rampart.yaml', BASELINE: baseline['commit'] ?? '', PROFILE: 'pr' },
      ARGUMENTS: '--min-windows=2\n--rounds=6\n--profiles=off',
    },
  });
  // Three times as slow in every round: no machine is too busy to show it, though one may be too busy to be believed.
  expect(gate.text).toContain('pull-request');
  expect(['fail', 'invalid']).toContain(gate.outputs['verdict']);
  expect(gate.outputs['exit-code']).toBe(String(gate.code));
  for (const name of ['report', 'summary', 'junit'] as const)
    expect(existsSync(join(cwd, gate.outputs[name] ?? '')) || existsSync(gate.outputs[name] ?? ''), name).toBe(true);
  expect(readFileSync(join(temp, 'job-summary.md'), 'utf8')).toContain('pull-request');
});
