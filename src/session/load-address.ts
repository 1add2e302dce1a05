/** Where the load is sent: the scenario's target looked up in the topology that is up. */
import { environmentError } from '../model/errors.ts';
import type { LoadTarget } from '../model/scenario.ts';
import type { RunningTopology } from '../model/topology.ts';

/** Host and port of the load's target, on a loopback address; throws when the topology does not offer it. */
export function resolveLoadAddress(target: LoadTarget, topology: RunningTopology): { host: string; port: number } {
  const url = 'url' in target ? target.url : addressOf(target.service, target.port, topology);
  const { hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: port === '' ? 80 : Number(port) };
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
