/** What is at the ports of a program that runs: HTTP or not, pprof, metrics, and which of its paths answer. */
import { createHttpGetter } from '../../host/http.ts';
import type { ListeningSocket } from '../../host/sockets.ts';
import type { AskedPath } from '../go-repository/plan.ts';
import { probe } from '../observe/probe-runtime.ts';

/** One path, and what a GET was answered. */
export interface AnsweredPath extends AskedPath {
  readonly status: number;
}

/** One port. */
export interface SeenPort {
  readonly port: number;
  /** Where it listens: `0.0.0.0` or `::` for all addresses. */
  readonly address: string;
  readonly speaks: 'http' | 'https' | 'other';
  /** Paths of pprof and metrics, where they answer. */
  readonly pprof: string | undefined;
  readonly metrics: string | undefined;
  readonly paths: readonly AnsweredPath[];
  /** A path that nobody can have meant is answered with success, too. */
  readonly answersAll: boolean;
}

const patienceMs = 2000;
const mostBytes = 4 * 1024 * 1024;
const mostPaths = 40;

/** Asks all of them, one after the other. */
export async function askPorts(listens: readonly ListeningSocket[], paths: readonly AskedPath[]): Promise<SeenPort[]> {
  const byPort = new Map(listens.toSorted((a, b) => preference(a) - preference(b)).map((one) => [one.port, one]));
  const seen: SeenPort[] = [];
  for (const socket of byPort.values()) seen.push(await askPort(socket, paths));
  return seen.sort((a, b) => a.port - b.port);
}

/** Of two sockets at one port the one that can be reached best comes last. */
function preference({ address }: ListeningSocket): number {
  return address === '0.0.0.0' || address === '::' ? 2 : address.includes(':') ? 0 : 1;
}

async function askPort(socket: ListeningSocket, paths: readonly AskedPath[]): Promise<SeenPort> {
  const { port, address } = socket;
  const base = `http://${reachable(address)}:${port}`;
  const speaks = await protocolAt(base);
  const none = { port, address, speaks, pprof: undefined, metrics: undefined, paths: [], answersAll: false };
  if (speaks !== 'http') return none;
  const at = (purpose: AskedPath['purpose'], usual: string) => {
    const own = paths.filter((one) => one.purpose === purpose).map(({ path }) => path);
    return [...new Set([usual, ...own])].map((path) => `${base}${path.replace(/\/$/, '')}`);
  };
  const { pprofUrl, metricsUrl } = await probe(at('pprof', '/debug/pprof'), at('metrics', '/metrics'));
  const answered: AnsweredPath[] = [];
  for (const each of paths.filter(({ purpose }) => purpose !== 'pprof' && purpose !== 'metrics').slice(0, mostPaths)) {
    const status = await statusOf(`${base}${each.path}`);
    if (status !== undefined) answered.push({ ...each, status });
  }
  return {
    ...none,
    pprof: pprofUrl?.slice(base.length),
    metrics: metricsUrl?.slice(base.length),
    paths: answered,
    answersAll: isSuccess((await statusOf(`${base}/no-such-path-${port}/at-all`)) ?? 0),
  };
}

/** Whether an answer is one that load may count on. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function reachable(address: string): string {
  if (address === '0.0.0.0' || address === '::') return '127.0.0.1';
  return address.includes(':') ? '[::1]' : address;
}

async function protocolAt(base: string): Promise<SeenPort['speaks']> {
  return await read(`${base}/`).then(
    ({ status, text }) => (status === 400 && /HTTP request to an HTTPS server/.test(text) ? 'https' : 'http'),
    () => 'other',
  );
}

async function statusOf(url: string): Promise<number | undefined> {
  return await read(url).then(
    ({ status }) => status,
    () => undefined,
  );
}

async function read(url: string): Promise<{ status: number; text: string }> {
  const getter = createHttpGetter({ keepAlive: false });
  try {
    const signal = AbortSignal.timeout(patienceMs);
    const limits = { maxBytes: mostBytes, signal, anyStatus: true, followsRedirects: false };
    const { status, body } = await getter.get(url, limits);
    return { status, text: body.toString('utf8', 0, 4096) };
  } finally {
    getter.close();
  }
}
