/**
 * What becomes of each key of the Compose specification on Kubernetes: it is translated, it is nothing that the service could notice, or it is
 * refused where it asks for something. Pure.
 */
import { show } from '../compose-file/fields.ts';
import { asksForSomething } from '../compose-file/keys.ts';
import type { Path } from '../compose-file/notes.ts';
import { mapOf, type Raw, type Refuse } from './part.ts';
import { memoryBytes } from './quantities.ts';

/** `translated`: another file of this folder makes something of it, or refuses a part; a function gives the reason against a value. */
export type KeyRule = 'translated' | 'harmless' | ((value: unknown, around: Raw) => string | undefined);

const never = (why: string) => () => why;

/** Refused unless it has one of the values that say what a pod has anyway. */
const unless = (usual: readonly string[], why: string) => (value: unknown) =>
  usual.includes(String(value)) ? undefined : why;

const noLimit = 'no container can be given that limit there';
const ownNamespace = "a pod's containers share nothing with those of other pods";
const noWindows = 'it is for Windows containers';

/** By the keys of a service. */
export const serviceRules: Readonly<Record<string, KeyRule>> = {
  annotations: 'harmless',
  attach: 'harmless',
  blkio_config: never('no container can be given shares of a disk there'),
  build: 'translated',
  cap_add: 'translated',
  cap_drop: 'translated',
  cgroup: unless(['private'], "it would have to be the node's own control group"),
  cgroup_parent: never('the kubelet chooses where the control group lies'),
  command: 'translated',
  configs: 'translated',
  container_name: 'translated',
  cpu_count: never(noWindows),
  cpu_percent: never(noWindows),
  cpu_period: 'translated',
  cpu_quota: 'translated',
  cpu_rt_period: never('real-time scheduling cannot be asked for there'),
  cpu_rt_runtime: never('real-time scheduling cannot be asked for there'),
  cpu_shares: unless(['1024'], 'weights follow from what is reserved (deploy.resources.reservations.cpus)'),
  cpus: 'translated',
  cpuset: never('the kubelet chooses the cores'),
  credential_spec: never(noWindows),
  depends_on: 'translated',
  deploy: 'translated',
  develop: 'harmless',
  device_cgroup_rules: never('devices come from plugins of the node there'),
  devices: never('devices come from plugins of the node there'),
  dns: never("it would lose the cluster's DNS, by which it finds the other services"),
  dns_opt: 'translated',
  dns_search: never("the cluster's own search list comes first, so that names could mean something else"),
  domainname: never('a pod has the domain of its cluster'),
  entrypoint: 'translated',
  env_file: 'translated',
  environment: 'translated',
  expose: 'translated',
  external_links: never('containers of another project are not there (run what it needs as a service of this one)'),
  extra_hosts: never("addresses of this machine's networks mean something else in a cluster"),
  gpus: never('devices come from plugins of the node there'),
  group_add: 'translated',
  healthcheck: 'translated',
  hostname: 'translated',
  image: 'translated',
  init: 'translated',
  ipc: unless(['private'], ownNamespace),
  isolation: unless(['default'], noWindows),
  label_file: never('labels in a file are not read (write them under labels)'),
  labels: 'translated',
  links: 'translated',
  logging: 'harmless',
  mac_address: never("the cluster's network gives it"),
  mem_limit: 'translated',
  mem_reservation: 'translated',
  mem_swappiness: never('swap is a matter of the node there'),
  memswap_limit: (value, { mem_limit }) =>
    mem_limit !== undefined && memoryBytes(value) === memoryBytes(mem_limit)
      ? undefined
      : 'swap is a matter of the node there (a limit equal to mem_limit asks for no swap, and is taken)',
  models: never('models are run by Docker itself'),
  network_mode: 'translated',
  networks: 'translated',
  oom_kill_disable: never('the kernel ends what runs out of memory there'),
  oom_score_adj: never('the kubelet sets it, by what is reserved'),
  pid: never(ownNamespace),
  pids_limit: unless(['-1', '0'], `${noLimit} (the kubelet has one for all pods)`),
  platform: 'translated',
  ports: 'translated',
  post_start: never('what runs beside the start is a matter of the image there'),
  pre_start: never('what runs before the start is a service of its own there (service_completed_successfully)'),
  pre_stop: never('what runs before the end is a matter of the image there'),
  privileged: never('it could do everything that its node can, to which a run has no right'),
  profiles: 'translated',
  provider: never('what a program on this machine provides is not in the cluster'),
  pull_policy: 'translated',
  pull_refresh_after: 'harmless',
  read_only: 'translated',
  restart: 'harmless',
  runtime: unless(['runc'], "a runtime is chosen by the cluster's RuntimeClasses"),
  scale: 'translated',
  secrets: 'translated',
  security_opt: 'translated',
  shm_size: 'translated',
  stdin_open: 'translated',
  stop_grace_period: 'translated',
  stop_signal: 'translated',
  storage_opt: never(noLimit),
  sysctls: 'translated',
  tmpfs: 'translated',
  tty: 'translated',
  ulimits: never(`${noLimit}: those of the node's container runtime hold`),
  use_api_socket: never("there is no Docker engine behind a cluster's pods"),
  user: 'translated',
  userns_mode: unless(['host'], 'user namespaces are a matter of the node there'),
  uts: never(ownNamespace),
  volumes: 'translated',
  volumes_from: never(ownNamespace),
  working_dir: 'translated',
};

/** By the keys of `deploy`; what `docker compose` itself does not heed changes nothing. */
export const deployRules: Readonly<Record<string, KeyRule>> = {
  endpoint_mode: 'harmless',
  labels: 'harmless',
  mode: unless(['replicated'], 'how many there are would depend on the nodes (say replicas)'),
  placement: 'harmless',
  replicas: 'translated',
  resources: 'translated',
  restart_policy: 'harmless',
  rollback_config: 'harmless',
  update_config: 'harmless',
};

const resourceRules: Readonly<Record<string, Readonly<Record<string, KeyRule>>>> = {
  limits: { cpus: 'translated', memory: 'translated', pids: unless(['-1', '0'], noLimit) },
  reservations: {
    cpus: 'translated',
    memory: 'translated',
    devices: never('devices come from plugins of the node there'),
    generic_resources: never('devices come from plugins of the node there'),
  },
};

/** Keys of `networks` of a service, by network. */
const attachmentRules: Readonly<Record<string, KeyRule>> = {
  aliases: 'translated',
  driver_opts: never("the cluster's network knows no options"),
  gw_priority: 'harmless',
  interface_name: unless(['eth0'], 'a pod has one interface, eth0'),
  ipv4_address: never("the cluster's network gives addresses"),
  ipv6_address: never("the cluster's network gives addresses"),
  link_local_ips: never("the cluster's network gives addresses"),
  mac_address: never("the cluster's network gives it"),
  priority: 'harmless',
};

/** Keys of a network of the project. */
const networkRules: Readonly<Record<string, KeyRule>> = {
  attachable: 'harmless',
  driver: unless(['bridge', 'default', 'overlay'], 'a cluster has one network, of its own kind'),
  driver_opts: never("the cluster's network knows no options"),
  enable_ipv4: 'harmless',
  enable_ipv6: never("which addresses there are is a matter of the cluster's network"),
  external: never('what is on a network of this machine cannot be reached from there'),
  internal: never('a pod reaches what is outside, unless policies of the cluster forbid it'),
  ipam: never("the cluster's network gives addresses"),
  labels: 'harmless',
  name: 'harmless',
};

/** Refuses what the keys of a service ask for beyond what can be translated; `path` is that of the service. */
export function checkKeys(service: Raw, root: Raw, path: Path, refuse: Refuse): void {
  check(service, serviceRules, path, refuse);
  const deploy = mapOf(service['deploy']);
  check(deploy, deployRules, [...path, 'deploy'], refuse);
  const resources = mapOf(deploy['resources']);
  for (const [kind, rules] of Object.entries(resourceRules))
    check(mapOf(resources[kind]), rules, [...path, 'deploy', 'resources', kind], refuse);
  const { networks } = service;
  for (const name of Array.isArray(networks) ? networks : Object.keys(mapOf(networks))) {
    check(mapOf(mapOf(networks)[name]), attachmentRules, [...path, 'networks', name], refuse);
    check(mapOf(mapOf(root['networks'])[name]), networkRules, ['networks', name], refuse);
  }
}

function check(given: Raw, rules: Readonly<Record<string, KeyRule>>, path: Path, refuse: Refuse): void {
  for (const [key, value] of Object.entries(given)) {
    if (key.startsWith('x-') || !asksForSomething(key, value)) continue;
    const rule = Object.hasOwn(rules, key) ? rules[key] : never('it is no key of the Compose specification');
    const why = typeof rule === 'function' ? rule(value, given) : undefined;
    if (why !== undefined) refuse([...path, key], `is ${show(value)}: ${why}`);
  }
}
