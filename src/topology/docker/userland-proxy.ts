/** Whether published ports go through a process that copies every byte, and so changes what is measured. */
import type { DockerEngine } from '../../host/docker-engine.ts';
import { isLinux } from '../../host/machine.ts';
import { commandLine, processIds } from '../../host/processes.ts';
import type { ProjectContainer } from './containers.ts';

/** For the result: what was found, and a warning when a copy is in the path. */
export interface ProxyFacts {
  readonly facts: Readonly<Record<string, string>>;
  readonly warnings: readonly string[];
}

/** Looks for the engine's proxy processes on this machine, and for an engine that lives in a virtual machine of its own. */
export async function proxyFacts(docker: DockerEngine, containers: readonly ProjectContainer[]): Promise<ProxyFacts> {
  if (!isLinux || (await docker.abilities()).operatingSystem.includes('Docker Desktop')) {
    const warning = 'traffic to containers passes a proxy of the Docker virtual machine; latencies include it';
    return { facts: { dockerPortPath: 'virtual machine' }, warnings: [warning] };
  }
  const hostPorts = containers.flatMap(({ containerPorts, addressOf }) =>
    containerPorts.map((port) => addressOf(port)?.split(':')[1]),
  );
  const proxies = processIds()
    .map(commandLine)
    .filter((line) => /^\S*docker-proxy\s/.test(line));
  const inPath = proxies.some((line) => hostPorts.includes(/-host-port (\d+)/.exec(line)?.[1]));
  if (!inPath) return { facts: { dockerPortPath: 'kernel' }, warnings: [] };
  const warning =
    "Docker's userland proxy copies every byte of the load and uses this machine's CPU; start the engine with userland-proxy: false (daemon.json) for truer latencies";
  return { facts: { dockerPortPath: 'userland proxy' }, warnings: [warning] };
}
