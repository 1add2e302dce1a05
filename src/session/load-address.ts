/** Where the load is sent: the scenario's target looked up in the topology that is up. */
import { environmentError } from '../model/errors.ts';
import type { LoadPlan } from '../model/load.ts';
import type { LoadTarget } from '../model/scenario.ts';
import type { RunningTopology } from '../model/topology.ts';

type LoadAddress = Pick<LoadPlan, 'host' | 'port' | 'socket' | 'tls'>;

/** Host and port of the load's target, on a loopback address, or its Unix socket; throws when the topology does not offer it. */
export function resolveLoadAddress(target: LoadTarget, topology: RunningTopology): LoadAddress {
  const { tls } = target;
  if ('socket' in target) return { host: 'localhost', port: tls ? 443 : 80, socket: target.socket, tls };
  const url = 'url' in target ? target.url : addressOf(target.service, target.port, topology);
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? (tls ? 443 : 80) : Number(port), tls };
}

function addressOf(service: string, port: number, topology: RunningTopology): string {
  const replicas = topology.targets.filter((each) => each.service === service);
  const url = replicas[0]?.ports[String(port)];
  if (url !== undefined) return url;
  const offered = replicas.flatMap((replica) => Object.keys(replica.ports));
  const has = offered.length > 0 ? `it offers ${[...new Set(offered)].join(', ')}` : 'it offers no port';
  const hint = `Publish it in the compose file, for example: ports: ["127.0.0.1::${port}"].`;
  throw environmentError('target-port', `target.port: service ${service} has no published port ${port}; ${has}`, hint);
}
