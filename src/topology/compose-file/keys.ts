/** Which keys of a compose service a local process can honour, and what is said of those that it cannot; pure. */
import { child, type Field, isRecord, readMap, show, warn } from './fields.ts';

type Raw = Readonly<Record<string, unknown>>;

/** Read into the fields of a service, or refused there; the other keys of the specification have no effect on a local process. */
const honoured: Readonly<Record<string, readonly string[]>> = {
  service: [
    'build',
    'command',
    'configs',
    'container_name',
    'depends_on',
    'deploy',
    'entrypoint',
    'env_file',
    'environment',
    'expose',
    'hostname',
    'image',
    'labels',
    'links',
    'ports',
    'profiles',
    'scale',
    'secrets',
    'stop_grace_period',
    'stop_signal',
    'working_dir',
  ],
  build: ['context', 'dockerfile', 'dockerfile_inline', 'target', 'args'],
  deploy: ['replicas', 'resources'],
};

/** The remaining keys of the Compose specification (compose-spec.json). */
const inert: Readonly<Record<string, readonly string[]>> = {
  service: [
    'annotations',
    'attach',
    'blkio_config',
    'cap_add',
    'cap_drop',
    'cgroup',
    'cgroup_parent',
    'cpu_count',
    'cpu_percent',
    'cpu_period',
    'cpu_quota',
    'cpu_rt_period',
    'cpu_rt_runtime',
    'cpu_shares',
    'cpus',
    'cpuset',
    'credential_spec',
    'develop',
    'device_cgroup_rules',
    'devices',
    'dns',
    'dns_opt',
    'dns_search',
    'domainname',
    'external_links',
    'extra_hosts',
    'gpus',
    'group_add',
    'healthcheck',
    'init',
    'ipc',
    'isolation',
    'label_file',
    'logging',
    'mac_address',
    'mem_limit',
    'mem_reservation',
    'mem_swappiness',
    'memswap_limit',
    'models',
    'network_mode',
    'networks',
    'oom_kill_disable',
    'oom_score_adj',
    'pid',
    'pids_limit',
    'platform',
    'post_start',
    'pre_start',
    'pre_stop',
    'privileged',
    'provider',
    'pull_policy',
    'pull_refresh_after',
    'read_only',
    'restart',
    'runtime',
    'security_opt',
    'shm_size',
    'stdin_open',
    'storage_opt',
    'sysctls',
    'tmpfs',
    'tty',
    'ulimits',
    'use_api_socket',
    'user',
    'userns_mode',
    'uts',
    'volumes',
    'volumes_from',
  ],
  build: [
    'additional_contexts',
    'cache_from',
    'cache_to',
    'entitlements',
    'extra_hosts',
    'isolation',
    'labels',
    'network',
    'no_cache',
    'no_cache_filter',
    'platforms',
    'privileged',
    'provenance',
    'pull',
    'sbom',
    'secrets',
    'shm_size',
    'ssh',
    'tags',
    'ulimits',
  ],
  deploy: ['endpoint_mode', 'labels', 'mode', 'placement', 'restart_policy', 'rollback_config', 'update_config'],
};

/** The keys of the Compose specification for a service, or for its `build` or `deploy`. */
export function knownKeys(kind: 'service' | 'build' | 'deploy'): readonly string[] {
  return [...(honoured[kind] ?? []), ...(inert[kind] ?? [])];
}

/** What a service asks for that a local process does not get, as `cpus: 0.5`; keys that the specification does not have are warned of. */
export function unenforcedKeys(service: Raw, field: Field): string[] {
  const { build, deploy } = service;
  const { resources } = readMap(deploy, child(field, 'deploy'));
  const limits = isRecord(resources) ? resources : {};
  return [
    ...inertIn('service', service, field, ''),
    ...inertIn('build', isRecord(build) ? build : {}, child(field, 'build'), 'build.'),
    ...inertIn('deploy', isRecord(deploy) ? deploy : {}, child(field, 'deploy'), 'deploy.'),
    ...['limits', 'reservations'].flatMap((kind) => asked(limits[kind], `deploy.resources.${kind}.`)),
  ];
}

function inertIn(kind: string, given: Raw, field: Field, prefix: string): string[] {
  return Object.entries(given).flatMap(([key, value]) => {
    if (honoured[kind]?.includes(key) || key.startsWith('x-')) return [];
    if (inert[kind]?.includes(key)) return asksForSomething(key, value) ? [`${prefix}${key}: ${show(value)}`] : [];
    warn(child(field, key), 'is no key that rampart knows, and has no effect on a local process');
    return [];
  });
}

function asked(value: unknown, prefix: string): string[] {
  return Object.entries(isRecord(value) ? value : {}).flatMap(([key, one]) =>
    asksForSomething(key, one) ? [`${prefix}${key}: ${show(one)}`] : [],
  );
}

/** A limit of 0 is no limit, so that a variable can switch it off; what is what a process has anyway asks for nothing either. */
export function asksForSomething(key: string, value: unknown): boolean {
  if (value === undefined || value === null || value === false) return false;
  if (typeof value === 'object') return Object.keys(value).length > 0;
  if (['0', '', 'false'].includes(String(value))) return false;
  return !(key === 'restart' && value === 'no') && !(key === 'mode' && value === 'replicated');
}
