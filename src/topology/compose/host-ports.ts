/** Which ports of this machine lead to a replica, so that they are the same ones when it is started again; pure. */
import type { ResolvedPort, ResolvedProject, ResolvedService } from './project.ts';

/** How many ports the engine would choose by itself, and others each time that a replica starts. */
export function openPortCount({ services }: Pick<ResolvedProject, 'services'>, name: string): number {
  return (services[name]?.ports ?? []).filter(isOpen).length;
}

/** The project in which a service publishes each port at one port of this machine: the next that is given, or the replica's own of a range. */
export function withHostPorts(
  project: ResolvedProject,
  name: string,
  replica: number,
  nextPort: () => number,
): ResolvedProject {
  const service = project.services[name];
  const ports = service?.ports?.map((port) => ({ ...port, ...hostPort(port, replica, nextPort) }));
  return ports ? { ...project, services: { ...project.services, [name]: { ...service, ports } } } : project;
}

/** Whether what Compose says of a taken port is said of one that the engine chose: the project names it nowhere. */
export function isChosenPort({ services }: Pick<ResolvedProject, 'services'>, said: string): boolean {
  const [, taken] = /:(\d+)(?:: bind: address already in use| failed: port is already allocated)/.exec(said) ?? [];
  if (taken === undefined) return false;
  const ranges = Object.values(services).flatMap(({ ports = [] }) => ports.map(({ published }) => rangeOf(published)));
  return !ranges.some(([first, last]) => first !== undefined && first <= Number(taken) && Number(taken) <= last);
}

/** Why a service cannot have so many replicas, whatever machine it is on; undefined where it can. */
export function replicaMistake(service: ResolvedService, count: number): string | undefined {
  if (count <= 1) return undefined;
  if (service.container_name) return `its container_name ${service.container_name} can be had by one replica only`;
  for (const { published, target } of service.ports ?? []) {
    const [first, last] = rangeOf(published);
    if (first !== undefined && last - first + 1 < count) {
      const which = first === last ? `host port ${first}` : `host ports ${first}-${last}`;
      return `port ${target} is published at ${which}, too few for ${count} replicas: publish "127.0.0.1::${target}"`;
    }
  }
  const own = Object.values(service.networks ?? {}).find((network) => network?.ipv4_address ?? network?.ipv6_address);
  const address = own?.ipv4_address ?? own?.ipv6_address;
  return address === undefined ? undefined : `its address ${address} can be had by one replica only`;
}

function isOpen({ published }: ResolvedPort): boolean {
  return rangeOf(published)[0] === undefined;
}

function hostPort(port: ResolvedPort, replica: number, nextPort: () => number): { published?: string } {
  const [first, last] = rangeOf(port.published);
  if (first === undefined) return { published: String(nextPort()) };
  return first === last ? {} : { published: String(Math.min(last, first + replica - 1)) };
}

/** First and last; undefined where the engine chooses. */
function rangeOf(published: ResolvedPort['published']): [number, number] | [undefined, undefined] {
  const [, first, last] = /^(\d+)(?:-(\d+))?$/.exec(String(published ?? '')) ?? [];
  return Number(first ?? 0) > 0 ? [Number(first), Number(last ?? first)] : [undefined, undefined];
}
