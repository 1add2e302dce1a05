/** Names that only the network of Compose knows, in variables and arguments of a local process, to the addresses of replicas; pure. */
import type { ComposeService } from '../compose-file/service.ts';
import { advertised, type PlacedReplica } from './replicas.ts';

/** A name and where the first replica behind it listens. */
interface Peer {
  readonly name: string;
  readonly service: string;
  readonly address: string;
  readonly replicas: number;
}

/** Variables and arguments of one replica, and a sentence for each that was changed. */
export interface NamedPeers {
  readonly env: Record<string, string>;
  readonly args: readonly string[];
  readonly warnings: readonly string[];
}

/** Variables whose whole value is a host, such as `API_HOST`; others may hold the name of a service for its own sake. */
const hostVariable = /(?:^|_)(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER|UPSTREAM|BACKEND|ENDPOINT|PEER|TARGET)S?$/i;

/** Puts addresses in the place of names that stand as a host: `api:8080`, `http://api/`, and `api` alone where the variable says host. */
export function namePeers(
  env: Readonly<Record<string, string>>,
  args: readonly string[],
  peers: readonly Peer[],
): NamedPeers {
  const warnings: string[] = [];
  const change = (what: string, value: string, isHost: boolean) => {
    let changed = value;
    for (const peer of peers) {
      const next = isHost && changed === peer.name ? peer.address : replaceHost(changed, peer);
      if (next !== changed) warnings.push(tell(what, peer));
      changed = next;
    }
    return changed;
  };
  const variables = Object.entries(env).map(([name, value]) => [name, change(name, value, hostVariable.test(name))]);
  const words = args.map((arg) => change(`argument ${arg.replace(/=.*/s, '')}`, arg, false));
  return { env: Object.fromEntries(variables) as Record<string, string>, args: words, warnings };
}

/** All names that one service may call: those of every service, what it links, and of its own the replica itself; longer ones first. */
export function peersOf(
  replica: PlacedReplica,
  services: readonly ComposeService[],
  placed: readonly PlacedReplica[],
): readonly Peer[] {
  const own = services.find(({ name }) => name === replica.service);
  const peers = services.flatMap((service) => {
    const replicas = placed.filter((one) => one.service === service.name);
    const address = service === own ? replica.address : replicas[0] && advertised(replicas[0]);
    const links = (own?.links ?? []).flatMap((link) => (link.service === service.name ? [link.name] : []));
    const names = [...new Set([service.name, ...service.names, ...links])];
    if (address === undefined) return [];
    const count = service === own ? 1 : replicas.length;
    return names.map((name) => ({ name, service: service.name, address, replicas: count }));
  });
  return peers.sort((a, b) => b.name.length - a.name.length);
}

function replaceHost(value: string, { name, address }: Peer): string {
  const word = name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const before = String.raw`(?<=^|[\s,;|="'(\[<@]|//)`;
  const withPort = new RegExp(`${before}${word}(?=:\\d{2,5}(?!\\w))`, 'g');
  const inUrl = new RegExp(`(?<=://(?:[^\\s/@]*@)?)${word}(?=[/?#\\s,;"')\\]]|$)`, 'g');
  return value.replace(withPort, address).replace(inUrl, address);
}

function tell(what: string, { name, service, address, replicas }: Peer): string {
  const more =
    replicas > 1
      ? `; all its requests go to ${service}-1, where Docker would spread connections over ${replicas} replicas`
      : '';
  return `its ${what} names ${name}, which is ${address} here${more}`;
}
