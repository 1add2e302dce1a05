import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { searchable } from '../../src/commands/shell/searchable.ts';
import { comparisonSchema } from '../../src/model/comparison.ts';
import { gateSchema } from '../../src/model/gate.ts';
import { selfCheckSchema } from '../../src/model/self-check.ts';
import { cli, leaveNothing, readResult, workDirectory } from '../helpers/cli.ts';
import { keptGate } from '../helpers/gate.ts';
import { readXml } from '../helpers/read-xml.ts';
import { gateRounds } from '../helpers/trial-rounds.ts';
import { typedCommand } from '../helpers/typed-command.ts';

const files = {
  'compose.yaml': `services:
  api:
    build: { context: . }
    environment: { LISTEN_ADDR: "\${RAMPART_IP:-0.0.0.0}:8080" }
    ports: ["127.0.0.1::8080"]
`,
  'go.mod': 'module example.com/api\n\ngo 1.21\n',
  'main.go': `package main

import (
	"net/http"
	"os"
	"time"
)

const delay = 300 * time.Millisecond

func main() {
	http.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) { time.Sleep(delay) })
	panic(http.ListenAndServe(os.Getenv("LISTEN_ADDR"), nil))
}
`,
  'tiny.yaml': `name: tiny
topology: { compose: compose.yaml, engine: process }
target: { service: api, port: 8080 }
load:
  idle: 100ms
  request: { path: / }
  steps: [{ name: steady, rate: 400/s, for: 1s }]
validity: { maxLagP99: 5s, maxOwnShare: 1, maxLoopShare: 1 }
observe: {}
`,
};

let directory: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: directory });
const change = (from: string, to: string) =>
  writeFileSync(join(directory, 'main.go'), files['main.go'].replace(from, to));

beforeEach(() => {
  directory = workDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'one');
  git('tag', 'v1');
});
afterEach(() => {
  expect(git('worktree', 'list').toString().trim().split('\n')).toHaveLength(1);
});

leaveNothing();

const short = ['--min-windows', '1', '--rounds', '2'];
const gate = ['gate', 'tiny.yaml', '--baseline', 'v1', ...short];

it('runs both states interleaved, goes on with what was kept, and shows nothing after so few rounds', async () => {
  change('delay = 300', 'delay = 900');
  const { code, stderr, stdout } = await cli([...gate, '--out', 'g'], directory);
  // Whether its runs are good is the machine's business: no good ones, or too few to tell.
  expect([4, 5], stderr).toContain(code);
  expect(stderr).toContain('at least 2 rounds of 2 arms are 4 runs of about');
  expect(stdout).toMatch(/tiny: working tree against v1 \(\w{7}\), [0-2] rounds/);
  const kept = gateSchema.parse(JSON.parse(readFileSync(join(directory, 'g', 'gate.json'), 'utf8')));
  // One that is set aside is made again.
  expect(kept.input.rounds.length).toBeGreaterThanOrEqual(2);
  const { runs } = comparisonSchema.parse(JSON.parse(readFileSync(join(directory, 'g', 'comparison.json'), 'utf8')));
  expect(new Set(runs.map(({ round, variant }) => `${round} ${variant}`)).size).toBeGreaterThanOrEqual(4);
  for (const { directory: own, variant } of runs) {
    const [step] = readResult(join(directory, 'g', own)).steps;
    expect((step?.responseUs.p50 ?? 0) > 890_000, `${variant} ${step?.responseUs.p50}`).toBe(variant === 'candidate');
  }
  expect(readFileSync(join(directory, 'g', 'summary.md'), 'utf8')).toContain(
    code === 4 ? '## tiny: ✕ gate invalid' : '## tiny: ! gate ',
  );
  const junit = readXml(readFileSync(join(directory, 'g', 'junit.xml'), 'utf8'));
  expect(junit.attributes['tests']).toBe('4');
  const again = await cli([...gate, '--out', 'g', '--json'], directory);
  expect(again.code, again.stderr).toBe(code);
  expect(again.stderr).toMatch(/going on with a gate that has \d+ runs/);
  expect(JSON.parse(again.stdout).input).toEqual(kept.input);
  const replayed = await cli(['gate', '--replay', 'g/gate.json'], directory);
  expect(replayed).toMatchObject({ code, stdout });
  const reported = await typedCommand(['report', 'g'], directory);
  expect(reported).toMatchObject({ code, stdout });
  const accepted = await cli(['baseline', 'accept', 'g', '--reason', 'why', '--commit', 'v1'], directory);
  expect(accepted.code, accepted.stderr).toBe(0);
  expect(accepted.stderr).toContain('that gate did not pass (');
  const sameAgain = await cli(
    ['gate', 'tiny.yaml', '--baseline', 'perf/baseline.json', '--candidate', 'v1', '--min-windows', '1'],
    directory,
  );
  expect(sameAgain.stdout).toMatch(/v1 \(\w{7}\) and perf\/baseline.json \(\w{7}\) are the same: .*--self-check/);
});

it('holds a state against itself, and keeps what that showed for gates to come', async () => {
  // The cache of the Go tool lies below this one, and would be empty.
  const GOCACHE = execFileSync('go', ['env', 'GOCACHE']).toString().trim();
  const env = { XDG_CACHE_HOME: workDirectory(), GOCACHE, GITHUB_STEP_SUMMARY: join(workDirectory(), 'summary') };
  const { code, stdout, stderr } = await cli(
    ['gate', 'tiny.yaml', '--self-check', ...short, '--out', 's'],
    directory,
    env,
  );
  // That it ran; what each outcome ends with is held where rounds are made.
  expect([0, 1, 4, 5], stderr).toContain(code);
  expect(
    selfCheckSchema.parse(JSON.parse(readFileSync(join(directory, 's', 'self-check.json'), 'utf8'))),
  ).toMatchObject({
    scenario: { name: 'tiny' },
  });
  expect(stdout).toMatch(/tiny: working tree against itself, \d rounds: /);
  expect(searchable(readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8'))).toContain(stdout.trimEnd());
  expect(readFileSync(join(directory, 's', 'junit.xml'), 'utf8')).toContain('classname="tiny" name="self-check"');
  change('delay = 300', 'delay = 900');
  const heeded = await cli(['gate', 'tiny.yaml', '--baseline', 'v1', ...short, '--budget', '1s'], directory, env);
  expect(heeded.stderr).toContain(' self-check of ');
});

it('names the arm that does not build, with the lines of the compiler', async () => {
  change('time.Sleep(delay)', 'nonsense()');
  const { code, stderr } = await cli([...gate, '--out', 'g'], directory);
  expect(stderr).toMatch(/candidate does not come up: .*\| .*main\.go:\d+:\d+: undefined: nonsense/s);
  expect(code).toBe(3);
});

it('says that there is nothing to gate when both states are the same, also to a job', async () => {
  const elsewhere = workDirectory();
  const junit = join(elsewhere, 'junit.xml');
  const job = { GITHUB_OUTPUT: join(elsewhere, 'output'), GITHUB_STEP_SUMMARY: join(elsewhere, 'summary') };
  const { code, stdout } = await cli([...gate, '--junit', junit], directory, job);
  expect(readFileSync(job.GITHUB_OUTPUT, 'utf8')).toMatch(/^verdict=cannot-tell\nreason=same\n/);
  expect(readFileSync(job.GITHUB_STEP_SUMMARY, 'utf8')).toContain('there is nothing to gate');
  expect(readXml(readFileSync(junit, 'utf8')).attributes['failures']).toBe('1');
  expect(stdout).toMatch(/working tree and v1 \(\w{7}\) are the same: no file differs/);
  expect(code).toBe(5);
});

it('tells all mistakes at once, before anything is started', async () => {
  const flags = ['--rounds', '4,3', '--metrics', 'p98', '--steps', 'x', '--tolerance', '20%', '--budget', 'soon'];
  const { code, stderr } = await typedCommand(['gate', 'tiny.yaml', '--baseline', 'nix', ...flags], directory);
  for (const text of [
    '--rounds must be ascending whole numbers from 2 to 100, got "4,3"',
    '--metrics: there is no p98',
    '--steps: x is no measured step (steps: steady)',
    '--tolerance 20% must be below --detect 10%',
    '--budget must be a positive duration, got "soon"',
    '--baseline: "nix" names no commit of',
  ])
    expect(stderr).toContain(text);
  expect(code).toBe(2);
});

it.each([
  ['passed', 0, gateRounds(8), [], /^PASSED.*PASS +p99 at low, high: any slowdown is below 10%/s],
  ['failed', 1, gateRounds(8, { high: 0.3 }), [], /^FAILED.*FAIL +p99 at step high: \+\d+/s],
  ['advisory', 0, gateRounds(8, { high: 0.3 }), ['--advisory'], /^FAILED/],
  ['cannot tell', 5, gateRounds(2), [], /^CANNOT TELL/],
  ['cannot tell, and is to pass then', 0, gateRounds(2), ['--on-inconclusive', 'pass'], /^CANNOT TELL/],
])('gives the verdict of a kept gate again: %s', async (_, expected, rounds, flags, text) => {
  writeFileSync(join(directory, 'gate.json'), JSON.stringify(keptGate(rounds)));
  const { code, stdout, stderr } = await typedCommand(['gate', '--replay', 'gate.json', ...flags], directory);
  expect(stdout).toMatch(text);
  expect(stderr).toBe('');
  expect(code).toBe(expected);
});
