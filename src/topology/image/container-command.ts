/** What a container would start, and what of it can be done as one local process; pure. */
import { posix } from 'node:path';
import { type GoCommand, readGoCommand } from '../command/go-command.ts';
import { expandShell, readShell, type ShellWord, shellKeywords, splitAssignments } from '../command/shell-line.ts';

/** An image's and a service's own words on what starts. */
export interface CommandSources {
  readonly imageEntrypoint?: readonly string[] | undefined;
  readonly imageCommand?: readonly string[] | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  readonly command?: readonly string[] | undefined;
}

/** One program with its arguments and the variables that a wrapper gives it; or why it is more than that. */
export type LocalCommand =
  | {
      readonly kind: 'program';
      readonly program: string;
      readonly args: readonly string[];
      readonly env: Readonly<Record<string, string>>;
      readonly notes: readonly string[];
    }
  | {
      readonly kind: 'go-run';
      readonly command: GoCommand;
      readonly env: Readonly<Record<string, string>>;
      readonly notes: readonly string[];
    }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'none' };

/**
 * The words that the engine starts: an entry point of the service takes the image's command away, an empty one only the image's entry
 * point, and an empty command is none (moby, daemon/commit.go, merge).
 */
export function containerWords({
  imageEntrypoint,
  imageCommand,
  entrypoint,
  command,
}: CommandSources): readonly string[] {
  const isOwn = entrypoint !== undefined && entrypoint.length > 0;
  const front = entrypoint ?? imageEntrypoint ?? [];
  const own = command !== undefined && command.length > 0 ? command : undefined;
  return [...front, ...(own ?? (isOwn ? [] : (imageCommand ?? [])))];
}

/**
 * Takes off shells and wrappers that leave the program what it is; `lookup` is the container's environment. `isBuilt` knows the programs
 * that the image builds from its own source: one of them may have the name of a tool.
 */
export function localCommand(
  words: readonly string[],
  lookup: (name: string) => string | undefined,
  isBuilt: (program: string) => boolean,
): LocalCommand {
  let left = words;
  const env: Record<string, string> = {};
  const notes: string[] = [];
  const scope = (name: string) => env[name] ?? lookup(name);
  // Each round takes one wrapper off; nobody nests more of them.
  for (let round = 0; round < 8; round += 1) {
    const [program] = left;
    if (program === undefined) return { kind: 'none' };
    const step = unwrap(left, scope);
    if (step === undefined) return programOf(left, env, notes, isBuilt);
    if ('why' in step) return { kind: 'refused', why: step.why };
    left = step.words;
    Object.assign(env, step.env);
    if (step.note !== undefined) notes.push(step.note);
  }
  return { kind: 'refused', why: `"${words.join(' ')}" wraps its program too often` };
}

function programOf(
  words: readonly string[],
  env: Record<string, string>,
  notes: readonly string[],
  isBuilt: (program: string) => boolean,
): LocalCommand {
  const [program = '', ...args] = words;
  const go = readGoCommand(words);
  if (go?.verb === 'run') return { kind: 'go-run', command: go, env, notes };
  const why = isBuilt(program) ? undefined : foreignProgram(program);
  return why === undefined ? { kind: 'program', program, args, env, notes } : { kind: 'refused', why };
}

interface Unwrapped {
  readonly words: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly note?: string;
}

type Scope = (name: string) => string | undefined;

function unwrap(words: readonly string[], scope: Scope): Unwrapped | { readonly why: string } | undefined {
  const [program = '', ...args] = words;
  const name = posix.basename(program);
  if (/^(?:ba|a|da|z)?sh$/.test(name)) return unwrapShell(name, args, scope);
  if (name === 'exec' || name === 'nohup') return { words: args };
  if (name === 'env') {
    const { assigned, rest } = splitAssignments(args);
    return rest[0]?.startsWith('-')
      ? { why: `"${words.join(' ')}" changes the environment in a way that is not followed` }
      : { words: rest, env: assigned };
  }
  if (['tini', 'tini-static', 'dumb-init', 'docker-init', 'catatonit'].includes(name))
    return { words: afterFlags(args) };
  if (name === 'gosu' || name === 'su-exec') {
    return { words: args.slice(1), note: `runs as you, not as ${args[0] ?? ''} (${name})` };
  }
  return undefined;
}

/** Flags of an init that take a value: `tini -p SIGTERM`, `-e CODE`, `dumb-init --rewrite 15:2`. */
function afterFlags(args: readonly string[]): readonly string[] {
  let at = 0;
  while (args[at]?.startsWith('-')) {
    if (args[at] === '--') return args.slice(at + 1);
    at += /^(?:-p|-e|-r|--rewrite)$/.test(args[at] ?? '') ? 2 : 1;
  }
  return args.slice(at);
}

function unwrapShell(name: string, args: readonly string[], scope: Scope): Unwrapped | { readonly why: string } {
  const at = args.findIndex((arg) => /^-\w*c$/.test(arg));
  const [first] = args;
  if (at < 0) {
    return {
      why: first === undefined ? `${name} without a script starts no program` : `"${first}" is a script for a shell`,
    };
  }
  const [line = '', , ...positional] = args.slice(at + 1);
  const commands = readShell(line).filter(({ words }) => !isShellOption(words));
  const [only, ...more] = commands;
  const shown = `"${short(line)}" is a line for a shell`;
  if (!only) return { why: `${shown} that starts nothing` };
  if (more.length > 0) return { why: `${shown} that does more than start one program` };
  if (only.redirects.length > 0) return { why: `${shown} that redirects (${only.redirects.join(' ')})` };
  const { words, unknown } = expandShell(only.words, { lookup: scope, positional });
  if (unknown.length > 0) return { why: `${shown} that needs one for ${unknown[0]}` };
  const { assigned, rest } = splitAssignments(words);
  if (rest.some((word) => shellKeywords.has(word)) || rest.some((word) => word.includes('*')))
    return { why: `${shown} that needs one` };
  return { words: rest, env: assigned };
}

/** `set -e` changes nothing for one command. */
function isShellOption([first]: readonly ShellWord[]): boolean {
  const [part] = first ?? [];
  return part?.kind === 'text' && part.text === 'set';
}

/** Programs by name that do something else first, or build and start on their own. */
const foreign: readonly (readonly [RegExp, string])[] = [
  [
    /^(?:air|reflex|fresh|realize|modd|wgo|gow|gin|compiledaemon|watchexec|nodemon|entr|arelo|templ)$/i,
    'builds and starts the service again when files change',
  ],
  [/^(?:make|mage|just|task|bazel|go|ko|goreleaser)$/, 'builds, and what it starts is not known here'],
  [/^(?:dlv|gdb|strace|perf|valgrind)$/, 'starts the service under a tool that slows it down'],
  [
    /^(?:wait-for|wait-for-it|wait|dockerize|wait4ports)(?:\.sh)?$/,
    'waits for something else before it starts the service',
  ],
  [/^(?:supervisord|s6-svscan|runit|forego|foreman|overmind|pm2)$/, 'starts several programs'],
  [/^(?:node|npm|npx|yarn|pnpm|python3?|ruby|java|php|perl|deno|bun)$/, 'is no Go program'],
  [/\.(?:sh|bash|py|js|rb|pl)$/, 'is a script'],
];

function foreignProgram(program: string): string | undefined {
  const found = foreign.find(([pattern]) => pattern.test(posix.basename(program)));
  return found && `the command "${program}" ${found[1]}`;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 57)}...` : line;
}
