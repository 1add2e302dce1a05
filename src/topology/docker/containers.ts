/** Containers of one compose project as targets, by inspection through the engine. */
import type { ContainerPort, DockerEngine, InspectedContainer, ListedContainer } from '../../host/docker-engine.ts';
import { isLoopback } from '../../host/loopback.ts';
import type { Target } from '../../model/topology.ts';
import { type AddressOf, type ServiceHints, targetAddresses } from '../compose-file/service-labels.ts';

const projectLabel = 'com.docker.compose.project';
const serviceLabel = 'com.docker.compose.service';
const numberLabel = 'com.docker.compose.container-number';
const oneOffLabel = 'com.docker.compose.oneoff';

/** The label filter that finds everything of a project. */
export function projectFilter(project: string): string {
  return `${projectLabel}=${project}`;
}

/** `<service>-<number>` from the labels that Compose puts on a container; undefined on a container of another kind. */
export function targetIdOf(labels: Readonly<Record<string, string | undefined>>): string | undefined {
  const service = labels[serviceLabel];
  return service && `${service}-${labels[numberLabel] ?? '1'}`;
}

/** One container of a project, inspected. */
export interface ProjectContainer {
  readonly id: string;
  readonly target: string;
  readonly service: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isRunning: boolean;
  /** When it last started and ended, seconds since 1970, by the engine's clock. */
  readonly startedS: number;
  readonly endedS: number;
  readonly exitCode: number;
  /** `starting`, `healthy`, `unhealthy`; undefined without a health check. */
  readonly health?: string | undefined;
  readonly hasTty: boolean;
  /** GODEBUG that it was made with; empty when there is none. */
  readonly goDebug: string;
  readonly containerPorts: readonly number[];
  /** Every TCP port that its image or its maker names, published or not. */
  readonly exposedPorts: readonly number[];
  /** As the engine inspected it. */
  readonly network: Pick<InspectedContainer, 'networks' | 'networkMode' | 'ports'>;
  readonly image: Pick<InspectedContainer, 'image' | 'imageId'>;
  readonly name: string;
  /** Loopback address of a published port; undefined when it is not published where this machine can reach it. */
  readonly addressOf: AddressOf;
}

/** All containers of a project, stopped ones included, by service and number. */
export async function listContainers(docker: DockerEngine, project: string): Promise<ProjectContainer[]> {
  const found = await docker.containers({ labels: [projectFilter(project)], stopped: true });
  const services = found.filter(({ labels }) => labels[serviceLabel] && labels[oneOffLabel] !== 'True');
  return await inspectAll(docker, services);
}

/** The running containers that carry all of these labels (`name` or `name=value`), whatever made them, by name. */
export async function labelledContainers(docker: DockerEngine, labels: readonly string[]): Promise<ProjectContainer[]> {
  return await inspectAll(docker, await docker.containers({ labels }));
}

async function inspectAll(docker: DockerEngine, found: readonly ListedContainer[]): Promise<ProjectContainer[]> {
  const inspected = await Promise.all(found.map(({ id }) => inspectContainer(docker, id)));
  return inspected.sort((a, b) => a.target.localeCompare(b.target, 'en', { numeric: true }));
}

/** One container as it is now; rejects when it is gone. */
export async function inspectContainer(docker: DockerEngine, id: string): Promise<ProjectContainer> {
  return readContainer(await docker.inspect(id));
}

/** A container as a target of the run. */
export function containerTarget(container: ProjectContainer, hints: ServiceHints): Target {
  const { id, target, service, containerPorts, addressOf } = container;
  return { id: target, service, ...targetAddresses(hints, containerPorts, addressOf), containerId: id };
}

/** The health of one container right now; undefined without a health check. */
export async function containerHealth(docker: DockerEngine, id: string): Promise<string | undefined> {
  return (await docker.inspect(id)).health;
}

function readContainer(found: InspectedContainer): ProjectContainer {
  const { id, name, labels, environment, isRunning, startedS, endedS, exitCode, health, hasTty } = found;
  const { ports, networks, networkMode, image, imageId } = found;
  const published = publishedPorts(ports);
  return {
    id,
    target: targetIdOf(labels) ?? name,
    service: labels[serviceLabel] ?? name,
    labels,
    isRunning,
    startedS,
    endedS,
    exitCode,
    health,
    hasTty,
    goDebug: environment['GODEBUG'] ?? '',
    containerPorts: [...published.keys()],
    exposedPorts: [...new Set(ports.filter(({ protocol }) => protocol === 'tcp').map(({ number }) => number))],
    network: { networks, networkMode, ports },
    image: { image, imageId },
    name,
    addressOf: (port) => published.get(port),
  };
}

/** Published TCP ports to the loopback address they are on; a port published only on an outside address is left out. */
function publishedPorts(ports: readonly ContainerPort[]): Map<number, string> {
  const published = new Map<number, string>();
  for (const { number, protocol, bindings } of ports) {
    const near = bindings.find(({ address }) => ['', '0.0.0.0', '::'].includes(address) || isLoopback(address));
    const host = near && isLoopback(near.address) ? near.address : '127.0.0.1';
    if (protocol === 'tcp' && near?.port)
      published.set(number, `${host.includes(':') ? `[${host}]` : host}:${near.port}`);
  }
  return published;
}
