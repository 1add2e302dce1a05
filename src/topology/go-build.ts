/** Go packages to binaries on this machine, without cgo, so that they also run in an empty image. */
import { createHash, randomUUID } from 'node:crypto';
import { link, rename, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '../host/cache-folder.ts';
import { startProcessGroup } from '../host/processes.ts';
import { environmentError, messageOf } from '../model/errors.ts';
import { binaryFolder } from './binary-cache.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** One service's binary to build; `context` is an absolute folder, `package` is relative to it. */
export interface GoBuild {
  readonly service: string;
  readonly context: string;
  readonly package: string;
}

/** How to build: the user's environment, variables on top of it (GOARCH), and the signal that ends it. */
export interface GoBuildOptions {
  readonly env: Env;
  readonly overrides: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const maxShownLines = 40;

/** Builds one binary and gives its path, in a cache that only this user writes; environmentError with the compiler's lines. */
export async function buildGo(build: GoBuild, options: GoBuildOptions): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([build, options.overrides]))
    .digest('hex')
    .slice(0, 16);
  const folder = await binaryFolder(join(cacheFolder(options.env), 'bin'), key, build.context);
  const binary = join(folder, build.service);
  // Another run may execute or build the same binary: work on a second name of it, which the linker replaces and does not overwrite,
  // and which lets it see when there is nothing to do.
  const work = `${binary}.${randomUUID()}`;
  await link(binary, work).catch(() => undefined);
  try {
    const { lines, code } = await runGo(['build', '-o', work, build.package], build.context, options);
    if (code !== 0) throw buildFailed(build, lines);
    await rename(work, binary);
  } finally {
    await rm(work, { force: true });
  }
  return binary;
}

/** The version of the Go tool, such as `go1.26.0`; environmentError when there is none. */
export async function goVersion(options: GoBuildOptions): Promise<string> {
  const { lines } = await runGo(['env', 'GOVERSION'], homedir(), options);
  return lines.at(-1) ?? '';
}

/** Whether a folder holds a main package, for services that do not say what to build. */
export async function isMainPackage(folder: string, options: GoBuildOptions): Promise<boolean> {
  const { lines, code } = await runGo(['list', '-f', '{{.Name}}', '.'], folder, options);
  return code === 0 && lines.at(-1) === 'main';
}

async function runGo(
  args: readonly string[],
  cwd: string,
  options: GoBuildOptions,
): Promise<{ lines: string[]; code: number | null }> {
  options.signal.throwIfAborted();
  const lines: string[] = [];
  const go = await startProcessGroup({
    command: 'go',
    args,
    cwd,
    env: { ...definedOnly(options.env), CGO_ENABLED: '0', ...options.overrides },
    onLine: (_stream, text) => lines.push(text),
  }).catch((error: unknown) => {
    throw startFailed(error, cwd);
  });
  const kill = () => void go.stop(0, 'SIGKILL');
  options.signal.addEventListener('abort', kill, { once: true });
  const { code } = await go.exited;
  options.signal.removeEventListener('abort', kill);
  options.signal.throwIfAborted();
  return { lines, code };
}

function startFailed(error: unknown, cwd: string): Error {
  return environmentError(
    'go-missing',
    `cannot run the Go tool in ${cwd}: ${messageOf(error)}`,
    'install Go (https://go.dev/dl) and put it on PATH, check that the build context exists, or run with --engine compose',
    error,
  );
}

function buildFailed(build: GoBuild, lines: readonly string[]): Error {
  const shown = lines.slice(0, maxShownLines);
  if (lines.length > shown.length) shown.push(`... and ${lines.length - shown.length} lines more`);
  return environmentError(
    'go-build',
    [
      `go build ${build.package} in ${build.context} failed (service ${build.service})`,
      ...shown.map((line) => `    | ${line}`),
    ].join('\n'),
  );
}

function definedOnly(env: Env): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined));
}
