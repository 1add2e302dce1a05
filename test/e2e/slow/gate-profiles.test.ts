/** A gate whose verdict is followed by rounds with profiles: what they name, and that they change nothing else. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { gateSchema } from '../../../src/model/gate.ts';
import { cli, leaveNothing, startCli, workDirectory } from '../../helpers/cli.ts';

const files = {
  'compose.yaml': `services:
  api:
    build: { context: . }
    environment: { LISTEN_ADDR: "\${RAMPART_IP:-0.0.0.0}:8080" }
    ports: ["127.0.0.1::8080"]
    labels: { rampart.pprof.port: "8080" }
`,
  'go.mod': 'module example.com/api\n\ngo 1.21\n',
  'main.go': `package main

import (
	"net/http"
	_ "net/http/pprof"
	"os"
	"time"
)

func price(w http.ResponseWriter, _ *http.Request) {
	tax()
}

func tax() {
	for start := time.Now(); time.Since(start) < extra; {
	}
}

const extra = 100 * time.Microsecond

func main() {
	http.HandleFunc("/", price)
	panic(http.ListenAndServe(os.Getenv("LISTEN_ADDR"), nil))
}
`,
  'tiny.yaml': `name: tiny
topology: { compose: compose.yaml, engine: process }
target: { service: api, port: 8080 }
load:
  idle: 100ms
  request: { path: / }
  steps: [{ name: steady, rate: 400/s, for: 3s }]
validity: { maxLagP99: 5s, maxOwnShare: 1 }
observe: {}
`,
};

let directory: string;
const git = (...args: string[]) =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: directory });
const kept = () => gateSchema.parse(JSON.parse(readFileSync(join(directory, 'g', 'gate.json'), 'utf8')));

beforeEach(() => {
  directory = workDirectory();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  git('init', '--quiet');
  git('add', '.');
  git('commit', '--quiet', '--message', 'one');
  git('tag', 'v1');
  writeFileSync(join(directory, 'main.go'), files['main.go'].replace('100 * time', '700 * time'));
});

leaveNothing();

const gate = ['gate', 'tiny.yaml', '--baseline', 'v1', '--min-windows', '2', '--rounds', '2', '--out', 'g'];

it('stops in them with the verdict it had, goes on with them, and names the function that costs more', async () => {
  const run = startCli([...gate, '--profiles', 'always'], directory);
  await run.sees(/round 2 of 4/);
  const before = kept();
  expect(readFileSync(join(directory, 'g', 'summary.md'), 'utf8')).toContain('tiny: ');
  run.child.kill('SIGINT');
  const { code, stderr, stdout } = await run.end;
  expect(stderr).toContain('profile rounds were interrupted after 1 of 4');
  expect(stdout).toContain('profile rounds were interrupted');
  expect([4, 5]).toContain(code);
  expect(kept().verdict).toEqual(before.verdict);
  expect(kept().code?.state).toBe('interrupted');

  const again = await cli([...gate, '--profiles', 'always'], directory);
  expect(again.stderr).toContain('going on with a set of profile rounds that has');
  expect(again.code).toBe(code);
  const { code: changes, verdict } = kept();
  expect(verdict).toEqual(before.verdict);
  expect(changes?.state).toBe('complete');
  expect(changes?.rounds).toEqual([1, 2, 3, 4]);
  expect(changes?.functions[0]).toMatchObject({ service: 'api', name: 'main.tax', kind: 'own' });
  const [change] = changes?.functions[0]?.changes ?? [];
  expect(change?.cost).toBe('cpu');
  expect(change?.low).toBeGreaterThan(100);
  expect(change?.high).toBeLessThan(2000);
  expect(changes?.missing.map(({ profile }) => profile)).toEqual(['mutex', 'block']);

  const top = execFileSync('go', ['tool', 'pprof', '-top', join(directory, 'g', 'diff.pb.gz')], { stdio: 'pipe' });
  expect(top.toString()).toMatch(/ main\.tax/);

  const replayed = await cli(['gate', '--replay', 'g/gate.json'], directory);
  expect(replayed.stdout).toContain('api: main.tax +');
  const third = await cli([...gate, '--profiles', 'always'], directory);
  expect(third.stderr).not.toContain('round 1 of');
  expect(third.stdout).toContain('api: main.tax +');
});

it('says that nothing could be profiled where no service has pprof, after one round', async () => {
  writeFileSync(join(directory, 'compose.yaml'), files['compose.yaml'].replace(/^ *labels.*\n/m, ''));
  git('commit', '--quiet', '--all', '--message', 'two', '--allow-empty');
  git('tag', '--force', 'v1', 'HEAD');
  writeFileSync(
    join(directory, 'main.go'),
    files['main.go'].replace('_ "net/http/pprof"', '').replace('100 *', '150 *'),
  );
  const { stderr, stdout, code } = await cli([...gate, '--profiles', 'always'], directory);
  expect([4, 5], stderr).toContain(code);
  expect(stdout).toMatch(/CODE {4}nothing could be profiled: api: absent/);
  expect(stderr).not.toContain('round 2 of 4');
  expect(kept().code?.state).toBe('impossible');
});
