/** Go packages to binaries on this machine, as the user's Go tool builds them unless it is told otherwise. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buildInCache } from '../../host/binary-cache.ts';
import { linesOf, runCommand } from '../../host/command.ts';
import { homeFolder } from '../../host/machine.ts';
import { cacheFolder } from '../../host/user-folders.ts';
import { environmentError, messageOf, usageError } from '../../model/errors.ts';
import { binaryName } from '../image/stage-builds.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** One service's binary to build; `context` is an absolute folder, `packages` are relative to it. */
export interface GoBuild {
  readonly service: string;
  readonly context: string;
  /** Packages or files; of several main packages the one that makes a binary called `binary`. */
  readonly packages: readonly string[];
  readonly binary?: string | undefined;
  /** Such as `-tags=netgo`. */
  readonly flags: readonly string[];
  /** On top of the user's: `CGO_ENABLED`, `GOFLAGS`. */
  readonly env: Readonly<Record<string, string>>;
}

/** How to build: the user's environment, variables on top of everything (GOARCH), and the signal that ends it. */
export interface GoBuildOptions {
  readonly env: Env;
  readonly overrides: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const maxShownLines = 40;

/** Builds one binary and gives its path, in a cache that only this user writes; environmentError with the compiler's lines. */
export async function buildGo(build: GoBuild, options: GoBuildOptions): Promise<string> {
  const env = buildEnvironment(build, options);
  const heeded = Object.entries(env).filter(([name]) => /^(?:GO|CGO_|CC$|CXX$|AR$|PKG_CONFIG)/.test(name));
  const key = createHash('sha256')
    .update(JSON.stringify([build, heeded.sort()]))
    .digest('hex')
    .slice(0, 16);
  const { context, service: name } = build;
  return await buildInCache({ root: join(cacheFolder(options.env), 'bin'), key, name, context }, async (work) => {
    const packages = await oneProgram(build, env, options);
    const { lines, code } = await runGo(['build', ...build.flags, '-o', work, ...packages], context, env, options);
    if (code !== 0) throw buildFailed(build, lines);
  });
}

/** The version of the Go tool, such as `go1.26.0`; environmentError when there is none. */
export async function goVersion(options: GoBuildOptions): Promise<string> {
  const { lines } = await runGo(['env', 'GOVERSION'], homeFolder(), { ...options.env, ...options.overrides }, options);
  return lines.at(-1) ?? '';
}

/** Whether a folder holds a main package, for services that do not say what to build. */
export async function isMainPackage(folder: string, options: GoBuildOptions): Promise<boolean> {
  const env = { ...options.env, ...options.overrides };
  const { lines, code } = await runGo(['list', '-f', '{{.Name}}', '.'], folder, env, options);
  return code === 0 && lines.at(-1) === 'main';
}

/** The later wins: what the user has, what the build says, what the machine asks for. */
function buildEnvironment(build: GoBuild, { env, overrides }: GoBuildOptions): Env {
  return { ...env, ...build.env, ...overrides };
}

/** Of patterns and several packages the one main package that the binary's name tells. */
async function oneProgram(build: GoBuild, env: Env, options: GoBuildOptions): Promise<readonly string[]> {
  const { packages, binary } = build;
  if (packages.every((pkg) => pkg.endsWith('.go')) || (packages.length === 1 && !packages[0]?.endsWith('...')))
    return packages;
  const asked = [
    'list',
    ...build.flags.filter((flag) => /^-(?:tags|mod|modfile)=/.test(flag)),
    '-f',
    '{{.Name}} {{.ImportPath}}',
  ];
  const { lines, code } = await runGo([...asked, ...packages], build.context, env, options);
  if (code !== 0) throw buildFailed(build, lines);
  const mains = lines.flatMap((line) => /^main (\S+)$/.exec(line)?.[1] ?? []);
  const named = mains.filter((path) => binaryName(path) === binary);
  const [only, ...more] = named.length > 0 ? named : mains;
  if (only !== undefined && more.length === 0) return [only];
  throw usageError(
    'no-go-package',
    `service ${build.service}: ${packages.join(' ')} in ${build.context} holds ${mains.length === 0 ? 'no main package' : `the main packages ${mains.join(', ')}`}`,
    'say which with the label rampart.go.package (example: rampart.go.package: ./cmd/server)',
  );
}

async function runGo(
  args: readonly string[],
  cwd: string,
  env: Env,
  options: GoBuildOptions,
): Promise<{ lines: string[]; code: number | undefined }> {
  const { signal } = options;
  const { output, code } = await runCommand('go', args, { cwd, env, signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw startFailed(error, cwd);
  });
  return { lines: linesOf(output), code };
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
      `${['go build', ...build.flags, ...build.packages].join(' ')} in ${build.context} failed (service ${build.service})`,
      ...shown.map((line) => `    | ${line}`),
    ].join('\n'),
  );
}
