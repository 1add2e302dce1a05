/** Go packages to binaries on this machine, as the user's Go tool builds them unless it is told otherwise. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { buildInCache } from '../../host/binary-cache.ts';
import { linesOf, runCommand } from '../../host/command.ts';
import { readBytes } from '../../host/files.ts';
import { homeFolder } from '../../host/machine.ts';
import { readGoBuild } from '../../host/program-build.ts';
import { cacheFolder } from '../../host/user-folders.ts';
import { environmentError, messageOf, usageError } from '../../model/errors.ts';
import type { GoSettings } from '../../model/topology-spec.ts';
import { binaryName } from '../image/stage-builds.ts';
import { goEnvOf, goFlagsOf, unshownSettings } from './go-settings.ts';
import { strangeProfile } from './own-profile.ts';
import { toolchainOf } from './toolchain.ts';

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
  /** What the scenario sets on top of all that. */
  readonly settings?: GoSettings | undefined;
}

/** How to build: the user's environment, variables on top of everything (GOARCH), and the signal that ends it. */
export interface GoBuildOptions {
  readonly env: Env;
  readonly overrides: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

const maxShownLines = 40;

/** Builds one binary and gives its path, in a cache that only this user writes; environmentError with the compiler's lines. */
export async function buildGo(asked: GoBuild, options: GoBuildOptions): Promise<string> {
  const build = await withToolchain(asked, options);
  const env = buildEnvironment(build, options);
  const heeded = Object.entries(env).filter(([name]) => /^(?:GO|CGO_|CC$|CXX$|AR$|PKG_CONFIG)/.test(name));
  const key = createHash('sha256').update(JSON.stringify([build, heeded.sort()]));
  const profile = profileOf(build);
  if (profile !== undefined) key.update(await readBytes(profile));
  const { context, service: name, settings } = build;
  const place = { root: join(cacheFolder(options.env), 'bin'), key: key.digest('hex').slice(0, 16), name, context };
  return await buildInCache(place, async (work) => {
    const packages = await oneProgram(build, env, options);
    const { lines, code } = await runGo(['build', ...flagsOf(build), '-o', work, ...packages], context, env, options);
    if (code !== 0) throw buildFailed(build, lines);
    if (settings) await checkBuilt(build, work, settings);
  });
}

/**
 * The toolchain that `go1.27.x` or another name stands for now; environmentError where it cannot be had. It is asked for where no module
 * is, which might want a newer Go than the one that answers.
 */
export async function exactToolchain(name: string, options: GoBuildOptions): Promise<string> {
  return await toolchainOf(name, async (args, variables) => {
    const env = { ...options.env, ...options.overrides, ...variables };
    const { lines, code } = await runGo(args, homeFolder(), env, options);
    return { code, output: lines.join('\n') };
  });
}

/** With the toolchain that is meant, where the settings name one. */
async function withToolchain(build: GoBuild, options: GoBuildOptions): Promise<GoBuild> {
  const { settings } = build;
  if (settings?.toolchain === undefined) return build;
  const env = buildEnvironment({ ...build, settings: { ...settings, toolchain: undefined } }, options);
  const toolchain = await exactToolchain(settings.toolchain, { ...options, env, overrides: {} });
  return { ...build, settings: { ...settings, toolchain } };
}

/** Usage error where the binary is not what its settings ask for, or its profile is of another program. */
async function checkBuilt(build: GoBuild, binary: string, settings: GoSettings): Promise<void> {
  const info = await readGoBuild(binary);
  const mistakes = info ? unshownSettings(settings, info) : [];
  const profile = profileOf(build);
  const strange = profile === undefined ? undefined : await strangeProfile(profile, binary);
  if (strange !== undefined) mistakes.push(`pgo: ${strange}`);
  if (mistakes.length === 0) return;
  throw usageError(
    'go-settings',
    mistakes.map((mistake) => `service ${build.service}: go.${mistake}`).join('\n'),
    'a setting that changes nothing in a binary would compare it with itself: take it out, or set it for the services it is meant for (go: { services: { api: { ... } } })',
  );
}

function profileOf({ settings }: GoBuild): string | undefined {
  const pgo = settings?.pgo;
  return pgo === undefined || pgo === 'off' || pgo === 'auto' ? undefined : pgo;
}

function flagsOf({ flags, settings }: GoBuild): string[] {
  return [...flags, ...(settings ? goFlagsOf(settings) : [])];
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

/** A main package: its import path, the folder it lies in, and whether that is a folder of the user's own code. */
export interface MainPackage {
  readonly importPath: string;
  readonly directory: string;
  readonly isOwn: boolean;
}

/** The main package that a build is of; environmentError where the Go tool cannot load it. */
export async function mainPackageOf(build: GoBuild, options: GoBuildOptions): Promise<MainPackage> {
  const env = buildEnvironment(build, options);
  const { context } = build;
  const packages = await oneProgram(build, env, options);
  const asked = ['list', ...loadFlags(build), '-f', '{{.ImportPath}}\t{{.Dir}}', ...packages];
  const { lines, code } = await runGo(asked, context, env, options);
  const [importPath = '', directory = ''] = lines.at(-1)?.split('\t') ?? [];
  if (code !== 0 || directory === '') throw buildFailed(build, lines);
  const { lines: cache } = await runGo(['env', 'GOMODCACHE'], context, env, options);
  const isOwn = !directory.includes('/vendor/') && !directory.startsWith(`${cache.at(-1)}/`);
  return { importPath, directory, isOwn };
}

/** The later wins: what the user has, what the build says, what the scenario sets, what the machine asks for. */
function buildEnvironment(build: GoBuild, { env, overrides }: GoBuildOptions): Env {
  return { ...env, ...build.env, ...(build.settings ? goEnvOf(build.settings) : {}), ...overrides };
}

/** Of patterns and several packages the one main package that the binary's name tells. */
async function oneProgram(build: GoBuild, env: Env, options: GoBuildOptions): Promise<readonly string[]> {
  const { packages, binary } = build;
  if (packages.every((pkg) => pkg.endsWith('.go')) || (packages.length === 1 && !packages[0]?.endsWith('...')))
    return packages;
  const asked = ['list', ...loadFlags(build), '-f', '{{.Name}} {{.ImportPath}}'];
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

/** Flags that say which files and modules there are. */
function loadFlags(build: GoBuild): string[] {
  return flagsOf(build).filter((flag) => /^--?(?:tags|mod|modfile|overlay)=/.test(flag));
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
  // What is fetched meanwhile says nothing of why it failed.
  const said = lines.filter((line) => !/^go: downloading /.test(line));
  const shown = said.slice(0, maxShownLines);
  if (said.length > shown.length) shown.push(`... and ${said.length - shown.length} lines more`);
  return environmentError(
    'go-build',
    [
      `${[...Object.entries(build.settings ? goEnvOf(build.settings) : {}).map(([name, value]) => `${name}=${value}`), 'go build', ...flagsOf(build), ...build.packages].join(' ')} in ${build.context} failed (service ${build.service})`,
      ...shown.map((line) => `    | ${line}`),
    ].join('\n'),
  );
}
