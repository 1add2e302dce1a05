/** Services that a scenario itself describes, as the compose file that would say the same; pure. */
import type { GoService } from '../../model/topology-spec.ts';

/** What stands for the binary of a service: as a path it is taken for the program, whatever it is called. */
const program = './program';

/** The text of that compose file. */
export function composeTextOf(services: Readonly<Record<string, GoService>>): string {
  const hosts = Object.keys(services).map((name) => `${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_HOST`);
  const known = new Set(['RAMPART_IP', 'RAMPART_ADVERTISE_IP', ...hosts]);
  const entries = Object.entries(services).map(([name, service]) => [name, asCompose(service, known)]);
  return JSON.stringify({ services: Object.fromEntries(entries) }, undefined, 1);
}

function asCompose({ folder, go, args, env, ports, ...more }: GoService, known: ReadonlySet<string>) {
  const said = (text: string) => withOwnDollars(text, known);
  const variables = Object.entries(env).map(([name, value]) => [withOwnDollars(name, new Set()), said(value)]);
  const labels = {
    'rampart.go.package': go,
    ...endpointLabels('pprof', more.pprof),
    ...endpointLabels('metrics', more.metrics),
    ...endpointLabels('ready', more.ready),
    ...(more.address === undefined ? {} : { 'rampart.address': more.address }),
  };
  return {
    build: { context: withOwnDollars(folder, new Set()) },
    entrypoint: [program, ...args.map(said)],
    environment: Object.fromEntries(variables),
    expose: ports.map(String),
    labels: Object.fromEntries(Object.entries(labels).map(([name, value]) => [name, withOwnDollars(value, new Set())])),
  };
}

function endpointLabels(kind: string, endpoint: string | undefined): Record<string, string> {
  if (endpoint === undefined) return {};
  const [port = '', path = ''] = endpoint.split(/(?=\/)(.*)/s);
  return { [`rampart.${kind}.port`]: port, ...(path === '' ? {} : { [`rampart.${kind}.path`]: path }) };
}

/** Only addresses that a run gives out are put in; every other `$` stands for itself, as in a password. */
function withOwnDollars(text: string, known: ReadonlySet<string>): string {
  return text.replace(/\$(?:\{(\w+)(?::?-[^{}]*)?\})?/g, (found, name: string | undefined) =>
    name !== undefined && known.has(name) ? found : found.replaceAll('$', '$$$$'),
  );
}
