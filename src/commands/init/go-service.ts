/** From what a program was seen to do, or only said in its source, to the service of a scenario; pure. */
import type { AskedPath, ReadPort, ServicePlan, Start } from '../../topology/go-repository/plan.ts';
import { type AnsweredPath, isSuccess, type SeenPort } from '../../topology/go-trial/ask-ports.ts';
import type { ServedStart } from '../../topology/go-trial/try-starts.ts';
import { flow } from './scenario-text.ts';

/** The service and its load. */
export interface FoundService {
  readonly start: Start;
  /** That of the load first. */
  readonly ports: readonly number[];
  readonly isTls: boolean;
  readonly path: string;
  /** What a GET of the path answers, when that is no success. */
  readonly status: number | undefined;
  readonly pprof: string | undefined;
  readonly metrics: string | undefined;
  readonly ready: string | undefined;
  readonly address: string | undefined;
  /** What its source says and nobody has seen: it stands in the scenario as a comment. */
  readonly untried: readonly string[];
}

/** As it was seen; undefined when its only ports are on IPv6, which a replica has no address of. */
export function servedService({ start, address, ports }: ServedStart, plan: ServicePlan): FoundService | undefined {
  const planned = plan.ports.map(({ port }) => port);
  const reached = ports.filter(({ address: at }) => at !== '::1' && at !== '(IPv6)');
  const rank = (one: SeenPort) => scoreOf(one) - planned.indexOf(one.port) / 100;
  const [best] = reached.filter(({ speaks }) => speaks !== 'other').sort((a, b) => rank(b) - rank(a));
  if (!best) return undefined;
  const path = choosePath(best);
  const others = reached.filter(({ port }) => port !== best.port && isLasting(port, planned));
  return {
    start,
    ports: [best, ...others].map(({ port }) => port),
    isTls: best.speaks === 'https',
    path: path?.path ?? '/',
    status: path && !isSuccess(path.status) ? path.status : undefined,
    pprof: endpoint([best, ...others], 'pprof', '/debug/pprof'),
    metrics: endpoint([best, ...others], 'metrics', '/metrics'),
    ready: readyOf([best, ...others]),
    address: isOnly(best.address, address) ? best.address : undefined,
    untried: [],
  };
}

/** As its source says. */
export function readService(plan: ServicePlan, paths: readonly AskedPath[]): FoundService | undefined {
  const [best, ...others] = plan.ports;
  if (!best) return undefined;
  const health = paths.find(({ purpose, isWhole }) => purpose === 'health' && isWhole);
  const has = (purpose: AskedPath['purpose']) => paths.find((one) => one.purpose === purpose);
  const aside = (others.find(({ purpose }) => ['metrics', 'admin'].includes(purpose)) ?? best).port;
  const own = paths.filter(({ purpose, isWhole }) => purpose === 'own' && isWhole);
  return {
    start: plan.untried,
    ports: [best.port],
    isTls: best.purpose === 'https',
    path: (own.find(({ path }) => path !== '/') ?? own[0])?.path ?? '/',
    status: undefined,
    pprof: undefined,
    metrics: undefined,
    ready: undefined,
    address: best.isLocal ? '127.0.0.1' : undefined,
    untried: [
      ...(others.length > 0 ? [`ports: ${flow([best, ...others].map(({ port }: ReadPort) => port))}`] : []),
      ...(has('pprof') ? [`pprof: ${aside}`] : []),
      ...(has('metrics') ? [`metrics: ${aside}${has('metrics')?.path ?? ''}`] : []),
      ...(health ? [`ready: ${best.port}${health.path}`] : []),
    ],
  };
}

/** Where routes of its own answer there is load to be had; a port for pprof or metrics alone has none. */
function scoreOf({ paths, pprof, metrics, port }: SeenPort): number {
  const good = paths.filter(({ status }) => isSuccess(status));
  const own = good.filter(({ purpose }) => purpose === 'own').length;
  const known = paths.filter(({ status, purpose }) => status !== 404 && purpose === 'own').length;
  const isAside = pprof !== undefined || metrics !== undefined;
  return own * 10 + known * 3 + good.length - (isAside ? 5 : 0) - ([6060, 2112, 9090].includes(port) ? 5 : 0);
}

/** Of those that answer the first, which is one of its own where there is one; else what would answer if it were asked rightly. */
function choosePath({ paths, answersAll }: SeenPort): AnsweredPath | undefined {
  const good = paths.filter(({ status }) => isSuccess(status));
  const root = paths.find(({ path }) => path === '/');
  if (answersAll && root && isSuccess(root.status))
    return good.find(({ purpose, path }) => purpose === 'own' && path !== '/') ?? root;
  const own = good.filter(({ purpose }) => purpose === 'own');
  return own.find(({ path }) => path !== '/') ?? own[0] ?? good[0] ?? root ?? paths[0];
}

function endpoint(ports: readonly SeenPort[], key: 'pprof' | 'metrics', usual: string): string | undefined {
  // One that is kept apart is looked at without being in the way of the load.
  const found = ports.toReversed().find((one) => one[key] !== undefined);
  if (!found) return undefined;
  return found[key] === usual ? String(found.port) : `${found.port}${found[key]}`;
}

function readyOf(ports: readonly SeenPort[]): string | undefined {
  const all = ports.flatMap(({ port, paths, speaks }) =>
    paths
      .filter(({ purpose, status }) => purpose === 'health' && status === 200 && speaks === 'http')
      .map(({ path }) => ({ port, path })),
  );
  const found = all.find(({ path }) => /ready|readiness/i.test(path)) ?? all[0];
  return found && `${found.port}${found.path}`;
}

function isOnly(at: string, told: string): boolean {
  return at !== told && at.startsWith('127.');
}

/** Ports that the kernel gives out come and go; a program that asks for port 0 has another each time. */
function isLasting(port: number, planned: readonly number[]): boolean {
  return planned.includes(port) || port < 32_768;
}

/** Its lines under `topology.services`. */
export function serviceLines(name: string, folder: string, pkg: string, found: FoundService): string {
  const { start, ports, pprof, metrics, ready, address, untried } = found;
  const lines = [
    ...(folder === '.' ? [] : [`folder: ${flow(folder)}`]),
    `go: ${flow(pkg)}`,
    ...(start.args.length > 0 ? [`args: ${flow(start.args)}`] : []),
    ...(Object.keys(start.env).length > 0 ? [`env: ${flow(start.env)}`] : []),
    `ports: ${flow(ports)}`,
    ...(pprof === undefined ? [] : [`pprof: ${pprof}`]),
    ...(metrics === undefined ? [] : [`metrics: ${metrics}`]),
    ...(ready === undefined ? [] : [`ready: ${ready}`]),
    ...(address === undefined ? [] : [`address: ${address}`]),
    ...(untried.length > 0 ? ['# read in its source, not tried:', ...untried.map((line) => `# ${line}`)] : []),
  ];
  return [`  services:`, `    ${flow(name)}:`, ...lines.map((line) => `      ${line}`)].join('\n');
}
