/** Many CPU profiles to one: `rampart profiles merge` beside `go tool pprof -proto`, a new process each time. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';
import { makeProfiles, type ServiceSize } from './make-profiles.ts';

/** Of 500 profiles: rampart's median time in those of Go; and its peak with four times as many in the peak with 500. */
const most = { timeRatio: 1.5, memoryRatio: 1.5 };

const sizes: readonly ServiceSize[] = [
  { functions: 900, locations: 2200, depth: [4, 24] },
  { functions: 2500, locations: 6000, depth: [6, 42] },
];
const count = 500;

interface Command {
  readonly program: string;
  readonly words: readonly string[];
}

interface Taken {
  readonly ms: number;
  readonly peakMiB: number;
}

/** Prints a row for each size of profiles; whether all is within the limits. */
export async function measureMerge(place: string, rounds: number): Promise<boolean> {
  console.log('| profiles | go tool pprof -proto | rampart profiles merge | ratio | peak memory: Go | rampart |');
  console.log('|---|---|---|---|---|---|');
  let isGood = true;
  for (const [index, size] of sizes.entries()) {
    const folder = join(place, String(index));
    makeProfiles(folder, count * 4, size);
    const few = await measureBoth(folder, count, rounds);
    const many = await measureBoth(folder, count * 4, 1);
    isGood &&= few.ratio <= most.timeRatio && many.peakMiB <= few.peakMiB * most.memoryRatio;
  }
  return isGood;
}

/** Turn by turn, so that what else the machine does meets both. */
async function measureBoth(folder: string, profiles: number, rounds: number) {
  const names = readdirSync(folder)
    .filter((name) => name.endsWith('.pb.gz'))
    .sort()
    .slice(0, profiles);
  const bytes = names.reduce((sum, name) => sum + statSync(join(folder, name)).size, 0) / profiles;
  const go: Command = {
    program: execFileSync('go', ['tool', '-n', 'pprof'], { encoding: 'utf8' }).trim(),
    words: ['-proto', `-output=${join(folder, 'go.out')}`, ...names],
  };
  const rampart: Command = {
    program: process.execPath,
    words: [
      ...[resolve('dist/cli.js'), 'profiles', 'merge', '--unlabelled', '--out', join(folder, 'rampart.out')],
      ...names,
    ],
  };
  const taken: { readonly go: Taken; readonly rampart: Taken }[] = [];
  for (let round = 0; round < rounds; round++) {
    taken.push({ go: await takeTime(go, folder), rampart: await takeTime(rampart, folder) });
  }
  const own = summary(taken.map((each) => each.rampart));
  const other = summary(taken.map((each) => each.go));
  const ratio = own.ms / other.ms;
  const seconds = ({ ms }: Taken) => `${(ms / 1000).toFixed(2)} s`;
  const memory = ({ peakMiB }: Taken) => `${peakMiB.toFixed(0)} MiB`;
  console.log(
    `| ${profiles} of ${(bytes / 1024).toFixed(0)} KiB | ${seconds(other)} | ${seconds(own)} | ${ratio.toFixed(2)} | ${memory(other)} | ${memory(own)} |`,
  );
  return { ratio, peakMiB: own.peakMiB };
}

/** The median time, the highest peak. */
function summary(taken: readonly Taken[]): Taken {
  const times = taken.map(({ ms }) => ms).sort((a, b) => a - b);
  return { ms: times[times.length >> 1] ?? 0, peakMiB: Math.max(...taken.map(({ peakMiB }) => peakMiB)) };
}

async function takeTime({ program, words }: Command, cwd: string): Promise<Taken> {
  const began = performance.now();
  const child = spawn(program, words, { cwd, stdio: ['ignore', 'ignore', 'pipe'] });
  let told = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    told += text;
  });
  let peakMiB = 0;
  // A high-water mark: only what is added in the last milliseconds is not seen.
  const watch = setInterval(() => {
    peakMiB = Math.max(peakMiB, peakOf(child.pid ?? 0));
  }, 5);
  const [code] = await once(child, 'close');
  clearInterval(watch);
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${told}`);
  return { ms: performance.now() - began, peakMiB };
}

/** VmHWM of proc(5); 0 once the process is gone. */
function peakOf(pid: number): number {
  try {
    return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
