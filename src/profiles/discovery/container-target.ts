/** One container as a target: its name, its labels, and what filters see of it. */
import type { ProjectContainer } from '../../topology/docker/containers.ts';
import type { PprofPlace } from '../../topology/observe/pprof-places.ts';
import type { FoundTarget, Labels } from './discovery.ts';
import type { ProfileLabels } from './profile-labels.ts';

const compose = 'com.docker.compose';

/** The target at a place that answers, or that its labels promise. */
export function containerTargetAt(
  container: ProjectContainer,
  said: ProfileLabels,
  { url, how, port }: PprofPlace,
): FoundTarget {
  const { id, startedS, target, service, labels, image } = container;
  const project = labels[`${compose}.project`];
  const version = labels['org.opencontainers.image.version'];
  const known = {
    instance: target,
    ...(project ? { project } : {}),
    image: labels[`${compose}.image`] || image.imageId,
    ...(version ? { version } : {}),
  };
  return {
    id: project ? `${project}/${target}` : target,
    url,
    service: said.service ?? service,
    labels: { ...known, ...said.labels },
    meta: metaOf(container, port),
    how,
    process: `container ${id} ${startedS}`,
    wishes: said.wishes,
    intervalMs: said.intervalMs,
  };
}

/** The names that Prometheus' docker_sd gives (discovery/moby/docker.go); characters that no label may have become `_`. */
function metaOf({ id, name, labels, network: { networks, networkMode } }: ProjectContainer, port: number): Labels {
  const [first] = networks;
  const own = Object.entries(labels).map(([label, value]) => [
    `__meta_docker_container_label_${label.replace(/[^A-Za-z0-9_]/g, '_')}`,
    value,
  ]);
  return {
    ...Object.fromEntries(own),
    __meta_docker_container_id: id,
    __meta_docker_container_name: `/${name}`,
    __meta_docker_container_network_mode: networkMode,
    ...(first ? { __meta_docker_network_name: first.name, __meta_docker_network_ip: first.address } : {}),
    __meta_docker_port_private: String(port),
  };
}
