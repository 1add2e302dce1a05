/** What must hold of anything that was observed, whoever wrote it and whatever the machine was doing. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readRawRun } from '../../src/archive/run-directory.ts';
import { runFiles } from '../../src/model/raw-run.ts';
import type { RunResult } from '../../src/model/run-result.ts';
import type { Reading, Stacks } from '../../src/model/sample.ts';

/** The names of a target's series. */
export function seriesOf(result: RunResult, target: string): string[] {
  return result.series.filter((series) => series.target === target).map(({ name }) => name);
}

/** Every value of one series of a target. */
export function valuesOf(result: RunResult, target: string, name: string): number[] {
  const found = result.series.find((series) => series.target === target && series.name === name);
  return (found?.points ?? []).map(([, value]) => value);
}

/** Where the goroutines of a target were, in any of its profiles. */
export async function sitesOf(run: string, target: string): Promise<string[]> {
  const { samples } = await readRawRun(run);
  const stacks = samples.filter((one): one is Stacks => one.kind === 'stacks' && one.target === target);
  return [...new Set(stacks.flatMap(({ groups }) => groups.map(({ site }) => site)))];
}

/** In each goroutine profile the groups make the total, and so do the reasons of its reading; returns how many there were. */
export async function expectGoroutinesToAddUp(run: string, target: string): Promise<number> {
  const { samples } = await readRawRun(run);
  const stacks = samples.filter((one): one is Stacks => one.kind === 'stacks' && one.target === target);
  const readings = readFileSync(join(run, runFiles.readings), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Reading)
    .filter((one) => one.target === target && one.source === 'goroutines');
  expect(readings.map(({ values }) => values['goroutines.total'])).toEqual(stacks.map(({ total }) => total));
  for (const { total, groups } of stacks) expect(groups.reduce((sum, { count }) => sum + count, 0)).toBe(total);
  for (const { values } of readings) {
    const { 'goroutines.total': total, ...reasons } = values;
    expect(Object.values(reasons).reduce((sum, count) => sum + count)).toBe(total);
    expect(Object.keys(reasons).filter((name) => name.includes('other:'))).toEqual([]);
  }
  return stacks.length;
}

/** Series of client_golang, of /proc and of the runtime's lines exist, stay within what is possible, and agree with each other. */
export function expectPlausible(result: RunResult, target: string): void {
  const range = (name: string, least: number, most: number) => {
    const values = valuesOf(result, target, name);
    expect(values, `${name} of ${target}`).not.toEqual([]);
    expect(Math.min(...values), `least ${name} of ${target}`).toBeGreaterThanOrEqual(least);
    expect(Math.max(...values), `greatest ${name} of ${target}`).toBeLessThanOrEqual(most);
  };
  const mib = 2 ** 20;
  const percent = 100 * cpus().length;
  range('go.goroutines', 5, 10_000);
  range('go.threads', 3, 1000);
  range('go.heap_inuse_bytes', mib, 512 * mib);
  range('go.heap_goal_bytes', 4 * mib, 1024 * mib);
  range('go.stack_inuse_bytes', 0.1 * mib, 256 * mib);
  range('go.resident_memory_bytes', 8 * mib, 1024 * mib);
  range('go.open_fds', 5, 10_000);
  range('go.alloc_bytes_per_second', 1, 1e10);
  range('go.gc_cycles_per_second', 0, 10_000);
  range('go.gc_pause_seconds_per_second', 0, cpus().length);
  // Counted in ticks of 10 ms over about a second.
  range('go.process_cpu_percent', 0, percent + 30);
  range('container.cpu_percent', 0, percent + 30);
  range('container.memory_mib', 8, 1024);
  range('sched.gomaxprocs', cpus().length, cpus().length);
  range('sched.idleprocs', 0, cpus().length);
  range('sched.threads', 3, 1000);
  range('sched.runqueue', 0, 10_000);
  range('goroutines.total', 5, 10_000);
  const mean = (name: string) => {
    const values = valuesOf(result, target, name);
    return values.reduce((sum, value) => sum + value, 0) / values.length;
  };
  const resident = mean('go.resident_memory_bytes') / mib;
  expect(mean('container.memory_mib') / resident).toBeGreaterThan(0.6);
  expect(mean('container.memory_mib') / resident).toBeLessThan(1.7);
}

/** What could not be read; no fault are a short time without a GC cycle, and looks that a busy machine left no time for. */
export function gapsOf(result: RunResult): string[] {
  const { gaps } = result;
  return gaps
    .filter(({ message }) => !/^(no gc line was printed|left out: )/.test(message))
    .map(({ target, source, message }) => `${target} ${source}: ${message}`);
}
