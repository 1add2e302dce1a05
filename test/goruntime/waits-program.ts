/** Builds and starts the program of the `waits` fixture, which parks goroutines in every kind of wait. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const source = fileURLToPath(new URL('../fixtures/goruntime/waits', import.meta.url));

/** The program at work; its stderr lines arrive at the listener given. */
export interface WaitsProgram {
  readonly pid: number;
  /** Such as `127.0.0.1:41234`. */
  readonly address: string;
  readonly kill: () => Promise<void>;
}

/** Builds it with the Go on this machine; the answer is the path of the binary. */
export async function buildWaits(): Promise<string> {
  const binary = join(await mkdtemp(join(tmpdir(), 'rampart-waits-')), 'waits');
  await promisify(execFile)('go', ['build', '-o', binary, '.'], { cwd: source });
  return binary;
}

/** Starts it and waits until all goroutines are parked. */
export async function startWaits(
  binary: string,
  goDebug = '',
  onStderr: (line: string) => void = () => {},
): Promise<WaitsProgram> {
  const child = spawn(binary, { env: { ...process.env, GODEBUG: goDebug }, stdio: ['pipe', 'pipe', 'pipe'] });
  createInterface(child.stderr).on('line', onStderr);
  const exited = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const address = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('error', reject).once('exit', () => reject(new Error('the waits program ended before it was ready')));
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await exited;
  };
  return { pid: child.pid ?? 0, address, kill };
}
