/** Containers of one compose project as targets, by inspection through the engine. */
import type Docker from 'dockerode';
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
  /** When it last started, seconds since 1970. */
  readonly startedS: number;
  readonly exitCode: number;
  /** `starting`, `healthy`, `unhealthy`; undefined without a health check. */
  readonly health?: string | undefined;
  readonly hasTty: boolean;
  /** GODEBUG that it was made with; empty when there is none. */
  readonly goDebug: string;
  readonly containerPorts: readonly number[];
  /** Loopback address of a published port; undefined when it is not published where this machine can reach it. */
  readonly addressOf: AddressOf;
}

/** All containers of a project, stopped ones included, by service and number. */
export async function listContainers(docker: Docker, project: string): Promise<ProjectContainer[]> {
  const found = await docker.listContainers({ all: true, filters: { label: [projectFilter(project)] } });
  const services = found.filter(({ Labels }) => Labels[serviceLabel] && Labels[oneOffLabel] !== 'True');
  return await inspectAll(docker, services);
}

/** The running containers that carry all of these labels (`name` or `name=value`), whatever made them, by name. */
export async function labelledContainers(docker: Docker, labels: readonly string[]): Promise<ProjectContainer[]> {
  return await inspectAll(docker, await docker.listContainers({ filters: { label: [...labels] } }));
}

async function inspectAll(docker: Docker, found: readonly Docker.ContainerInfo[]): Promise<ProjectContainer[]> {
  const inspected = await Promise.all(found.map(({ Id }) => inspectContainer(docker, Id)));
  return inspected.sort((a, b) => a.target.localeCompare(b.target, 'en', { numeric: true }));
}

/** One container as it is now; rejects when it is gone. */
export async function inspectContainer(docker: Docker, id: string): Promise<ProjectContainer> {
  return readContainer(await docker.getContainer(id).inspect());
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
  const name = found.Name.replace(/^\//, '');
  return {
    id: found.Id,
    target: targetIdOf(labels) ?? name,
    service: labels[serviceLabel] ?? name,
    labels,
    isRunning: found.State.Running,
    startedS: Date.parse(found.State.StartedAt) / 1000,
    exitCode: found.State.ExitCode,
    health: found.State.Health?.Status,
    hasTty: found.Config.Tty,
    goDebug: /^GODEBUG=(.*)$/m.exec((found.Config.Env ?? []).join('\n'))?.[1] ?? '',
    containerPorts: [...published.keys()],
    addressOf: (port) => published.get(port),
  };
}

/** Published TCP ports to the loopback address they are on; a port published only on an outside address is left out. */
function publishedPorts(found: Docker.ContainerInspectInfo): Map<number, string> {
  const published = new Map<number, string>();
  for (const [key, bindings] of Object.entries(found.NetworkSettings.Ports ?? {})) {
    const [port, protocol] = key.split('/');
    const near = bindings?.find(({ HostIp }) => ['', '0.0.0.0', '::'].includes(HostIp) || isLoopback(HostIp));
    const host = near && isLoopback(near.HostIp) ? near.HostIp : '127.0.0.1';
    if (protocol === 'tcp' && near?.HostPort)
      published.set(Number(port), `${host.includes(':') ? `[${host}]` : host}:${near.HostPort}`);
  }
  return published;
}
