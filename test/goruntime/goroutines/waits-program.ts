/** Builds and starts the program of the `waits` fixture, which parks goroutines in every kind of wait. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const source = fileURLToPath(new URL('../../fixtures/goruntime/waits', import.meta.url));

/** The program at work. */
export interface WaitsProgram {
  /** Such as `127.0.0.1:41234`. */
  readonly address: string;
  kill(): Promise<void>;
}

/** Builds it with the Go on this machine, starts it in one of its modes, and waits until all its goroutines are parked. */
export async function startWaits(...mode: readonly ('busy' | 'quiet')[]): Promise<WaitsProgram> {
  const folder = await mkdtemp(join(tmpdir(), 'rampart-waits-'));
  const binary = join(folder, 'waits');
  await promisify(execFile)('go', ['build', '-o', binary, '.'], { cwd: source });
  const child = spawn(binary, mode, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const address = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject).once('exit', () => reject(new Error('the waits program ended before it was ready')));
  });
  return {
    address,
    async kill() {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true });
    },
  };
}
