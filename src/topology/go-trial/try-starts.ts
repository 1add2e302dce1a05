/** Builds a program and starts it in one way after the other, until one serves HTTP. */
import { hostPortText } from '../../host/host-port.ts';
import { RampartError } from '../../model/errors.ts';
import type { Log } from '../../model/host.ts';
import { buildGo } from '../go-build/go-build.ts';
import type { MainFolder } from '../go-repository/packages.ts';
import { type AskedPath, ownAddress, type Start } from '../go-repository/plan.ts';
import { buildAdvice, startAdvice } from './advice.ts';
import { askPorts, type SeenPort } from './ask-ports.ts';
import { type SeenProgram, withProgram } from './run-program.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** What is tried. */
export interface TrialWishes {
  readonly name: string;
  readonly main: MainFolder;
  readonly starts: readonly Start[];
  readonly paths: readonly AskedPath[];
  /** See `ProgramRun`. */
  readonly passed: Readonly<Record<string, string>>;
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly log: Log;
}

/** One start that served nothing, in words why, and the program's last lines. */
export interface FailedStart {
  readonly start: Start;
  readonly how: string;
  readonly advice: string | undefined;
  readonly lines: readonly string[];
}

/** A start that served. */
export interface ServedStart {
  readonly start: Start;
  /** The address that it was told to take. */
  readonly address: string;
  readonly ports: readonly SeenPort[];
}

/** How it went. */
export type Trial =
  | { readonly kind: 'served'; readonly served: ServedStart; readonly failed: readonly FailedStart[] }
  | { readonly kind: 'failed'; readonly failed: readonly FailedStart[] }
  | { readonly kind: 'unbuilt'; readonly lines: readonly string[]; readonly advice: string | undefined };

/** Tries; rejects only with the signal's reason, and when there is no Go to build with. */
export async function tryStarts(wishes: TrialWishes): Promise<Trial> {
  const { main, passed, env, signal, log } = wishes;
  const { module } = main;
  log.info(`building ${main.package} in ${module.folder}`);
  let binary: string;
  try {
    const build = { service: wishes.name, context: module.folder, packages: [main.package], flags: [], env: {} };
    binary = await buildGo(build, { env, overrides: {}, signal });
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof RampartError) || error.code === 'go-missing') throw error;
    const lines = error.message.split('\n');
    return { kind: 'unbuilt', lines, advice: buildAdvice(lines.join('\n')) };
  }
  const failed: FailedStart[] = [];
  for (const start of wishes.starts) {
    log.info(`starting ${shownStart(main, start)} for a few seconds, on this machine and without load`);
    const run = { binary, cwd: module.folder, start, passed, env, signal };
    const found = await withProgram(run, (seen) => lookAt(start, seen, wishes.paths));
    if ('ports' in found) return { kind: 'served', served: found, failed };
    failed.push(found);
  }
  return { kind: 'failed', failed };
}

/** How a start would be typed. */
export function shownStart({ package: pkg }: Pick<MainFolder, 'package'>, { args, env }: Start): string {
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value.replaceAll(ownAddress, '127.x.y.z')}`);
  return [...variables, pkg, ...args.map((arg) => arg.replaceAll(ownAddress, '127.x.y.z'))].join(' ');
}

async function lookAt(
  start: Start,
  seen: SeenProgram,
  paths: readonly AskedPath[],
): Promise<ServedStart | FailedStart> {
  const { address, listens, exit, lines } = seen;
  const ports = await askPorts(listens, paths);
  const isAsTold = start.told.every((port) => ports.some((one) => one.port === port && isAt(one, address)));
  if (ports.some(({ speaks }) => speaks === 'http' || speaks === 'https') && isAsTold) return { start, address, ports };
  const advice = startAdvice(lines);
  const ended = exit && (exit.signal ? `was ended by ${exit.signal}` : `exited with code ${exit.code}`);
  const listened = ports.map(({ port, address: at }) => hostPortText({ host: at, port })).join(', ');
  const how =
    ended ??
    (ports.length === 0
      ? 'listened nowhere'
      : isAsTold
        ? `listened on ${listened}, without HTTP`
        : `listened on ${listened}, not where it was told`);
  return { start, how, advice, lines: lastWords(lines) };
}

/** A program that was told an address may listen on all of them, too. */
function isAt({ address }: SeenPort, told: string): boolean {
  return address === told || address === '0.0.0.0' || address === '::';
}

/** How many lines of a program are told. */
const mostTold = 8;

/** The last lines of a program, of a panic those that say why. */
function lastWords(lines: readonly string[]): readonly string[] {
  const trace = lines.findIndex((line) => /^goroutine \d+ .*\[/.test(line));
  return (trace === -1 ? lines : lines.slice(0, trace)).filter((line) => line.trim() !== '').slice(-mostTold);
}
