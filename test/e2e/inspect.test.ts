import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it, vi } from 'vitest';
import type { LogInspection, ProfileInspection } from '../../src/model/inspection.ts';
import { cli, startCli, workDirectory } from '../helpers/cli.ts';
import { gc, sched } from '../helpers/inspect-log.ts';
import { typedCommand } from '../helpers/typed-command.ts';

const fixtures = join(import.meta.dirname, '..', 'fixtures', 'goruntime');
let directory: string;

function build(name: string): string {
  const binary = join(directory, name);
  execFileSync('go', ['build', '-o', binary, '.'], { cwd: join(fixtures, name) });
  return binary;
}

/** Trace lines of the scheduler that are there to their end. */
function countLines(file: string): number {
  return readFileSync(file, 'utf8').match(/SCHED .*\]\n/g)?.length ?? 0;
}

/** Two lives of one service with its stderr in one file, as an init system keeps it; each is ended by SIGQUIT. */
async function writeServiceLog(binary: string, file: string): Promise<void> {
  const log = openSync(file, 'a');
  for (let life = 0; life < 2; life += 1) {
    const env = { ...process.env, GODEBUG: 'gctrace=1,schedtrace=100' };
    const child = spawn(binary, [], { stdio: ['ignore', log, log], env });
    const ended = once(child, 'exit');
    await vi.waitFor(() => expect(readFileSync(file, 'utf8').match(/"msg":"ready"/g)).toHaveLength(life + 1), 60_000);
    // A dying process prints a trace under the scheduler's lock. If SIGQUIT meets the thread that just holds it for a trace
    // line, the process hangs for good (schedtrace in startpanic_m, runtime/panic.go): so it comes right behind a line.
    const traced = countLines(file);
    await vi.waitFor(() => expect(countLines(file)).toBeGreaterThan(traced), { timeout: 50_000, interval: 5 });
    child.kill('SIGQUIT');
    await ended;
  }
}

beforeAll(async () => {
  directory = workDirectory();
  await writeServiceLog(build('convoy'), join(directory, 'api.log'));
  mkdirSync(join(directory, 'profiles'));
  execFileSync(build('profiled'), [join(directory, 'profiles')]);
});

const inspect = (...args: string[]) => cli(['inspect', ...args], directory);
const json = async <Value>(...args: string[]) => {
  const { code, stdout, stderr } = await typedCommand(['inspect', ...args, '--json'], directory);
  expect(stderr).toBe('');
  expect(code).toBe(0);
  return JSON.parse(stdout) as Value;
};

describe('the log of a service with GODEBUG=gctrace=1,schedtrace=100', () => {
  it('has a process for each start, with every line of the runtime that is in it', async () => {
    const text = readFileSync(join(directory, 'api.log'), 'utf8');
    const found = await json<LogInspection>('api.log');
    expect(found.kind).toBe('log');
    const rejected = found.rejects.find(({ kind }) => kind === 'sched')?.count ?? 0;
    // The runtime writes a line in pieces, and other writers get in between; this one is never cut.
    expect(found.counts.sched + rejected).toBe(text.match(/SCHED /g)?.length);
    const cycles = found.processes.reduce((sum, { gc: own }) => sum + (own?.lastCycle ?? 0), 0);
    const missing = found.processes.reduce((sum, { gc: own }) => sum + (own?.missing ?? 0), 0);
    expect(found.counts.gc + missing).toBe(cycles);
    expect(found.processes.map(({ name }) => name)).toEqual(['process 1', 'process 2']);
    expect(found.judgements.map(({ title }) => title).join('\n')).toContain('was started 2 times');
  });

  it('has the dumps, and names the queue for the lock, its likely holder and the leak', async () => {
    const { dumps } = await json<LogInspection>('api.log');
    expect(dumps.map(({ cause }) => cause)).toEqual(['SIGQUIT: quit', 'SIGQUIT: quit']);
    const queue = dumps[1]?.judgements.find(({ title }) => title.includes('wait for a lock in main.(*store).get'));
    // A line of the scheduler may cut a frame of the dump in two, so that a goroutine or two are in groups of their own.
    expect(queue?.title).toMatch(/^(?:1\d|20) goroutines/);
    expect(queue?.certainty).toBe('likely');
    expect(queue?.evidence.join()).toMatch(/goroutine \d+ \(chan receive\) .* likely holds it/);
    expect(dumps[1]?.groups[0]).toMatchObject({ site: 'main.leak', reason: 'chan send' });
    expect(dumps[1]?.groups[0]?.count).toBeGreaterThan(100);
  });

  it('is the same from a pipe, and gzipped', async () => {
    writeFileSync(join(directory, 'api.log.1.gz'), gzipSync(readFileSync(join(directory, 'api.log'))));
    const [plain, packed] = [await json<LogInspection>('api.log'), await json<LogInspection>('api.log.1.gz')];
    expect({ ...packed, file: '' }).toEqual({ ...plain, file: '' });
    const piped = execFileSync('sh', ['-c', `cat api.log | "$0" "$1" inspect - --json`, process.execPath, cliPath], {
      cwd: directory,
      encoding: 'utf8',
    });
    expect({ ...JSON.parse(piped), file: '' }).toEqual({ ...plain, file: '' });
  });

  it('gives out every record when asked', async () => {
    const { counts, records } = await json<LogInspection & { records: { kind: string }[] }>('api.log', '--records');
    expect(records.filter(({ kind }) => kind === 'gc')).toHaveLength(counts.gc);
    expect(records.filter(({ kind }) => kind === 'goroutine')).toHaveLength(counts.goroutines);
  });

  it('tells a terminal the rates, the worst moments and what is wrong', async () => {
    const { stdout, code } = await inspect('api.log');
    expect(stdout).toMatch(/process 2 .*SCHED every \d+ms/);
    expect(stdout).toMatch(/GC +[\d,]+ cycles.*a minute/);
    expect(stdout).toContain('worst moments');
    expect(stdout).toMatch(/\d+ goroutines wait for a lock in main\.\(\*store\)\.get/);
    expect(code).toBe(0);
  });
});

const cliPath = join(import.meta.dirname, '..', '..', 'dist', 'cli.js');

describe('profiles', () => {
  it.each(['cpu', 'heap', 'allocs', 'mutex', 'block', 'goroutine'])('are read: %s', async (name) => {
    const found = await json<ProfileInspection>(`profiles/${name}-1.pb.gz`);
    expect(found.kind).toBe('profile');
    expect(name === 'mutex' || name === 'block' ? 'mutex or block' : name).toBe(found.profile);
    expect(found.functions[0]?.name).toBeDefined();
  });

  it('show the functions that grew between two of them', async () => {
    const { stdout } = await inspect('profiles/allocs-1.pb.gz', 'profiles/allocs-2.pb.gz');
    expect(stdout).toContain('What changed');
    expect(stdout).toMatch(/\+\S+ [KM]iB +all functions/);
  });

  it('show the goroutines that grew, dump and profile alike', async () => {
    const { stdout } = await inspect('profiles/goroutine-1.txt', 'profiles/goroutine-1.pb.gz');
    expect(stdout).toMatch(/goroutines by stack/);
    expect(stdout).toMatch(/ 0 +all goroutines/);
  });
});

describe('one page for a browser', () => {
  it('has charts, goroutines, functions and a flame graph, and loads nothing', async () => {
    const { code, stdout, stderr } = await inspect('api.log', 'profiles/cpu-1.pb.gz', '--out', 'report.html');
    expect(stderr).toBe('written: report.html\n');
    expect(stdout).toBe('');
    expect(code).toBe(0);
    const page = readFileSync(join(directory, 'report.html'), 'utf8');
    expect(page).toMatch(/<figure[^>]* data-panel="runqueue"/);
    expect(page).toMatch(/<figure[^>]* data-panel="gc-pause"/);
    expect(page).toMatch(/\d+ goroutines wait for a lock in main\.\(\*store\)\.get/);
    expect(page).toMatch(
      /<div class="flame"[^>]*><span class="h\d" style="[^"]*" data-[^>]* title="[^"]*: [\d.]+ ms, [\d.]+ %">/,
    );
    expect(page).not.toMatch(/(?:src|href)="(?!#)/);
    const data = JSON.parse(/id="report-data">(.*?)<\/script>/s.exec(page)?.[1] ?? '') as {
      groups: { panels: { lines: { series: number }[] }[] }[];
      series: { t: number[]; v: number[] }[];
    };
    for (const { lines } of data.groups.flatMap(({ panels }) => panels)) {
      for (const { series } of lines) expect(data.series[series]?.t.length).toBeGreaterThan(0);
    }
  });
});

describe('a log that grows', () => {
  it('is followed from its end, with a line for each stretch, until Ctrl-C', async () => {
    const file = join(directory, 'growing.log');
    writeFileSync(file, sched(0, 77, 0));
    const { child, end, sees } = startCli(['inspect', '--follow', 'growing.log', '--every', '10m'], directory);
    await sees('following growing.log: a line every 10m, until Ctrl-C');
    appendFileSync(file, `{"msg":"served"}\n${sched(1000, 3, 0)}${sched(2000, 40, 1)}${gc(7, 2.5, 0.4, 12)}`);
    child.kill('SIGINT');
    const { code, stdout } = await end;
    expect(stdout).toMatch(
      /^\d\d:\d\d:\d\d {2}queued mean 24.5, max 43; idle Ps min 0 of 2; 5 threads \| GC \S+\/s, pause max 0.4 ms, 12 MiB live, 3% of CPU since start\n$/,
    );
    expect(code).toBe(0);
  });

  it.each([
    [['nothing.log'], 'nothing.log is not there'],
    [['growing.log', 'api.log'], '--follow needs exactly one file'],
    [['growing.log', '--every', 'soon'], '--every must be a duration of at least 100ms, got "soon"'],
  ])('is refused: %j', async (args, message) => {
    const { code, stderr } = await inspect('--follow', ...args);
    expect(stderr).toContain(message);
    expect(code).toBe(2);
  });
});

describe('logs in other encodings', () => {
  it.each(['utf8 with a mark', 'utf16le', 'utf16be'])('are read: %s', async (name) => {
    const text = `\ufeff${readFileSync(join(fixtures, 'go126-all-lines.log'), 'utf8')}`;
    const little = Buffer.from(text, 'utf16le');
    const bytes = name === 'utf16le' ? little : name === 'utf16be' ? little.swap16() : Buffer.from(text);
    writeFileSync(join(directory, 'plain.log'), text.slice(1));
    writeFileSync(join(directory, 'encoded.log'), bytes);
    const found = await json<LogInspection>('encoded.log');
    expect(found.counts).toEqual((await json<LogInspection>('plain.log')).counts);
    expect(found.judgements.some(({ title }) => title.includes('UTF-16'))).toBe(name !== 'utf8 with a mark');
  });
});

describe('inputs that cannot be inspected', () => {
  it('are all told at once, each with why', async () => {
    writeFileSync(join(directory, 'empty.log'), '');
    writeFileSync(join(directory, 'notes.txt'), 'Dear diary\n');
    writeFileSync(join(directory, 'cut.pb.gz'), gzipSync(Buffer.alloc(9000, 'gc 1')).subarray(0, 40));
    const { code, stdout, stderr } = await inspect(
      'nothing.log',
      'profiles',
      'empty.log',
      'notes.txt',
      'cut.pb.gz',
      'api.log',
    );
    expect(stdout).toBe('');
    expect(code).toBe(2);
    expect(stderr).toContain('5 of 6 inputs cannot be inspected');
    expect(stderr).toContain('nothing.log is not there: no such file');
    expect(stderr).toContain('profiles is a directory');
    expect(stderr).toContain('empty.log is empty');
    expect(stderr).toMatch(
      /notes\.txt holds nothing that can be inspected: looked for .*; it begins with "Dear diary"/,
    );
    expect(stderr).toContain('cut.pb.gz is a gzip stream that is damaged or cut');
  });

  it('are missed when none is named', async () => {
    const { code, stderr } = await inspect();
    expect(stderr).toContain('inspect needs a file, or - for stdin');
    expect(code).toBe(2);
  });
});
