/** How services of a project find each other on Kubernetes: names of Services, and what is put in the place of names that lead nowhere; pure. */
import { serviceEnvironment } from '../compose-file/compose-file.ts';
import { show } from '../compose-file/fields.ts';
import type { Path } from '../compose-file/notes.ts';
import type { ComposeService } from '../compose-file/service.ts';
import { withGoDebug } from '../go-build/go-debug.ts';
import type { ServiceImage } from '../image/service-image.ts';
import { namePeers } from '../process/peer-names.ts';
import { isServiceName, objectName } from './names.ts';
import { ipMark } from './own-address.ts';
import type { Project } from './project.ts';

/** Variables and words that say where others are, as the pod will find them. */
export function namedPeers(service: ComposeService, project: Project, image: ServiceImage | undefined) {
  const { wishes, file, warnings } = project;
  const { name, command = [], entrypoint = [] } = service;
  const own = { ...serviceEnvironment(service, file).variables, ...wishes.serviceEnv[name] };
  const imageGoDebug = wishes.images?.[name] === undefined ? image?.stage?.env.get('GODEBUG') : undefined;
  const full = withGoDebug(
    wishes.goDebug.length > 0 && own['GODEBUG'] === undefined && imageGoDebug !== undefined
      ? { ...own, GODEBUG: imageGoDebug }
      : own,
    wishes.goDebug,
  );
  const named = namePeers(full, [...entrypoint, ...command], peersOf(service, project));
  warnings.push(...named.warnings.map((warning) => `${name}: ${warning.replaceAll(ipMark, 'its own address')}`));
  const words = {
    entrypoint: service.entrypoint && named.args.slice(0, entrypoint.length),
    command: service.command && named.args.slice(entrypoint.length),
  };
  return { env: named.env, words };
}

/** On the network of a node no name leads anywhere; elsewhere only those do not that DNS cannot have. */
function peersOf(own: ComposeService, { services, counts, blocks, workloads }: Project) {
  const peers = services.flatMap((service) => {
    const links = own.links.flatMap((link) => (link.service === service.name ? [link.name] : []));
    const names = [...new Set([service.name, ...service.names, ...links])];
    const block = blocks.get(service.name);
    const workload = workloads.get(service.name) ?? service.name;
    const address = block === undefined ? workload : service === own ? ipMark : `${block}1`;
    const replicas = block === undefined || service === own ? 1 : (counts[service.name] ?? 1);
    return names
      .filter((name) => block !== undefined || (name === service.name && !isServiceName(name.toLowerCase())))
      .map((name) => ({ name, service: service.name, address, replicas }));
  });
  return peers.sort((a, b) => b.name.length - a.name.length);
}

/** Names of the Services of each service: its own, and those that the file gives it beside. */
export function allNames({ services, workloads, refuse, wishes }: Project): ReadonlyMap<string, readonly string[]> {
  const owners = new Map<string, string>();
  const found = new Map<string, string[]>();
  const take = (service: string, name: string, path: Path) => {
    const owner = owners.get(name) ?? service;
    owners.set(name, owner);
    if (owner !== service) return refuse(path, `gives the name ${show(name)} to ${service}, which ${owner} has there`);
    const names = found.get(service) ?? [];
    if (!names.includes(name)) found.set(service, [...names, name]);
  };
  for (const { name } of services) take(name, workloads.get(name) ?? objectName(name), ['services', name]);
  for (const { name, names, links } of services) {
    const others = names.filter((other) => other !== name).map((other) => [name, other] as const);
    for (const [service, other] of [...others, ...links.map((link) => [link.service, link.name] as const)]) {
      const lower = other.toLowerCase();
      if (service === other || !workloads.has(service)) continue;
      if (isServiceName(lower)) take(service, lower, ['services', name]);
      else if (!wishes.hostNetwork)
        refuse(
          ['services', name],
          `calls ${service} ${show(other)}, and names in a cluster are of letters, digits and dashes`,
        );
    }
  }
  return found;
}

export function freeName(wanted: string, { workloads }: Project): string {
  const taken = new Set(workloads.values());
  return taken.has(wanted) ? `${wanted}-ports` : wanted;
}
