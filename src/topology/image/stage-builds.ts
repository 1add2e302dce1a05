/** The `go build` and `go install` lines in a stage of a Dockerfile, and where the binaries that they make lie; pure. */
import { posix } from 'node:path';
import { type GoCommand, readGoCommand } from '../command/go-command.ts';
import { expandShell, readShell, shellKeywords, splitAssignments } from '../command/shell-line.ts';
import type { ImageStage, RunStep } from './stage.ts';

/** One such line, with everything that is known when it runs. */
export interface GoLine {
  readonly kind: 'go';
  readonly line: number;
  readonly command: GoCommand;
  /** Absolute in the stage. */
  readonly cwd: string;
  readonly step: RunStep;
  /** ENV, ARG, exports and what stands before the command. */
  readonly variables: ReadonlyMap<string, string>;
  /** Parts that only a shell could know: `$(git describe)`. */
  readonly unknown: readonly string[];
  /** It stands in an `if`, a loop, or after `||`. */
  readonly isConditional: boolean;
  /** The binary's path, or the folder that it lies in under the name of its package. */
  readonly output: { readonly path: string } | { readonly folder: string };
}

/** A file that was moved, copied or linked. */
interface Move {
  readonly kind: 'move';
  readonly from: string;
  readonly to: string;
}

interface ShellState {
  readonly step: RunStep;
  readonly variables: Map<string, string>;
  readonly found: (GoLine | Move)[];
  cwd: string;
}

/**
 * The lines of a stage, the last one first, that make the file at `path`; several when they lie in one folder and no name tells them
 * apart.
 */
export function linesMaking(path: string, stage: ImageStage): readonly GoLine[] {
  let wanted = path;
  const named: GoLine[] = [];
  for (const one of goLines(stage).toReversed()) {
    if (one.kind === 'move') {
      if (one.to === wanted || posix.join(one.to, posix.basename(one.from)) === wanted) wanted = one.from;
    } else if ('path' in one.output) {
      if (one.output.path === wanted) return [one];
    } else if (one.output.folder === posix.dirname(wanted) && mayBeNamed(posix.basename(wanted), one.command))
      named.push(one);
  }
  return named;
}

/** The name that `go build` gives a package's binary, when its path tells: the last element, but for a major version (`go help build`). */
export function binaryName(pkg: string): string | undefined {
  const [path = ''] = pkg.split('@');
  if (path.endsWith('.go')) return posix.basename(path, '.go');
  const elements = path.split('/').filter((element) => element !== '' && element !== '.');
  const last = elements.at(-1);
  const name = last !== undefined && /^v[2-9]\d*$/.test(last) && elements.length > 1 ? elements.at(-2) : last;
  return name === undefined || name === '..' || name === '...' ? undefined : name;
}

function mayBeNamed(name: string, { packages }: GoCommand): boolean {
  const names = (packages.length > 0 ? packages : ['.']).map(binaryName);
  return names.some((own) => own === undefined || own === name);
}

function goLines(stage: ImageStage): (GoLine | Move)[] {
  return stage.steps.flatMap((step) => {
    if (step.kind !== 'run') return [];
    const state: ShellState = { step, variables: new Map(step.variables), found: [], cwd: step.cwd };
    if (typeof step.script === 'string') walkScript(step.script, state, false);
    else walkCommand(step.script, [], state, false);
    return state.found;
  });
}

function walkScript(script: string, state: ShellState, isInner: boolean): void {
  let depth = 0;
  for (const { words, joiner } of readShell(script)) {
    const scope = { lookup: (name: string) => state.variables.get(name) };
    const { words: expanded, unknown } = expandShell(words, scope);
    const rest = expanded.slice(expanded.findIndex((word) => !shellKeywords.has(word)));
    const keywords = expanded.slice(0, expanded.length - rest.length);
    depth += keywords.filter((word) => ['if', 'for', 'while', 'until', 'case'].includes(word)).length;
    walkCommand(rest, unknown, state, isInner || depth > 0 || joiner === '||');
    depth -= expanded.filter((word) => ['fi', 'done', 'esac'].includes(word)).length;
  }
}

function walkCommand(
  given: readonly string[],
  unknown: readonly string[],
  state: ShellState,
  isConditional: boolean,
): void {
  const { assigned, rest } = splitAssignments(given[0] === 'env' ? given.slice(1) : given);
  const [program = '', ...args] = rest;
  if (program === '' || program === 'export') {
    for (const [name, value] of Object.entries({ ...assigned, ...splitAssignments(args).assigned })) {
      state.variables.set(name, value);
    }
  } else if (program === 'cd') state.cwd = posix.resolve(state.cwd, args[0] ?? '/root');
  else if (/^(?:\/bin\/)?(?:ba|a|da)?sh$/.test(program) && /^-\w*c$/.test(args[0] ?? '')) {
    walkScript(args[1] ?? '', state, isConditional);
  } else if (['mv', 'cp', 'ln', 'install'].includes(program)) state.found.push(...movesOf(args, state.cwd));
  else pushGoLine(rest, assigned, unknown, state, isConditional);
}

function movesOf(args: readonly string[], cwd: string): Move[] {
  const paths = args.filter((arg) => !arg.startsWith('-')).map((path) => posix.resolve(cwd, path));
  const to = paths.at(-1);
  return to === undefined ? [] : paths.slice(0, -1).map((from) => ({ kind: 'move', from, to }));
}

function pushGoLine(
  words: readonly string[],
  assigned: Readonly<Record<string, string>>,
  unknown: readonly string[],
  { step, variables: held, found, cwd: from }: ShellState,
  isConditional: boolean,
): void {
  const command = readGoCommand(words);
  if (!command || command.verb === 'run') return;
  const variables = new Map([...held, ...Object.entries(assigned)]);
  const cwd = posix.resolve(from, command.chdir ?? '.');
  const output = outputOf(command, cwd, variables);
  found.push({ kind: 'go', line: step.line, command, cwd, step, variables, unknown, isConditional, output });
}

/** `-o` names a folder when it ends with a slash or several packages go there; whether one exists is not known here. */
function outputOf(
  { verb, output, packages }: GoCommand,
  cwd: string,
  variables: ReadonlyMap<string, string>,
): GoLine['output'] {
  if (verb === 'install') {
    return {
      folder: variables.get('GOBIN') ?? posix.join((variables.get('GOPATH') ?? '/go').split(':')[0] ?? '/go', 'bin'),
    };
  }
  if (output === undefined) return { folder: cwd };
  const path = posix.resolve(cwd, output);
  const isFolder = /(?:^|\/)\.?\.?$/.test(output) || packages.length > 1 || packages.some((pkg) => pkg.endsWith('...'));
  return isFolder ? { folder: path } : { path };
}
