/** What a service's container would run, as a local process: what to build, with which arguments, variables and folder; or why not. */
import { join, posix, resolve } from 'node:path';
import { beginningOf } from '../../host/file-tree.ts';
import { goArch } from '../../host/machine.ts';
import { stageName } from '../compose/staged-build.ts';
import type { ServiceHints } from '../compose-file/service-labels.ts';
import type { GoBuild } from '../go-build/go-build.ts';
import { containerWords, type LocalCommand, localCommand } from '../image/container-command.ts';
import { contextFolder, type Origin, originOf } from '../image/origin.ts';
import type { ImageStage } from '../image/stage.ts';
import { binaryName, type GoLine } from '../image/stage-builds.ts';
import { type BuildManner, mannerOf, mannerOfLine, packageHere } from './local-build.ts';
import { folderOf, type ImageFiles, localPaths, missingFiles } from './local-files.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** A program to build and start. Without `build` its service is to be looked at for a main package. */
export interface LocalProgram {
  readonly build: Omit<GoBuild, 'service'> | undefined;
  readonly args: readonly string[];
  /** What the image and wrappers of the command set, the image's below the service's own. */
  readonly imageEnv: Readonly<Record<string, string>>;
  readonly commandEnv: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly stopSignal: string | undefined;
  readonly warnings: readonly string[];
}

/** Either a program or all reasons against it. */
export type FoundProgram = { readonly program: LocalProgram } | { readonly reasons: readonly string[] };

/**
 * What is known of a service. `env` is that of its container without the image's; `folder` that of the compose file; `user` the shell's.
 */
export interface ProgramInputs extends ImageFiles {
  readonly hints: ServiceHints;
  readonly env: Env;
  readonly user: Env;
}

/** What the container of a service starts, and what that is built from here; without `build` its service is to be looked at. */
export interface ProgramStart {
  readonly build: LocalProgram['build'];
  /** As the container has them. */
  readonly args: readonly string[];
  readonly imageEnv: Readonly<Record<string, string>>;
  readonly commandEnv: Readonly<Record<string, string>>;
  /** The program's path in the image, where it has one. */
  readonly program: string | undefined;
  /** The folder here that it is to run in, where its command says one. */
  readonly cwd: string | undefined;
  readonly warnings: readonly string[];
}

/** Decides; the label `rampart.go.package` wins over the Dockerfile, `rampart.go.args` over every command. */
export function findProgram(inputs: ProgramInputs): FoundProgram {
  const found = findStart(inputs);
  if ('reasons' in found) return found;
  const { build, imageEnv, commandEnv, program, ...start } = found.start;
  const cwd = start.cwd ?? folderOf(inputs);
  const paths = localPaths(inputs);
  const args = start.args.map((arg) => paths.word(arg));
  const warnings = [...start.warnings, ...paths.told(), ...missingFiles(inputs, cwd, program)];
  const stopSignal = inputs.image.stage?.stopSignal;
  return { program: { build, args, imageEnv, commandEnv, cwd, stopSignal, warnings } };
}

/** The same without a look at how it is to run on this machine. */
export function findStart(
  inputs: ProgramInputs,
): { readonly start: ProgramStart } | { readonly reasons: readonly string[] } {
  const { service, image, hints } = inputs;
  const { stage, unread } = image;
  const isLabelled = hints.goPackage !== undefined;
  const reasons = [...image.mistakes, ...(unread && !isLabelled ? [unread] : [])];
  const imageEnv = environmentOf(stage);
  const words = containerWords({
    imageEntrypoint: stage?.entrypoint,
    imageCommand: stage?.cmd,
    entrypoint: service.entrypoint,
    command: service.command,
  });
  const lookup = (name: string) => inputs.env[name] ?? imageEnv[name];
  const command = localCommand(words, lookup, (name) => stage !== undefined && isBuiltHere(name, stage, inputs));
  const found = stage ? ofImage(command, stage, inputs) : withoutImage(command, inputs);
  if (typeof found === 'string') reasons.push(found);
  if (reasons.length > 0 || typeof found === 'string') return { reasons };
  const { build, program, cwd } = found;
  const untold = unread ? [`${unread}; what its image would set is not known, the label says what is built`] : [];
  const commandEnv = command.kind === 'program' || command.kind === 'go-run' ? command.env : {};
  const args = hints.goArgs ?? found.args;
  return { start: { build, args, imageEnv, commandEnv, program, cwd, warnings: [...untold, ...found.warnings] } };
}

interface Found {
  readonly build: LocalProgram['build'];
  readonly args: readonly string[];
  readonly warnings: readonly string[];
  /** The program's path in the image, where it has one. */
  readonly program?: string | undefined;
  readonly cwd?: string | undefined;
}

/** A path of the image means nothing here. */
function environmentOf(stage: ImageStage | undefined): Record<string, string> {
  return Object.fromEntries([...(stage?.env ?? [])].filter(([name]) => !['PATH', 'HOME', 'GOPATH'].includes(name)));
}

/**
 * Without a Dockerfile only the label or the folder can say what to build; an entry point's first word stands for it, and so does a path.
 */
function withoutImage(command: LocalCommand, inputs: ProgramInputs): Found | string {
  const { service, hints, image } = inputs;
  const build = hints.goPackage === undefined ? undefined : plainBuild(image.context, hints.goPackage);
  if (hints.goArgs) return { build, args: [], warnings: [] };
  if (command.kind === 'refused') return command.why;
  if (command.kind === 'none') return { build, args: [], warnings: [] };
  if (command.kind === 'go-run') return goRun(command, inputs);
  const { program, args, notes } = command;
  const names = [binaryName(hints.goPackage ?? ''), service.name, posix.basename(image.context)];
  const isProgram = (service.entrypoint?.length ?? 0) > 0 || program.includes('/') || names.includes(program);
  return { build, args: isProgram ? args : [program, ...args], warnings: notes };
}

function ofImage(command: LocalCommand, stage: ImageStage, inputs: ProgramInputs): Found | string {
  const { hints, image } = inputs;
  if (command.kind === 'go-run' && !hints.goArgs) return goRun(command, inputs);
  if (command.kind === 'refused' && !hints.goArgs) return command.why;
  if (command.kind !== 'program') {
    if (hints.goPackage === undefined) return 'what it starts is not known, so neither is what to build';
    const warnings = hints.goArgs
      ? []
      : ['neither its Dockerfile nor the compose file says what starts: it runs without arguments'];
    return { build: plainBuild(image.context, hints.goPackage), args: [], warnings };
  }
  const { program, args, notes } = command;
  const { path, note } = pathOf(program, stage, inputs);
  const origin = originOf(path, stage, image.isFolder);
  const built = buildOf(program, path, origin, stage, inputs);
  if (typeof built === 'string') return built;
  return { build: built.build, args, warnings: [...notes, ...(note ? [note] : []), ...built.warnings], program: path };
}

/**
 * Where a shell-less start looks: from the working directory, or along PATH; a bare name of what was built is taken for it all the same.
 */
function pathOf(
  program: string,
  stage: ImageStage,
  { service, image, env }: ProgramInputs,
): { path: string; note?: string } {
  const workdir = service.workingDir ?? stage.workdir;
  if (program.includes('/')) return { path: posix.resolve(workdir, program) };
  const search = env['PATH'] ?? stage.env.get('PATH') ?? '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
  const places = search.split(':').map((folder) => posix.join(folder, program));
  const isBuilt = (path: string) => originOf(path, stage, image.isFolder).kind === 'go';
  const found = places.find(isBuilt);
  if (found !== undefined) return { path: found };
  const near = [posix.join(workdir, program), posix.join('/', program), posix.join('/app', program)].find(isBuilt);
  if (near === undefined) return { path: posix.join('/', program) };
  return {
    path: near,
    note: `the command "${program}" is taken for ${near}, although it is not on the PATH of its container`,
  };
}

/** Whether the Dockerfile builds a program from source of its own, and does not install a tool. */
function isBuiltHere(program: string, stage: ImageStage, inputs: ProgramInputs): boolean {
  const origin = originOf(pathOf(program, stage, inputs).path, stage, inputs.image.isFolder);
  return origin.kind === 'go' && !origin.lines.some(isTool);
}

function isTool({ command }: GoLine): boolean {
  return command.packages.some((pkg) => pkg.includes('@'));
}

function buildOf(
  program: string,
  path: string,
  origin: Origin,
  stage: ImageStage,
  inputs: ProgramInputs,
): { build: LocalProgram['build']; warnings: readonly string[] } | string {
  const { hints, image, user } = inputs;
  const [line] = origin.kind === 'go' ? origin.lines : [];
  if (origin.kind === 'go' && line) {
    if (isTool(line)) return `the command "${program}" is a tool that its image installs, not what was built`;
    const manner = mannerOfLine(line, origin.stage, user, goArch);
    const warnings = [...manner.warnings, ...goVersionWarnings(origin.stage)];
    if (hints.goPackage !== undefined)
      return { build: { ...plainBuild(image.context, hints.goPackage), ...ofManner(manner) }, warnings };
    const place = placeOf(line, origin.stage, inputs);
    return typeof place === 'string'
      ? place
      : { build: { ...place, binary: posix.basename(path), ...ofManner(manner) }, warnings };
  }
  return ofUnreadBuild(program, path, origin, stage, inputs);
}

/** A program that no readable line builds: the label says what it is, when its place or name fits. */
function ofUnreadBuild(
  program: string,
  path: string,
  origin: Origin,
  stage: ImageStage,
  { hints: { goPackage }, image }: ProgramInputs,
): { build: LocalProgram['build']; warnings: readonly string[] } | string {
  if (origin.kind === 'context' && isScript(join(image.context, origin.path))) {
    return `the command "${program}" is a script (${origin.path})`;
  }
  const isMade = origin.kind === 'made' && (origin.copied || stage.base !== 'scratch');
  const isPlaced = program.includes('/') && (origin.kind === 'context' || isMade);
  const isNamed = goPackage !== undefined && binaryName(goPackage) === posix.basename(program);
  if (!isPlaced && !isNamed) {
    return `the command "${program}" is not what was built: no go build line of its Dockerfile makes ${path}`;
  }
  if (goPackage === undefined && origin.kind === 'context') {
    const warning = `its Dockerfile takes ${path} ready-made from ${origin.path}; it was built here without flags, from the main package of its context`;
    return { build: undefined, warnings: [warning] };
  }
  if (goPackage === undefined) return `how ${path} is built cannot be read from its Dockerfile`;
  // That is what the stage is for, and Docker is given the same binary.
  if (stage.name === stageName && origin.kind === 'context')
    return { build: plainBuild(image.context, goPackage), warnings: [] };
  const warning = `how ${path} is built cannot be read from its Dockerfile; it was built here without flags`;
  return { build: plainBuild(image.context, goPackage), warnings: [warning] };
}

/** The folder and packages of a line on this machine. */
function placeOf(
  line: GoLine,
  stage: ImageStage,
  { image }: ProgramInputs,
): Pick<GoBuild, 'context' | 'packages'> | string {
  const here = (path: string) => {
    const folder = contextFolder(path, stage, image.isFolder, line.step);
    return folder === undefined ? undefined : join(image.context, folder);
  };
  const context = here(line.cwd);
  const given = line.command.packages.length > 0 ? line.command.packages : ['.'];
  const packages = given.map((pkg) => packageHere(pkg, here));
  if (context !== undefined && packages.every((pkg) => pkg !== undefined)) return { context, packages };
  return `line ${line.line} of its Dockerfile builds in ${line.cwd}, which is no one folder of the build context`;
}

function goRun(command: Extract<LocalCommand, { kind: 'go-run' }>, inputs: ProgramInputs): Found {
  const { hints, image, user, env } = inputs;
  const { stage } = image;
  const { command: go, notes } = command;
  const folder = resolve(folderOf(inputs), go.chdir ?? '.');
  const variables = new Map(
    [...(stage?.env ?? []), ...Object.entries(env)].flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value] as const],
    ),
  );
  const manner = mannerOf(go, variables, user, goArch);
  const place =
    hints.goPackage === undefined
      ? { context: folder, packages: go.packages }
      : plainBuild(image.context, hints.goPackage);
  const warnings = [...notes, ...manner.warnings, ...(stage ? goVersionWarnings(stage) : [])];
  return { build: { ...place, ...ofManner(manner) }, args: go.args, warnings, cwd: folder };
}

function plainBuild(context: string, pkg: string): Omit<GoBuild, 'service'> {
  return { context, packages: [pkg], flags: [], env: {} };
}

function ofManner({ flags, env }: BuildManner) {
  return { flags, env };
}

/** What the image is built with, for whoever holds it against the Go of this machine. */
function goVersionWarnings(stage: ImageStage): string[] {
  const [, version] = /(?:^|\/)golang:(\d+\.\d+)/.exec(stage.base) ?? [];
  return version === undefined ? [] : [`${goVersionMark}${version}`];
}

/** Before a version in a warning that only counts where this machine's is another. */
export const goVersionMark = 'its Dockerfile builds with Go ';

function isScript(path: string): boolean {
  return beginningOf(path, 2) === '#!';
}
