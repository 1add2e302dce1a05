/** What is spoken at the ports of a service, as far as its compose file lets guess: names of variables, flags, labels, and custom; pure. */
import { otherProtocol } from './known-images.ts';

/** A port and what seems to be there. */
export interface JudgedPort {
  readonly port: number;
  /** `none` is no HTTP at all. */
  readonly purpose: 'http' | 'grpc' | 'metrics' | 'admin' | 'https' | 'none' | 'unknown';
  /** What says so, in words. */
  readonly because?: string | undefined;
}

/** What a compose file says that may name the ports of a service. */
export interface PortEvidence {
  /** Variables of the service. */
  readonly environment: Readonly<Record<string, string>>;
  /** Words that it is started with. */
  readonly words: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
  /** What a port is called where it is published. */
  readonly names: ReadonlyMap<number, string>;
  /** Names of the other services, whose addresses variables hold, too. */
  readonly peers: readonly string[];
}

type Purpose = JudgedPort['purpose'];

/** The first that fits decides what a name says, and how much that counts: `METRICS_HTTP_PORT` is no place for load. */
const words: readonly (readonly [RegExp, Purpose, number])[] = [
  [/metric|prom(?:etheus)?(?![a-z])|telemetry|monitor|pprof|debug|profil|expvar/i, 'metrics', 2],
  [/admin|health|probe|manage|status|internal/i, 'admin', 2],
  [/gateway/i, 'http', 3],
  [/grpc|rpc|twirp|thrift/i, 'grpc', 2],
  [/https|tls|ssl/i, 'https', 2],
  [/http|web|rest|api|traefik/i, 'http', 3],
  [/serv|listen|bind|addr|host|url|domain|^port$|[_-]port$/i, 'http', 1],
];

/** All ports with what they seem to be for, those for load first, otherwise in the given order. */
export function judgePorts(ports: readonly number[], evidence: PortEvidence): JudgedPort[] {
  const judged = ports.map((port) => judge(port, evidence));
  return judged.sort((a, b) => rank(b) - rank(a));
}

function judge(port: number, evidence: PortEvidence): JudgedPort {
  const said = namesOf(port, evidence).flatMap((name) => {
    const [, purpose, weight = 0] = words.find(([pattern]) => pattern.test(name)) ?? [];
    return purpose ? [{ port, purpose, because: name, weight }] : [];
  });
  const [best] = said.sort((x, y) => y.weight - x.weight);
  if (best) return { port, purpose: best.purpose, because: best.because };
  const other = otherProtocol(port);
  if (other !== undefined) return { port, purpose: 'none', because: `${port} is that of ${other}` };
  return { port, purpose: customary(port) };
}

/** What programs usually have there, where the file says nothing. */
function customary(port: number): Purpose {
  if (port >= 50_051 && port <= 50_059) return 'grpc';
  if ([443, 8443, 9443].includes(port)) return 'https';
  return [2112, 6060, 6061, 9100].includes(port) ? 'metrics' : 'unknown';
}

const ranks: Readonly<Record<Purpose, number>> = {
  http: 60,
  unknown: 40,
  https: 30,
  grpc: 20,
  admin: 10,
  metrics: 5,
  none: 0,
};

function rank({ port, purpose }: JudgedPort): number {
  const isUsual = [80, 8080, 8000, 3000, 5000, 8888, 8081, 4000, 1323, 9000].includes(port);
  return ranks[purpose] + (port === 80 ? 3 : isUsual ? 2 : 0) + ([9090, 9091, 8125].includes(port) ? -1 : 0);
}

/** The names of variables, flags and labels whose value holds the port. */
function namesOf(port: number, { environment, words: command, labels, names, peers }: PortEvidence): string[] {
  const found: string[] = [];
  const published = names.get(port);
  if (published !== undefined) found.push(published);
  for (const [name, value] of Object.entries(environment)) if (holdsPort(value, port, peers)) found.push(name);
  for (const [index, word] of command.entries()) {
    const [, flag, value] = /^(--?[\w.-]+)=(.*)$/.exec(word) ?? [];
    const before = command[index - 1];
    if (flag !== undefined && holdsPort(value ?? '', port, peers)) found.push(flag);
    else if (before?.startsWith('-') && !before.includes('=') && holdsPort(word, port, peers)) found.push(before);
  }
  for (const [name, value] of Object.entries(labels)) {
    if (/^traefik\.http\..*\.server\.port$/.test(name) && value === String(port)) found.push(name);
  }
  return found;
}

/** `8080`, `:8080`, `http://0.0.0.0:8080` and the like; not the address of another service. */
function holdsPort(value: string, port: number, peers: readonly string[]): boolean {
  const [, host = '', found] = /^(?:\w+:\/\/)?(?:(\[[^\]]*\]|[\w.*-]*):)?(\d+)\/?$/.exec(value.trim()) ?? [];
  return Number(found) === port && !peers.includes(host);
}
