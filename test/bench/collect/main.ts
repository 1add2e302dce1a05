/** What a collector of many targets costs: `npm run bench:collect`, from the repository's root, as root on Linux. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CollectStatus } from '../../../src/model/collect-status.ts';

/** A collector that does not see who listens takes the addresses of one program for as many processes, as they stand for here. */
const nobody = 65_534;
const warmUpS = 15;
const ticksPerS = 100;

interface Load {
  readonly name: string;
  readonly targets: number;
  readonly flags: readonly string[];
}

const onlyCpu = ['heap', 'goroutine', 'mutex', 'block'].flatMap((type) => ['--type', `${type}=off`]);
const loads: readonly Load[] = [
  { name: 'six CPU profiles an hour', targets: 150, flags: ['--interval', '10m', ...onlyCpu] },
  { name: 'six CPU profiles an hour', targets: 1000, flags: ['--interval', '10m', ...onlyCpu] },
  { name: 'five types, 10 s of CPU, a minute', targets: 150, flags: ['--interval', '1m'] },
  { name: 'five types, 10 s of CPU, a minute', targets: 1000, flags: ['--interval', '1m', '--at-once', '400'] },
];

if (process.getuid?.() === 0) await main(Number(process.argv[2] ?? 75));
else throw new Error('bench:collect starts its collector as nobody, for which it must be root');

/** Measures each load for so many seconds. */
async function main(seconds: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'rampart-collect-'));
  chmodSync(folder, 0o777);
  const program = join(folder, 'targets');
  execFileSync('go', ['build', '-o', program, join('test', 'bench', 'collect', 'targets', 'main.go')]);
  try {
    console.log(
      '| targets | of each | profiles per second | CPU % of one core | memory, MiB | peak, MiB | late at the end |\n|---|---|---|---|---|---|---|',
    );
    for (const load of loads) console.log(await measure(load, seconds, program, folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measure(
  { name, targets, flags }: Load,
  seconds: number,
  program: string,
  folder: string,
): Promise<string> {
  const addresses = Array.from(
    { length: targets },
    (_, index) => `127.64.${Math.floor(index / 250)}.${(index % 250) + 1}:6060`,
  );
  writeFileSync(join(folder, 'list.json'), JSON.stringify([{ targets: addresses, labels: { service: 'bench' } }]));
  const answering = spawn(program, [String(targets)], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(answering.stdout, 'data');
  const words = [
    '--file-sd',
    'list.json',
    '--store',
    `store-${targets}-${flags.length}`,
    '--json',
    '--for',
    `${seconds}s`,
  ];
  const collecting = spawn(
    process.execPath,
    [join(process.cwd(), 'dist', 'cli.js'), 'profiles', 'collect', ...words, ...flags],
    {
      ...{ cwd: folder, uid: nobody, gid: nobody, env: { PATH: process.env['PATH'], HOME: folder } },
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  let stdout = '';
  collecting.stdout.on('data', (text: Buffer) => {
    stdout += String(text);
  });
  const cost = watch(collecting.pid ?? 0);
  await once(collecting, 'close');
  const { cpuPercent, rssMiB, peakMiB } = cost();
  answering.kill();
  const { totals } = JSON.parse(stdout) as CollectStatus;
  const cells = [name, (totals.kept / seconds).toFixed(1), cpuPercent.toFixed(1), rssMiB, peakMiB, totals.late];
  return `| ${[targets, ...cells].join(' | ')} |`;
}

interface Look {
  readonly atMs: number;
  readonly cpuS: number;
  readonly rssMiB: number;
  readonly peakMiB: number;
}

/** Looks at a process every second; what it used after the warm-up. */
function watch(pid: number): () => { readonly cpuPercent: number; readonly rssMiB: number; readonly peakMiB: number } {
  const looks: Look[] = [];
  const timer = setInterval(() => {
    try {
      looks.push(lookAt(pid));
    } catch {
      // It has ended.
    }
  }, 1000);
  return () => {
    clearInterval(timer);
    const [first, last] = [looks[warmUpS], looks.at(-1)];
    if (!first || !last || last === first) throw new Error(`the collector ended within ${warmUpS} s`);
    const cpuPercent = (100_000 * (last.cpuS - first.cpuS)) / (last.atMs - first.atMs);
    return { cpuPercent, rssMiB: last.rssMiB, peakMiB: last.peakMiB };
  };
}

/** The fields of proc(5), which begin anew after the name of the program. */
function lookAt(pid: number): Look {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const mib = (key: string) => Math.round(Number(new RegExp(`${key}:\\s+(\\d+)`).exec(status)?.[1]) / 1024);
  const cpuS = (Number(fields[11]) + Number(fields[12])) / ticksPerS;
  return { atMs: performance.now(), cpuS, rssMiB: mib('VmRSS'), peakMiB: mib('VmHWM') };
}
