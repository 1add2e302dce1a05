/** A real dump: builds the `crowd` program, lets it grow to its goroutines, and asks it for a dump by SIGQUIT. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** Writes what the program prints to stderr as it ends to `path`; resolves to the number of goroutines it had been asked for. */
export async function makeCrowdDump(directory: string, path: string, goroutines: number): Promise<number> {
  const binary = join(directory, 'crowd');
  await promisify(execFile)('go', ['build', '-trimpath', '-o', binary, '.'], { cwd: 'test/fixtures/goruntime/crowd' });
  const file = openSync(path, 'w');
  const child = spawn(binary, ['-n', String(goroutines)], {
    stdio: ['ignore', 'pipe', file],
    env: { ...process.env, GOTRACEBACK: 'all' },
  });
  const ended = once(child, 'exit');
  if (!child.stdout) throw new Error('the crowd program has no stdout');
  await Promise.race([once(child.stdout, 'data'), ended]);
  child.kill('SIGQUIT');
  await ended;
  closeSync(file);
  return goroutines;
}
