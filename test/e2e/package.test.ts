/** The npm package, installed somewhere else: what is in it, and that it runs with nothing but Node, and with Go. */
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import { leaveNothing, readResult, workDirectory } from '../helpers/cli.ts';

leaveNothing();
const root = join(import.meta.dirname, '..', '..');
let home: string;
let app: string;
let files: readonly string[];

beforeAll(() => {
  home = workDirectory();
  app = join(home, 'app');
  mkdirSync(app);
  const pack = ['pack', '--ignore-scripts', '--silent', '--pack-destination', home];
  const tarball = join(home, execFileSync('npm', pack, { cwd: root, encoding: 'utf8' }).trim());
  files = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n');
  const install = ['install', '--omit=dev', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund', tarball];
  execFileSync('npm', install, { cwd: app, stdio: 'pipe' });
});

/** The installed command line in a folder of its own, with these variables alone. */
async function rampart(args: readonly string[], env: Record<string, string>): Promise<{ stderr: string }> {
  const program = join(app, 'node_modules', '.bin', 'rampart');
  return await new Promise((resolve) => {
    const options = { cwd: home, env: { NO_COLOR: '1', ...env } };
    // Whether what was measured is of use, and so the exit code, this machine decides.
    execFile(process.execPath, [program, ...args], options, (_error, _stdout, stderr) => resolve({ stderr }));
  });
}

/** A folder of programs that holds Node alone. */
function nodeOnly(): string {
  const bin = join(home, 'bin');
  mkdirSync(bin, { recursive: true });
  symlinkSync(process.execPath, join(bin, 'node'));
  return bin;
}

it('holds what runs and what is read, and neither sources in TypeScript nor tests', () => {
  for (const file of ['dist/cli.js', 'compose/Dockerfile', 'scenarios/quickstart.yaml', 'docs/scenario.md', 'LICENSE'])
    expect(files).toContain(`package/${file}`);
  expect(files.filter((file) => /\.ts$|\.map$|^package\/(test|\.ci)\/|_test\.go$/.test(file))).toEqual([]);
});

it('loads a server by one line where there is nothing but Node', async () => {
  const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    const { port } = server.address() as AddressInfo;
    const args = ['run', `http://127.0.0.1:${port}/`, '--rate', '50/s', '--for', '2s', '--out', 'by-url'];
    const { stderr } = await rampart(args, { PATH: nodeOnly(), HOME: home });
    const result = readResult(join(home, 'by-url'));
    expect(result.status, stderr).toBe('complete');
    expect(result.steps[0]?.load.completed).toBe(100);
    expect(existsSync(join(home, 'by-url', 'report.html'))).toBe(true);
  } finally {
    server.close();
  }
});

it('runs a scenario of its own by name, from where it is installed', async () => {
  const steps = 'load.steps=[{ name: at-100, rate: 100/s, for: 3s }]';
  const args = ['run', 'quickstart', '--engine', 'process', '--set', steps, '--out', 'run'];
  const { stderr } = await rampart(args, { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '' });
  const result = readResult(join(home, 'run'));
  expect(result.status, stderr).toBe('complete');
  expect(result.steps[0]?.load.completed).toBe(300);
});
