/** A Dockerfile to its stages, each with what an image of it would have: environment, command, files and how they came there; pure. */
import { posix } from 'node:path';
import { type DockerfileLine, dockerfileLines } from './dockerfile-lines.ts';
import { expandWord, expandWords, splitRaw, type WordLookup } from './dockerfile-words.ts';
import { assignments, jsonWords, leadingFlags, portsOf } from './instruction-words.ts';

/** Files brought into a stage; `from` is a stage, the name of a foreign image, or undefined for the build context. */
export interface CopyStep {
  readonly kind: 'copy';
  readonly line: number;
  readonly from: ImageStage | string | undefined;
  /** Relative to the context, or absolute in `from`. */
  readonly sources: readonly string[];
  /** Absolute; ends with a slash where the instruction says that it is a folder. */
  readonly to: string;
}

/** A command that ran while the stage was built. */
export interface RunStep {
  readonly kind: 'run';
  readonly line: number;
  /** A shell script, or words for no shell. */
  readonly script: string | readonly string[];
  readonly cwd: string;
  /** ENV and ARG as they were then. */
  readonly variables: ReadonlyMap<string, string>;
  /** `--mount=type=bind` without `from`: parts of the context that lie there meanwhile. */
  readonly mounts: readonly CopyStep[];
}

/** One stage, with all that it has from the stage it begins with. */
export interface ImageStage {
  readonly name: string | undefined;
  /** The foreign image at its root: `alpine:3.20`. */
  readonly base: string;
  readonly steps: readonly (CopyStep | RunStep)[];
  readonly env: ReadonlyMap<string, string>;
  readonly workdir: string;
  readonly entrypoint: readonly string[] | undefined;
  readonly cmd: readonly string[] | undefined;
  readonly stopSignal: string | undefined;
  /** As whom it runs, as written: `65532:65532`, `app`. */
  readonly user: string | undefined;
  readonly exposed: readonly number[];
}

/** What the builder is given beside the file. */
export interface StageInputs {
  readonly args: ReadonlyMap<string, string>;
  readonly target: string | undefined;
  /** `amd64`, as Docker calls it. */
  readonly arch: string;
}

/** The stage that an image would be made of, and what the builder would refuse, each with its line. */
export interface BuiltStage {
  readonly stage: ImageStage | undefined;
  readonly mistakes: readonly string[];
}

/** Images of Go bring these (https://github.com/docker-library/golang). */
const golangEnv = [
  ['GOPATH', '/go'],
  ['PATH', '/go/bin:/usr/local/go/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'],
] as const;

/** Evaluates all stages and gives the one that is asked for by name or number, else the last. */
export function readImageStage(text: string, inputs: StageInputs): BuiltStage {
  const { escapeChar, lines } = dockerfileLines(text);
  const stages: ImageStage[] = [];
  const mistakes: string[] = [];
  const globals = new Map(platformArgs(inputs.arch));
  let open: StageBuilder | undefined;
  for (const line of lines) {
    if (line.keyword === 'FROM') {
      if (open) stages.push(open.stage());
      open = beginStage(line, escapeChar, stages, globals, inputs);
    } else if (open) open.take(line);
    else if (line.keyword === 'ARG') declareArgs(line, escapeChar, globals, inputs.args, new Map());
    else mistakes.push(`line ${line.line}: ${line.keyword} stands before FROM`);
  }
  if (open) stages.push(open.stage());
  if (stages.length === 0) mistakes.push('it has no FROM');
  const { target } = inputs;
  const asked = target === undefined || target === '' ? stages.at(-1) : findStage(stages, target);
  if (asked === undefined && stages.length > 0) {
    const names = stages.flatMap(({ name }) => name ?? []);
    mistakes.push(`it has no stage "${target}" (it has: ${names.length > 0 ? names.join(', ') : 'none with a name'})`);
  }
  return { stage: asked ?? stages.at(-1), mistakes };
}

/** Of a stage that begins with a foreign image. */
const nothingSaid = { entrypoint: undefined, cmd: undefined, stopSignal: undefined, user: undefined };

interface StageBuilder {
  take(line: DockerfileLine): void;
  stage(): ImageStage;
}

function findStage(stages: readonly ImageStage[], name: string): ImageStage | undefined {
  const named = stages.findLast((stage) => stage.name?.toLowerCase() === name.toLowerCase());
  return named ?? (/^\d+$/.test(name) ? stages[Number(name)] : undefined);
}

function platformArgs(arch: string): [string, string][] {
  return ['TARGET', 'BUILD'].flatMap((side): [string, string][] => [
    [`${side}PLATFORM`, `linux/${arch}`],
    [`${side}OS`, 'linux'],
    [`${side}ARCH`, arch],
    [`${side}VARIANT`, ''],
  ]);
}

function beginStage(
  line: DockerfileLine,
  escapeChar: string,
  stages: readonly ImageStage[],
  globals: ReadonlyMap<string, string>,
  inputs: StageInputs,
): StageBuilder {
  const words = expandWords(line.rest, escapeChar, (name) => globals.get(name)).filter(
    (word) => !word.startsWith('--'),
  );
  const [from = '', as, name] = words;
  const parent = findStage(stages, from) as EvaluatedStage | undefined;
  return newStage(as?.toUpperCase() === 'AS' ? name : undefined, from, parent, escapeChar, stages, globals, inputs);
}

/** Build arguments go on into the stages that begin with this one. */
interface EvaluatedStage extends ImageStage {
  readonly args: ReadonlyMap<string, string>;
  readonly shell: readonly string[];
}

function newStage(
  name: string | undefined,
  from: string,
  parent: EvaluatedStage | undefined,
  escapeChar: string,
  stages: readonly ImageStage[],
  globals: ReadonlyMap<string, string>,
  inputs: StageInputs,
): StageBuilder {
  const isGolang = parent === undefined && /(?:^|\/)golang(?::|@|$)/.test(from);
  const env = new Map(parent?.env ?? (isGolang ? golangEnv : []));
  const args = new Map(parent?.args);
  const steps = [...(parent?.steps ?? [])];
  let workdir = parent?.workdir ?? (isGolang ? '/go' : '/');
  let shell = parent?.shell ?? ['/bin/sh', '-c'];
  let { entrypoint, cmd, stopSignal, user } = parent ?? nothingSaid;
  const exposed = new Set(parent?.exposed);
  const lookup: WordLookup = (variable) => env.get(variable) ?? args.get(variable);
  const variables = () => new Map([...args, ...env]);
  const command = (rest: string) => jsonWords(rest) ?? [...shell, rest];

  const copy = (line: DockerfileLine) => {
    const { flags, rest } = leadingFlags(line.rest);
    const words = jsonWords(rest) ?? expandWords(rest, escapeChar, lookup);
    const sources = words.slice(0, -1).filter((source) => !source.startsWith('<<'));
    const given = flags.get('from');
    const fromName = given && expandWord(given, escapeChar, lookup);
    const source = fromName === undefined ? undefined : (findStage(stages, fromName) ?? fromName);
    const to = words.at(-1) ?? '.';
    if (sources.length > 0)
      steps.push({ kind: 'copy', line: line.line, from: source, sources, to: inside(workdir, to) });
  };
  const run = (line: DockerfileLine) => {
    const { flags, rest } = leadingFlags(line.rest);
    const words = jsonWords(rest);
    const isDocument = /^<<-?["']?\w+["']?$/.test(rest);
    const script = words ?? (isDocument ? line.heredocs.join('\n') : rest);
    const mounts = flags
      .all('mount')
      .flatMap((mount) => bindMount(expandWord(mount, escapeChar, lookup), workdir, line.line));
    steps.push({ kind: 'run', line: line.line, script, cwd: workdir, variables: variables(), mounts });
  };
  const takers: Readonly<Record<string, (line: DockerfileLine) => void>> = {
    ARG: (line) => declareArgs(line, escapeChar, args, inputs.args, globals),
    ENV: (line) => {
      // All values of one line see what held before it.
      const before = new Map([...args, ...env]);
      for (const [key, value] of assignments(line.rest, escapeChar))
        env.set(
          key,
          expandWord(value, escapeChar, (n) => before.get(n)),
        );
    },
    WORKDIR: ({ rest }) => {
      workdir = posix.resolve(workdir, expandWord(rest, escapeChar, lookup) || '.');
    },
    CMD: ({ rest }) => {
      cmd = command(rest);
    },
    // The command of the stage before belongs to its own entry point (reset by the builder).
    ENTRYPOINT: ({ rest }) => {
      entrypoint = command(rest);
      if (parent && cmd === parent.cmd) cmd = undefined;
    },
    SHELL: ({ rest }) => {
      shell = jsonWords(rest) ?? shell;
    },
    USER: ({ rest }) => {
      user = expandWord(rest, escapeChar, lookup);
    },
    STOPSIGNAL: ({ rest }) => {
      stopSignal = expandWord(rest, escapeChar, lookup);
    },
    EXPOSE: ({ rest }) => {
      for (const port of expandWords(rest, escapeChar, lookup)) for (const one of portsOf(port)) exposed.add(one);
    },
    COPY: copy,
    ADD: copy,
    RUN: run,
  };
  return {
    take: (line) => takers[line.keyword]?.(line),
    stage: (): EvaluatedStage => {
      const base = parent?.base ?? from;
      return { name, base, steps, env, workdir, entrypoint, cmd, stopSignal, user, exposed: [...exposed], args, shell };
    },
  };
}

function inside(workdir: string, path: string): string {
  const whole = posix.resolve(workdir, path);
  return /(?:^|\/)\.?$/.test(path) && whole !== '/' ? `${whole}/` : whole;
}

/** `ARG A=1 B`: what the builder is given wins; without a value that of before FROM counts. */
function declareArgs(
  { rest }: DockerfileLine,
  escapeChar: string,
  args: Map<string, string>,
  given: ReadonlyMap<string, string>,
  globals: ReadonlyMap<string, string>,
): void {
  for (const word of splitRaw(rest, escapeChar)) {
    const [, name, preset] = /^(\w+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) continue;
    const own = preset === undefined ? globals.get(name) : expandWord(preset, escapeChar, (other) => args.get(other));
    const value = given.get(name) ?? own;
    if (value !== undefined) args.set(name, value);
  }
}

function bindMount(text: string, workdir: string, line: number): CopyStep[] {
  const fields = new Map(
    text.split(',').map((field) => {
      const at = field.indexOf('=');
      return at < 0 ? [field, 'true'] : [field.slice(0, at), field.slice(at + 1)];
    }),
  );
  const to = fields.get('target') ?? fields.get('dst') ?? fields.get('destination');
  if ((fields.get('type') ?? 'bind') !== 'bind' || fields.has('from') || to === undefined) return [];
  const source = fields.get('source') ?? fields.get('src') ?? '.';
  return [{ kind: 'copy', line, from: undefined, sources: [source], to: posix.resolve(workdir, to) }];
}
