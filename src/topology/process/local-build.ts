/** From a `go build` line of a Dockerfile to the same build on this machine; pure. */
import { posix } from 'node:path';
import type { GoCommand } from '../command/go-command.ts';
import type { GoBuild } from '../go-build/go-build.ts';
import type { ImageStage, RunStep } from '../image/stage.ts';
import type { GoLine } from '../image/stage-builds.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** How a package is built: what `GoBuild` has beside the place, and what was left out. */
export interface BuildManner extends Pick<GoBuild, 'flags' | 'env'> {
  readonly warnings: readonly string[];
}

/** Variables of the Go tool that change a program; where modules come from is this machine's own matter. */
const heeded = /^(?:CGO_\w+|GO(?:FLAGS|EXPERIMENT|AMD64|ARM64|ARM|386|WORK|111MODULE|ARCH|OS))$/;

/** A Go toolchain of this name is built by its Docker image without a C compiler (https://github.com/docker-library/golang). */
const withoutCompiler = /(?:^|\/)golang(?::|@)\S*alpine/;

/** The flags and variables of the line; `arch` is this machine's GOARCH. */
export function mannerOfLine(line: GoLine, stage: ImageStage, user: Env, arch: string): BuildManner {
  const manner = mannerOf(line.command, line.variables, user, arch);
  const warnings = [...manner.warnings];
  if (line.unknown.length > 0) {
    warnings.push(`line ${line.line} of its Dockerfile: ${line.unknown.join(', ')} was taken as empty in its go build`);
  }
  if (line.isConditional)
    warnings.push(`line ${line.line} of its Dockerfile builds it under a condition, taken as met`);
  const needsNone = manner.env['CGO_ENABLED'] === undefined && user['CGO_ENABLED'] === undefined;
  const isBare = needsNone && withoutCompiler.test(stage.base) && !stage.steps.some(installsCompiler);
  return { ...manner, env: isBare ? { ...manner.env, CGO_ENABLED: '0' } : manner.env, warnings };
}

/** The flags and variables of a Go command, the user's own GOFLAGS before them. */
export function mannerOf(
  { flags }: GoCommand,
  variables: ReadonlyMap<string, string>,
  user: Env,
  arch: string,
): BuildManner {
  const env: Record<string, string> = {};
  const warnings: string[] = [];
  for (const [name, value] of variables) {
    if (!heeded.test(name)) continue;
    if ((name === 'GOARCH' && value !== arch) || (name === 'GOOS' && value !== 'linux')) {
      if (value !== '') warnings.push(`${name}=${value} of its build was left out, because it runs on this machine`);
    } else if (name === 'GOFLAGS') env[name] = [user['GOFLAGS'], value].filter(Boolean).join(' ');
    else env[name] = value;
  }
  const own = user['CGO_ENABLED'];
  const theirs = env['CGO_ENABLED'];
  if (own !== undefined && theirs !== undefined && own !== theirs) {
    warnings.push(`CGO_ENABLED=${theirs} of its build holds, not the ${own} of your shell`);
  }
  return { flags, env, warnings };
}

/** A package as written in the image's folder, for the same folder here; absolute ones through `hostPath`. */
export function packageHere(pkg: string, hostPath: (path: string) => string | undefined): string | undefined {
  const folder = pkg.endsWith('*.go') ? posix.dirname(pkg) : pkg;
  const relative = folder !== pkg && !/^\.{0,2}\//.test(folder) && folder !== '.' ? `./${folder}` : folder;
  return relative.startsWith('/') ? hostPath(relative) : relative;
}

function installsCompiler(step: ImageStage['steps'][number]): boolean {
  return step.kind === 'run' && /\b(?:gcc|clang|build-base|musl-dev|zig)\b/.test(textOf(step));
}

function textOf({ script }: RunStep): string {
  return typeof script === 'string' ? script : script.join(' ');
}
