/** From a Go repository to a report: `rampart init`, and `rampart run` of what it wrote, unchanged but for its length. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ownerVariable } from '../../src/host/owner.ts';
import { environmentOf, processIds } from '../../src/host/processes.ts';
import { cli, readResult, servicesRunning, startCli, workDirectory } from '../helpers/cli.ts';

const server = `package main

import (
	"fmt"
	"net/http"
	_ "net/http/pprof"
	"os"
)

func main() {
	http.HandleFunc("GET /items", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, "items") })
	http.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {})
	addr := os.Getenv("LISTEN_ADDR")
	if addr == "" {
		addr = "localhost:8080"
	}
	fmt.Println(http.ListenAndServe(addr, nil))
}
`;

function repository(main = server): string {
  const directory = workDirectory();
  mkdirSync(join(directory, 'cmd', 'shop'), { recursive: true });
  writeFileSync(join(directory, 'go.mod'), 'module example.com/shop\n\ngo 1.22\n');
  writeFileSync(join(directory, 'cmd', 'shop', 'main.go'), main);
  execFileSync('git', ['init', '--quiet'], { cwd: directory });
  return directory;
}

it('a scenario that init wrote runs as it is, with two replicas, and is looked into', async () => {
  const directory = repository();
  const init = await cli(['init'], directory);
  expect(init).toMatchObject({ code: 0, stdout: expect.stringContaining('start it with: rampart run rampart.yaml') });
  expect(init.stderr).toContain('starting LISTEN_ADDR=127.x.y.z:8080 ./cmd/shop for a few seconds');
  expect(readFileSync(join(directory, '.gitignore'), 'utf8')).toBe('/runs/\n');
  const steps = '--set=load.steps=[{ rate: 100/s, for: 2s }]';
  const end = await cli(['run', 'rampart.yaml', steps, '--scale', 'shop=2', '--out', 'run'], directory);
  const result = readResult(join(directory, 'run'));
  expect(end.stderr).not.toContain('no pprof');
  expect(result).toMatchObject({ status: 'complete', environment: { engine: 'process' } });
  expect(result.steps[0]?.load).toMatchObject({ planned: 200, completed: 200 });
  expect(result.steps[0]?.targets).toMatchObject({ 'shop-1': {}, 'shop-2': {} });
  expect(result.series.map(({ name }) => name)).toContain('goroutines.total');
  expect(servicesRunning()).toEqual([]);
});

it('an interrupted init leaves neither the program nor a scenario', async () => {
  const waiting = server
    .replace('func main() {', 'func main() {\n\ttime.Sleep(time.Hour)')
    .replace('"os"', '"os"\n\t"time"');
  const directory = repository(waiting);
  const init = startCli(['init'], directory);
  const started = () =>
    processIds().filter((pid) => environmentOf(pid)?.get(ownerVariable)?.startsWith(`${init.child.pid}:`));
  await init.sees('starting ');
  await expect.poll(started, { timeout: 50_000 }).toHaveLength(1);
  init.child.kill('SIGINT');
  expect(await init.end).toMatchObject({ code: 130, stdout: '' });
  expect(started()).toEqual([]);
  expect(existsSync(join(directory, 'rampart.yaml'))).toBe(false);
});
