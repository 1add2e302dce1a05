/** Finds what was asked for by pid, port, URL and log file on this machine; collects everything that is wrong. */
import { basename } from 'node:path';
import { whyUnreadable } from '../../host/files.ts';
import { isLocalhost } from '../../host/loopback.ts';
import { isLinux } from '../../host/machine.ts';
import { type ListeningSocket, listeningSockets, sharesNetwork, socketOwner } from '../../host/sockets.ts';
import { argumentsBehind, isForwarded } from './forwarded.ts';
import {
  describeProcess,
  type GoProcess,
  goProcesses,
  isGoProcess,
  lookAtProcess,
  printsTraces,
  sharesStderr,
} from './local-process.ts';
import type { Discovery, Sighting, TargetRequest } from './observed-target.ts';
import { probeAddresses, probeUrl, type RuntimeEndpoints } from './probe-runtime.ts';

/** What to do about a process that shows nothing. */
export const howToShow =
  'To show goroutines: import _ "net/http/pprof" and go http.ListenAndServe("127.0.0.1:6060", nil). ' +
  'To show scheduler and GC: start with GODEBUG=schedtrace=1000,gctrace=1 and 2>FILE, then --log FILE.';

interface Found {
  readonly found: readonly Sighting[];
  readonly mistake?: string | undefined;
  readonly warnings?: readonly string[];
}

/** Looks for each of them; never rejects. */
export async function findLocal(requests: readonly TargetRequest[]): Promise<Discovery> {
  const all = await Promise.all(requests.map(findOne));
  const mistakes = all.flatMap(({ mistake }, index) =>
    mistake === undefined ? [] : [`${requests[index]?.flag}: ${mistake}`],
  );
  const isUnknown = requests.some(
    ({ pid, port }, index) => (pid ?? port) !== undefined && all[index]?.mistake !== undefined,
  );
  if (isUnknown) mistakes.push(await whatIsHere());
  return {
    found: all.flatMap(({ found }) => found),
    mistakes,
    warnings: all.flatMap(({ warnings }) => warnings ?? []),
  };
}

async function findOne(request: TargetRequest): Promise<Found> {
  const { pid, port, url, log } = request;
  const unreadable = log === undefined ? undefined : await whyUnreadable(log);
  if (unreadable !== undefined) return refuse(`the log cannot be read: ${unreadable}`);
  if ((pid ?? port) !== undefined && !isLinux) {
    return refuse('processes can be looked up on Linux only; give the address of pprof or metrics with --url');
  }
  if (pid !== undefined) return await findByPids([pid], request);
  if (port !== undefined) return await findByPort(port, request);
  if (url !== undefined) return await findByUrl(url, request);
  return { found: [{ name: request.name ?? basename(log ?? 'log').replace(/\.\w+$/, ''), log }] };
}

async function findByPort(
  { host, number }: NonNullable<TargetRequest['port']>,
  request: TargetRequest,
): Promise<Found> {
  const sockets = listeningSockets().filter(({ address, port }) => port === number && isAt(address, host));
  if (sockets.length === 0)
    return refuse(`nothing listens on port ${number}${host === undefined ? '' : ` of ${host}`}`);
  const owners = [...new Set(sockets.map(socketOwner))];
  const own = owners.filter((pid) => pid !== undefined);
  if (own.length === 0) {
    return refuse(
      `port ${number} belongs to another user's process or to a container: run rampart as that user or as root, look at a container with --label or --project, or give its address with --url`,
    );
  }
  return await findByPids(own, request);
}

function isAt(address: string, host: string | undefined): boolean {
  return host === undefined || address === host || address === '0.0.0.0' || address === '::';
}

async function findByPids(pids: readonly number[], request: TargetRequest): Promise<Found> {
  const looked = await Promise.all(pids.map(lookAtProcess));
  const go = looked.filter(isGoProcess);
  if (go.length === 0) return refuse(looked.map((one) => ('why' in one ? one.why : '')).join('; '));
  const each = await Promise.all(go.map((one) => findProcess(one, request)));
  const mistakes = each.flatMap(({ mistake }) => mistake ?? []);
  return {
    found: each.flatMap(({ found }) => found),
    mistake: mistakes.length > 0 ? mistakes.join('; ') : undefined,
    warnings: each.flatMap(({ warnings }) => warnings ?? []),
  };
}

async function findProcess(seen: GoProcess, request: TargetRequest): Promise<Found> {
  const { pid, goDebug } = seen;
  const endpoints = await (request.url === undefined ? ownEndpoints(seen) : probeUrl(request.url));
  const name = request.name ?? seen.name;
  const warnings: string[] = [];
  const log = request.log ?? ownLog(seen, name, warnings);
  const { pprofUrl, metricsUrl, hasVars } = endpoints;
  if (pprofUrl === undefined && metricsUrl === undefined && log === undefined) {
    const where = sharesNetwork(pid)
      ? askedText(endpoints)
      : 'it has a network of its own, so look at its container with --label or --project';
    return refuse(`process ${pid} (${seen.name}) shows nothing of its Go runtime: ${where}\n  ${howToShow}`);
  }
  if (pprofUrl === undefined) warnings.push(`${name}: no pprof, so no goroutines (${askedText(endpoints)})`);
  const found = { name, pprofUrl, metricsUrl, hasVars, log, process: seen };
  return { found: [found], warnings: [...warnings, ...untraced(log, goDebug, name)] };
}

/** Endpoints of the process itself: what its ports only forward would be another's numbers beside its CPU and memory. */
async function ownEndpoints({ pid, listens }: GoProcess): Promise<RuntimeEndpoints> {
  const all = await Promise.all(reachable(listens).map((address) => probeAddresses([address])));
  const asked: string[] = [];
  const own: RuntimeEndpoints[] = [];
  for (const one of all) {
    const answers = one.pprofUrl ?? one.metricsUrl;
    asked.push(...one.asked);
    if (answers === undefined) continue;
    if (!(await isForwarded(one, pid))) own.push(one);
    else asked.push(`${answers}: another process answers through it, look there with --label, --project or --url`);
  }
  const first = (key: 'pprofUrl' | 'metricsUrl') => own.find((one) => one[key] !== undefined)?.[key];
  const hasVars = own.some((one) => one.hasVars);
  return { pprofUrl: first('pprofUrl'), metricsUrl: first('metricsUrl'), hasVars, asked };
}

/** The file its stderr goes to, where that is a file of its own with lines of its runtime in it. */
function ownLog(seen: GoProcess, name: string, warnings: string[]): string | undefined {
  if (!printsTraces(seen.goDebug)) return undefined;
  const others = sharesStderr(seen);
  if (seen.stderrFile === undefined) {
    warnings.push(`${name}: prints the lines of its runtime, but not into a file; start it with 2>FILE to have them`);
  } else if (others.length > 0) {
    warnings.push(
      `${name}: process ${others.join(', ')} prints the lines of its runtime into the same ${seen.stderrFile}, so nobody can tell whose they are`,
    );
    return undefined;
  }
  return seen.stderrFile;
}

function untraced(log: string | undefined, goDebug: string, name: string): string[] {
  if (log === undefined || printsTraces(goDebug)) return [];
  return [`${name}: was started without GODEBUG=schedtrace or gctrace, so its log holds no lines of its runtime`];
}

async function findByUrl(url: string, request: TargetRequest): Promise<Found> {
  const endpoints = await probeUrl(url);
  const { pprofUrl, metricsUrl, hasVars } = endpoints;
  if (pprofUrl === undefined && metricsUrl === undefined) {
    return refuse(`neither pprof nor metrics answer: ${askedText(endpoints)}\n  ${howToShow}`);
  }
  const holder = await processBehind(new URL(url));
  const owner = holder && (await isForwarded(endpoints, holder.pid)) ? undefined : holder;
  const name =
    request.name ??
    owner?.name ??
    ((pprofUrl && basename((await argumentsBehind(pprofUrl))?.[0] ?? '')) || new URL(url).host.replace(/\W/g, '_'));
  const warnings = pprofUrl === undefined ? [`${name}: no pprof, so no goroutines (${askedText(endpoints)})`] : [];
  const log = request.log ?? (owner && ownLog(owner, name, warnings));
  return { found: [{ name, pprofUrl, metricsUrl, hasVars, log, process: owner }], warnings };
}

/** The Go process that holds the address, where it is one of ours. */
async function processBehind({ hostname, port }: URL): Promise<GoProcess | undefined> {
  const host = isLocalhost(hostname) ? '127.0.0.1' : hostname.replace(/^\[|\]$/g, '');
  const socket = listeningSockets().find((one) => one.port === Number(port || 80) && isAt(one.address, host));
  const pid = socket && socketOwner(socket);
  const looked = pid === undefined ? undefined : await lookAtProcess(pid);
  return looked && isGoProcess(looked) ? looked : undefined;
}

/** `host:port` by which this machine reaches what a process listens on. */
function reachable(listens: readonly ListeningSocket[]): string[] {
  const hosts = ({ address }: ListeningSocket) => {
    if (address === '0.0.0.0') return ['127.0.0.1'];
    if (address === '::') return ['127.0.0.1', '[::1]'];
    return address === '::1' ? ['[::1]'] : address.startsWith('(') ? [] : [address];
  };
  return [...new Set(listens.flatMap((socket) => hosts(socket).map((host) => `${host}:${socket.port}`)))];
}

function askedText({ asked }: RuntimeEndpoints): string {
  return asked.length === 0 ? 'it listens nowhere' : `asked ${asked.join('; ')}`;
}

async function whatIsHere(): Promise<string> {
  const listening = (await goProcesses()).filter(({ listens }) => listens.length > 0);
  return listening.length === 0
    ? '  No Go process that rampart may look at listens here.'
    : `  Go processes that listen here: ${listening.map(describeProcess).join('; ')}`;
}

function refuse(mistake: string): Found {
  return { found: [], mistake };
}
