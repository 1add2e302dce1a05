/** Containers of one compose project as targets, by inspection through the engine. */
import type Docker from 'dockerode';
import { isLoopbackHost } from '../host/loopback.ts';
import type { Target } from '../model/topology.ts';
import { type AddressOf, type ServiceHints, targetAddresses } from './service-labels.ts';

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
  readonly exitCode: number;
  /** `starting`, `healthy`, `unhealthy`; undefined without a health check. */
  readonly health?: string | undefined;
  readonly hasTty: boolean;
  readonly containerPorts: readonly number[];
  /** Loopback address of a published port; undefined when it is not published where this machine can reach it. */
  readonly addressOf: AddressOf;
}

/** All containers of a project, stopped ones included, by service and number. */
export async function listContainers(docker: Docker, project: string): Promise<ProjectContainer[]> {
  const found = await docker.listContainers({ all: true, filters: { label: [projectFilter(project)] } });
  const services = found.filter(({ Labels }) => Labels[serviceLabel] && Labels[oneOffLabel] !== 'True');
  const inspected = await Promise.all(services.map(({ Id }) => docker.getContainer(Id).inspect()));
  return inspected.map(readContainer).sort((a, b) => a.target.localeCompare(b.target, 'en', { numeric: true }));
}

/** A container as a target of the run. */
export function containerTarget(container: ProjectContainer, hints: ServiceHints): Target {
  const { id, target, service, containerPorts, addressOf } = container;
  return { id: target, service, ...targetAddresses(hints, containerPorts, addressOf), containerId: id };
}

/** The health of one container right now; undefined without a health check. */
export async function containerHealth(docker: Docker, id: string): Promise<string | undefined> {
  return (await docker.getContainer(id).inspect()).State.Health?.Status;
}

function readContainer(found: Docker.ContainerInspectInfo): ProjectContainer {
  const labels = found.Config.Labels;
  const published = publishedPorts(found);
  return {
    id: found.Id,
    target: targetIdOf(labels) ?? found.Name.replace(/^\//, ''),
    service: labels[serviceLabel] ?? '',
    labels,
    isRunning: found.State.Running,
    exitCode: found.State.ExitCode,
    health: found.State.Health?.Status,
    hasTty: found.Config.Tty,
    containerPorts: [...published.keys()],
    addressOf: (port) => published.get(port),
  };
}

/** Published TCP ports to `127.0.0.1:<host port>`; a port published only on an outside address is left out. */
function publishedPorts(found: Docker.ContainerInspectInfo): Map<number, string> {
  const published = new Map<number, string>();
  for (const [key, bindings] of Object.entries(found.NetworkSettings.Ports ?? {})) {
    const [port, protocol] = key.split('/');
    const near = bindings?.find(({ HostIp }) => ['', '0.0.0.0', '::'].includes(HostIp) || isLoopbackHost(HostIp));
    if (protocol === 'tcp' && near?.HostPort) published.set(Number(port), `127.0.0.1:${near.HostPort}`);
  }
  return published;
}
