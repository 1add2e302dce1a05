/** Finds running containers by their labels, and where each shows its runtime. */
import { connectDocker } from '../../host/docker.ts';
import type { DockerEngine } from '../../host/docker-engine.ts';
import { messageOf } from '../../model/errors.ts';
import {
  type Endpoint,
  endpointUrl,
  labelMistakes,
  readHints,
  refusesMetrics,
} from '../compose-file/service-labels.ts';
import { labelledContainers, type ProjectContainer, projectFilter } from '../docker/containers.ts';
import { publishedReach } from '../docker/reach.ts';
import { howToShow } from './find-local.ts';
import { printsTraces } from './local-process.ts';
import type { Discovery, ObserveRequest, Sighting } from './observed-target.ts';
import { pprofPlaces } from './pprof-places.ts';
import { probe, type RuntimeEndpoints } from './probe-runtime.ts';

const patienceMs = 3000;
const shownNames = 12;

/** The label filters of a request; empty when it asks for no containers. */
export function labelsOf({ project, labels }: ObserveRequest): string[] {
  return [...(project === undefined ? [] : [projectFilter(project)]), ...labels];
}

/** Looks for them; never rejects. */
export async function findContainers(
  request: ObserveRequest,
  env: Readonly<Record<string, string | undefined>>,
): Promise<Discovery> {
  if (labelsOf(request).length === 0) return { found: [], mistakes: [], warnings: [] };
  try {
    const docker = connectDocker(env);
    await docker.ping(patienceMs);
    const containers = await labelledContainers(docker, labelsOf(request));
    if (containers.length === 0) return refuse(await nothingThere(docker, request));
    return await lookAtAll(containers);
  } catch (error) {
    return refuse(`${flagsOf(request)}: ${messageOf(error)}`);
  }
}

interface Looked extends RuntimeEndpoints {
  readonly sighting: Sighting;
  readonly warnings: readonly string[];
  readonly mistake?: string;
}

async function lookAtAll(containers: readonly ProjectContainer[]): Promise<Discovery> {
  const replicas: Record<string, number> = {};
  for (const { service } of containers) replicas[service] = (replicas[service] ?? 0) + 1;
  const looked = await Promise.all(containers.map((one) => lookAt(one, replicas)));
  const mistakes = looked.flatMap(({ mistake }) => mistake ?? []);
  const shows = ({ sighting: { pprofUrl, metricsUrl, container } }: Looked) =>
    (pprofUrl ?? metricsUrl) !== undefined || printsTraces(container?.goDebug ?? '');
  if (mistakes.length === 0 && !looked.some(shows)) {
    const asked = looked.map(({ sighting, warnings }) => `  ${[sighting.name, ...warnings].join(': ')}`);
    mistakes.push(
      `none of ${containers.length} containers shows anything of a Go runtime:\n${asked.join('\n')}\n  ${howToShow} Publish the port on 127.0.0.1 and label it: rampart.pprof.port: "6060".`,
    );
  }
  return {
    found: looked.map(({ sighting }) => sighting),
    mistakes,
    warnings: looked.flatMap(({ sighting, warnings }) => warnings.map((warning) => `${sighting.name}: ${warning}`)),
  };
}

async function lookAt(container: ProjectContainer, replicas: Readonly<Record<string, number>>): Promise<Looked> {
  const { target: name, service, labels, containerPorts, addressOf } = container;
  try {
    const hints = readHints(service, labels, replicas);
    const everywhere = (path: string) => containerPorts.map((port) => ({ port, path }));
    const urlsOf = (places: readonly Endpoint[]) => places.flatMap((place) => endpointUrl(place, addressOf) ?? []);
    const metricsPath = labels['prometheus.io/path'] ?? '/metrics';
    const metricsAt = hints.metrics ? [hints.metrics] : refusesMetrics(labels) ? [] : everywhere(metricsPath);
    const pprofAt = pprofPlaces(container, hints.pprof, publishedReach(container)).map(({ url }) => url);
    const endpoints = await probe(pprofAt, urlsOf(metricsAt));
    // What a label promises is asked again and again, also when it does not answer yet.
    const pprofUrl = endpoints.pprofUrl ?? endpointUrl(hints.pprof, addressOf);
    const metricsUrl = endpoints.metricsUrl ?? endpointUrl(hints.metrics, addressOf);
    const warnings = [
      ...labelMistakes(service, labels),
      ...warningsOf(endpoints, container, [hints.pprof, hints.metrics]),
    ];
    const sighting = { name, pprofUrl, metricsUrl, hasVars: endpoints.hasVars, container };
    return { ...endpoints, sighting, warnings };
  } catch (error) {
    return { asked: [], sighting: { name, container }, warnings: [], mistake: messageOf(error) };
  }
}

function warningsOf(
  { pprofUrl, asked }: RuntimeEndpoints,
  { addressOf }: ProjectContainer,
  promised: readonly (Endpoint | undefined)[],
): string[] {
  const hidden = promised.flatMap((endpoint) =>
    endpoint && addressOf(endpoint.port) === undefined ? [endpoint.port] : [],
  );
  const unpublished = [...new Set(hidden)].map(
    (port) =>
      `port ${port} of its labels is not published on a loopback address (example: ports: ["127.0.0.1::${port}"])`,
  );
  const noPprof = asked.length === 0 ? 'no port of it is published' : `asked ${asked.join('; ')}`;
  return [
    ...unpublished,
    ...(pprofUrl === undefined && hidden.length === 0 ? [`no pprof, so no goroutines (${noPprof})`] : []),
  ];
}

async function nothingThere(docker: DockerEngine, request: ObserveRequest): Promise<string> {
  const running = await docker.containers({});
  const projects = [...new Set(running.flatMap(({ labels }) => labels['com.docker.compose.project'] ?? []))].sort();
  const names = running.map(({ name }) => name).sort();
  const here = [
    projects.length > 0 ? `running projects: ${projects.join(', ')}` : 'no compose project is running',
    names.length > 0
      ? `running containers: ${names.slice(0, shownNames).join(', ')}${names.length > shownNames ? ` and ${names.length - shownNames} more` : ''}`
      : 'no container is running',
  ];
  return `${flagsOf(request)}: no running container has ${request.labels.length > 0 ? 'all these labels' : 'this project'}; ${here.join('; ')}`;
}

function flagsOf({ project, labels }: ObserveRequest): string {
  return [
    ...(project === undefined ? [] : [`--project ${project}`]),
    ...labels.map((label) => `--label ${label}`),
  ].join(' ');
}

function refuse(mistake: string): Discovery {
  return { found: [], mistakes: [mistake], warnings: [] };
}
