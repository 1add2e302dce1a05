/** What a service's labels say about looking at it: Go package, pprof, metrics and readiness endpoints; and the addresses that follow. */
import { usageError } from '../../model/errors.ts';
import type { Target } from '../../model/topology.ts';
import { shellWords } from '../command/shell-line.ts';

/** An HTTP endpoint inside a service. */
export interface Endpoint {
  readonly port: number;
  readonly path: string;
}

/** The short form of where metrics are: `6060/metrics`. */
const shortForm = /^(\d+)(\/.*)?$/;

/** What can say at which port a path is. */
const portLabels: Readonly<Record<string, readonly string[]>> = {
  pprof: ['rampart.pprof.port', 'rampart.profile.port', 'profefe.com/port', 'profefe.com/enable'],
  metrics: ['rampart.metrics.port', 'rampart.metrics', 'prometheus.io/port'],
  ready: ['rampart.ready.port'],
};

/** The port that profefe takes of a service that only says `profefe.com/enable`. */
const profefePort = '6060';

/** Everything a service's labels can tell rampart. */
export interface ServiceHints {
  /** What to `go build`, relative to the build context. */
  readonly goPackage?: string | undefined;
  /** What its binary is started with as a local process, instead of what the container would start. */
  readonly goArgs?: readonly string[] | undefined;
  readonly pprof?: Endpoint | undefined;
  readonly metrics?: Endpoint | undefined;
  /** Answers 200 to 299 when the service is ready for load. */
  readonly ready?: Endpoint | undefined;
  /** The one loopback address that it listens on as a local process, whatever it is told. */
  readonly address?: string | undefined;
}

type Labels = Readonly<Record<string, string | undefined>>;

/**
 * Reads `rampart.*` labels, and where they are absent those of profefe and Prometheus; `{name.replicas}` in a path becomes the replica
 * count of that service. usageError when a label makes no sense.
 */
export function readHints(service: string, given: Labels, replicas: Readonly<Record<string, number>>): ServiceHints {
  const labels = withSwitches(given);
  const endpoint = (
    kind: string,
    portLabels: readonly string[],
    pathLabels: readonly string[],
    defaultPath: string,
  ) => {
    const port = first(labels, portLabels);
    if (!port) return undefined;
    const path = first(labels, pathLabels)?.[1] ?? defaultPath;
    return { port: readPort(service, port), path: fillIn(service, `rampart.${kind}.path`, path, replicas) };
  };
  return {
    goPackage: labels['rampart.go.package'],
    goArgs: labels['rampart.go.args'] === undefined ? undefined : shellWords(labels['rampart.go.args']),
    pprof: endpoint(
      'pprof',
      ['rampart.pprof.port', 'rampart.profile.port', 'profefe.com/port'],
      ['rampart.pprof.path', 'rampart.profile.path', 'profefe.com/path'],
      '/debug/pprof',
    ),
    metrics: endpoint(
      'metrics',
      ['rampart.metrics.port', 'prometheus.io/port'],
      ['rampart.metrics.path', 'prometheus.io/path'],
      '/metrics',
    ),
    ready: endpoint('ready', ['rampart.ready.port'], ['rampart.ready.path'], '/'),
    address: readAddress(service, labels['rampart.address']),
  };
}

const knownLabels: readonly string[] = [
  'rampart.go.package',
  'rampart.go.args',
  'rampart.address',
  'rampart.pprof.port',
  'rampart.pprof.path',
  'rampart.metrics',
  'rampart.metrics.port',
  'rampart.metrics.path',
  'rampart.ready.port',
  'rampart.ready.path',
];

/** What `rampart profiles collect` reads besides; the last parts are kinds of profiles and names of their labels. */
const collectorLabels =
  /^rampart\.(?:label\..+|profile\.(?:enable|port|path|scheme|service|interval|cpu|heap|allocs|block|mutex|goroutine|goroutineleak|threadcreate|fgprof|trace))$/;

/** The hints of all services by name; usageError with every label of rampart's that nothing would read. */
export function readAllHints(
  services: readonly { readonly name: string; readonly labels: Labels }[],
  replicas: Readonly<Record<string, number>>,
): Map<string, ServiceHints> {
  const mistakes = services.flatMap(({ name, labels }) => labelMistakes(name, labels));
  if (mistakes.length > 0) throw usageError('label-invalid', mistakes.join('\n'));
  return new Map(services.map(({ name, labels }) => [name, readHints(name, labels, replicas)]));
}

/** Labels of rampart's that nothing reads: a slip, which would leave its user without what it asks for. */
export function labelMistakes(service: string, labels: Labels): string[] {
  const mistakes = Object.keys(labels)
    .filter((label) => label.startsWith('rampart.') && !knownLabels.includes(label) && !collectorLabels.test(label))
    .map((label) => `service ${service}: label ${label} is unknown (labels: ${knownLabels.join(', ')})`);
  const metrics = labels['rampart.metrics'];
  if (metrics !== undefined && metrics !== 'false' && !shortForm.test(metrics)) {
    mistakes.push(
      `service ${service}: label rampart.metrics must be PORT, PORT/PATH or false, got "${metrics}" (example: "6060/metrics")`,
    );
  }
  for (const kind of ['pprof', 'metrics', 'ready']) {
    const ports = portLabels[kind] ?? [];
    if (labels[`rampart.${kind}.path`] !== undefined && ports.every((port) => !labels[port])) {
      mistakes.push(`service ${service}: label rampart.${kind}.path needs rampart.${kind}.port (example: "6060")`);
    }
  }
  return mistakes;
}

/** Labels that only switch something on or off, and the short form `rampart.metrics: 6060/metrics`, as ports and paths. */
function withSwitches(labels: Labels): Labels {
  const [, port, path] = shortForm.exec(labels['rampart.metrics'] ?? '') ?? [];
  return {
    ...(labels['profefe.com/enable'] === 'true' ? { 'profefe.com/port': profefePort } : {}),
    ...(port ? { 'rampart.metrics.port': port, 'rampart.metrics.path': path } : {}),
    ...labels,
    ...(labels['profefe.com/enable'] === 'false' ? { 'profefe.com/port': undefined } : {}),
    ...(labels['prometheus.io/scrape'] === 'false' || labels['rampart.metrics'] === 'false'
      ? { 'prometheus.io/port': undefined }
      : {}),
  };
}

/** Whether the labels say that the metrics of a service are not to be read. */
export function refusesMetrics(labels: Labels): boolean {
  return labels['rampart.metrics'] === 'false' || labels['prometheus.io/scrape'] === 'false';
}

/** All ports that rampart itself wants to reach. */
export function hintedPorts(hints: ServiceHints): number[] {
  const ports = [hints.pprof, hints.metrics, hints.ready].flatMap((endpoint) => endpoint?.port ?? []);
  return [...new Set(ports)];
}

/** `http://host:port/path`, without a slash at its end; undefined when the port cannot be reached. */
export function endpointUrl(endpoint: Endpoint | undefined, addressOf: AddressOf): string | undefined {
  const address = endpoint && addressOf(endpoint.port);
  return address && `http://${address}${endpoint.path.replace(/\/$/, '')}`;
}

/** `host:port` by which this machine reaches a container port; undefined when it is not published. */
export type AddressOf = (containerPort: number) => string | undefined;

/** The addresses of one replica, from its labels and ports. */
export function targetAddresses(
  hints: ServiceHints,
  containerPorts: readonly number[],
  addressOf: AddressOf,
): Pick<Target, 'ports' | 'pprofUrl' | 'metricsUrl'> {
  const ports = containerPorts.flatMap((port) => {
    const address = addressOf(port);
    return address ? [[String(port), `http://${address}`] as const] : [];
  });
  return {
    ports: Object.fromEntries(ports),
    pprofUrl: endpointUrl(hints.pprof, addressOf),
    metricsUrl: endpointUrl(hints.metrics, addressOf),
  };
}

function first(labels: Labels, names: readonly string[]): [string, string] | undefined {
  for (const name of names) {
    const value = labels[name];
    if (value) return [name, value];
  }
  return undefined;
}

function readPort(service: string, [label, text]: readonly [string, string]): number {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 1 && port <= 65_535) return port;
  throw usageError(
    'label-invalid',
    `service ${service}: label ${label} must be a port, got "${text}" (example: "6060")`,
  );
}

function readAddress(service: string, text: string | undefined): string | undefined {
  if (text === undefined || (/^127(?:\.\d{1,3}){3}$/.test(text) && text.split('.').every((part) => Number(part) < 256)))
    return text;
  throw usageError(
    'label-invalid',
    `service ${service}: label rampart.address must be an address in 127.0.0.0/8, got "${text}" (example: "127.0.0.1")`,
  );
}

function fillIn(service: string, label: string, path: string, replicas: Readonly<Record<string, number>>): string {
  const filled = path.replace(/\{([^{}]+)\.replicas\}/g, (whole, name: string) => {
    const count = replicas[name];
    if (count !== undefined) return String(count);
    throw usageError(
      'label-invalid',
      `service ${service}: label ${label} asks for ${whole}, but there is no service "${name}"`,
    );
  });
  return filled.startsWith('/') ? filled : `/${filled}`;
}
