/** One service built with the Go of 2022 and with today's: what is seen of both has the same names. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RunResult } from '../../src/model/run-result.ts';
import { type CliEnd, readResult, startCli, workDirectory } from '../helpers/cli.ts';
import { expectGoroutinesToAddUp, gapsOf, seriesOf, valuesOf } from '../helpers/observed.ts';
import { describeWith } from '../helpers/programs.ts';
import { answers, strangersIn } from '../helpers/strangers.ts';

const source = join(import.meta.dirname, '..', 'fixtures', 'plain-service');
const addresses = { old: '127.63.0.41:8080', new: '127.63.0.42:8080' };
const requests = 100;
const garbageBytes = 256 * 1024;

describeWith('go1.19', 'rampart observe of one service built with Go 1.19 and with the Go of today', (go119) => {
  const directory = workDirectory();
  const run = join(directory, 'run');
  const strangers = strangersIn(directory);
  let end: CliEnd;
  let result: RunResult;
  beforeAll(async () => {
    const targets = Object.entries({ old: go119, new: 'go' }).map(([name, go]) => {
      const env = { ...process.env, GOTOOLCHAIN: 'local' };
      execFileSync(go, ['build', '-o', join(directory, name), '.'], { cwd: source, env });
      const address = addresses[name as keyof typeof addresses];
      return `${name}=pid:${strangers.start(`${name}.log`, join(directory, name), [], { LISTEN_ADDR: address }).pid}`;
    });
    for (const address of Object.values(addresses)) await answers(`http://${address}/`);
    const flags = targets.flatMap((target) => ['--target', target]);
    const observing = startCli(['observe', ...flags, '--for', '6s', '--out', 'run'], directory);
    await observing.sees('observing for 6s');
    for (let count = 0; count < requests; count += 1) {
      for (const address of Object.values(addresses)) await answers(`http://${address}/`);
      await delay(20);
    }
    end = await observing.end;
    result = readResult(run);
  });
  afterAll(() => strangers.end());

  it('knows which is which, and reads all of both', async () => {
    expect(end.code, end.stderr).toBe(0);
    expect(gapsOf(result)).toEqual([]);
    const today = execFileSync('go', ['env', 'GOVERSION'], { encoding: 'utf8' }).trim();
    expect(result.environment.targets).toMatchObject([
      { id: 'old-1', go: { version: expect.stringMatching(/^go1\.19/), module: 'example.com/plain-service' } },
      { id: 'new-1', go: { version: today, module: 'example.com/plain-service' } },
    ]);
    for (const target of ['old-1', 'new-1']) expect(await expectGoroutinesToAddUp(run, target)).toBeGreaterThan(0);
  });

  it('has the same series of both, but for what only newer lines hold', () => {
    const [old, today] = ['old-1', 'new-1'].map((target) => new Set(seriesOf(result, target)));
    const onlyToday = [...(today ?? [])].filter((name) => !old?.has(name));
    const onlyOld = [...(old ?? [])].filter((name) => !today?.has(name));
    // A goroutine that runs or is in a system call while one profile is taken is no difference, nor who has connected to whom.
    const lasting = (name: string) => !/^(goroutines\.(runnable|syscall)$|sock\.to\.)/.test(name);
    expect(onlyOld.filter(lasting)).toEqual([]);
    expect(onlyToday.filter(lasting)).toEqual(['sched.switches_per_second']);
    for (const name of [
      ...['sched.gomaxprocs', 'sched.runqueue', 'sched.threads', 'gc.pause_ms', 'gc.heap_goal_mib', 'gc.cpu_percent'],
      ...['go.heap_inuse_bytes', 'go.gc_cycles_per_second', 'go.gc_pause_max_seconds', 'go.alloc_bytes_per_second'],
      ...['chan receive', 'chan send', 'select', 'select (no cases)', 'sleep', 'sync.Mutex.Lock', 'sync.Cond.Wait'].map(
        (reason) => `goroutines.waiting.${reason}`,
      ),
      ...['sync.RWMutex.RLock', 'sync.WaitGroup.Wait'].map((reason) => `goroutines.waiting.${reason}`),
    ])
      expect(old, name).toContain(name);
  });

  it.each(['old', 'new'])('agrees with the lines that the runtime printed: %s', (name) => {
    const log = readFileSync(join(directory, `${name}.log`), 'utf8');
    const cycles = [...log.matchAll(/^gc (\d+) @.*?(\d+) MB goal/gm)];
    const seen = valuesOf(result, `${name}-1`, 'gc.cycles');
    expect(seen.length).toBeGreaterThan(3);
    expect(seen).toEqual(Array.from(seen, (_, index) => (seen[0] ?? 0) + index));
    expect(cycles.length).toBeGreaterThanOrEqual(seen.length);
    const goals = new Map(cycles.map(([, cycle, goal]) => [Number(cycle), Number(goal)]));
    expect(valuesOf(result, `${name}-1`, 'gc.heap_goal_mib')).toEqual(seen.map((cycle) => goals.get(cycle)));
    // What it allocated is at least the garbage of the requests that fell between two looks.
    const rates = valuesOf(result, `${name}-1`, 'go.alloc_bytes_per_second');
    expect(Math.max(...rates)).toBeGreaterThan(garbageBytes);
    expect(Math.max(...rates)).toBeLessThan(requests * garbageBytes * 4);
  });
});
