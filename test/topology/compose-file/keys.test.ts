/** Every key of a compose service has an effect on a local process, is refused, or is told: none is passed over in silence. */
import { describe, expect, it } from 'vitest';
import type { RampartError } from '../../../src/model/errors.ts';
import { parseComposeFile, serviceEnvironment } from '../../../src/topology/compose-file/compose-file.ts';
import { projectOf } from '../../helpers/compose-project.ts';

/** All keys of a service in the Compose specification, each asking for something; `x` is an image, a secret, a network and so on. */
const serviceKeys: Readonly<Record<string, unknown>> = {
  annotations: { a: 'b' },
  attach: true,
  blkio_config: { weight: 300 },
  build: './elsewhere',
  cap_add: ['NET_ADMIN'],
  cap_drop: ['ALL'],
  cgroup: 'host',
  cgroup_parent: 'm',
  command: ['serve'],
  configs: ['x'],
  container_name: 'named',
  cpu_count: 2,
  cpu_percent: 50,
  cpu_period: '20ms',
  cpu_quota: '10ms',
  cpu_rt_period: '400ms',
  cpu_rt_runtime: '400ms',
  cpu_shares: 73,
  cpus: 0.5,
  cpuset: '0,1',
  credential_spec: { file: 'x.json' },
  depends_on: ['other'],
  deploy: { replicas: 3 },
  develop: { watch: [{ action: 'rebuild', path: '.' }] },
  device_cgroup_rules: ['c 1:3 mr'],
  devices: ['/dev/x:/dev/x'],
  dns: '8.8.8.8',
  dns_opt: ['use-vc'],
  dns_search: 'example.com',
  domainname: 'example.com',
  entrypoint: ['/serve'],
  env_file: 'x.env',
  environment: { A: 1 },
  expose: ['9090'],
  extends: 'other',
  external_links: ['redis'],
  extra_hosts: ['a:1.2.3.4'],
  gpus: 'all',
  group_add: ['mail'],
  healthcheck: { test: ['CMD', 'true'] },
  hostname: 'named',
  image: 'x',
  init: true,
  ipc: 'host',
  isolation: 'process',
  label_file: 'x.labels',
  labels: { a: 'b' },
  links: ['other'],
  logging: { driver: 'syslog' },
  mac_address: '02:42:ac:11:65:43',
  mem_limit: '64m',
  mem_reservation: '32m',
  mem_swappiness: 10,
  memswap_limit: '1g',
  models: ['x'],
  network_mode: 'host',
  networks: { x: { aliases: ['named'] } },
  oom_kill_disable: true,
  oom_score_adj: 100,
  pid: 'host',
  pids_limit: 10,
  platform: 'linux/arm64',
  ports: ['9090'],
  post_start: [{ command: ['x'] }],
  pre_start: [{ command: ['x'] }],
  pre_stop: [{ command: ['x'] }],
  privileged: true,
  profiles: ['x'],
  provider: { type: 'x' },
  pull_policy: 'always',
  pull_refresh_after: '1d',
  read_only: true,
  restart: 'always',
  runtime: 'runc',
  scale: 2,
  secrets: ['x'],
  security_opt: ['label:disable'],
  shm_size: '64m',
  stdin_open: true,
  stop_grace_period: '3s',
  stop_signal: 'SIGINT',
  storage_opt: { size: '1G' },
  sysctls: { 'net.core.somaxconn': 1024 },
  tmpfs: '/run',
  tty: true,
  ulimits: { nofile: 100 },
  use_api_socket: true,
  user: '1000',
  userns_mode: 'host',
  uts: 'host',
  volumes: ['./a:/a'],
  volumes_from: ['other'],
  working_dir: '/srv',
};

const buildKeys: Readonly<Record<string, unknown>> = {
  additional_contexts: { a: './a' },
  args: { A: '1' },
  cache_from: ['x'],
  cache_to: ['x'],
  context: './elsewhere',
  dockerfile: 'Dockerfile.dev',
  dockerfile_inline: 'FROM scratch',
  entitlements: ['network.host'],
  extra_hosts: ['a:1.2.3.4'],
  isolation: 'process',
  labels: { a: 'b' },
  network: 'host',
  no_cache: true,
  no_cache_filter: ['a'],
  platforms: ['linux/arm64'],
  privileged: true,
  provenance: true,
  pull: true,
  sbom: true,
  secrets: ['x'],
  shm_size: '64m',
  ssh: ['default'],
  tags: ['x:1'],
  target: 'final',
  ulimits: { nofile: 100 },
};

const deployKeys: Readonly<Record<string, unknown>> = {
  endpoint_mode: 'vip',
  labels: { a: 'b' },
  mode: 'global',
  placement: { constraints: ['a==b'] },
  replicas: 3,
  resources: { limits: { pids: 10 }, reservations: { cpus: '0.1' } },
  restart_policy: { condition: 'on-failure' },
  rollback_config: { parallelism: 1 },
  update_config: { parallelism: 1 },
};

/** What the reader makes of a service: its fields and environment, what it says of it, and why it refuses it. */
function reading(service: Readonly<Record<string, unknown>>) {
  const services = { other: { image: 'x', environment: { OTHER: 1 } }, web: { build: '.', ...service } };
  const sections = { x: { file: './x' } };
  const text = JSON.stringify({ services, networks: { x: {} }, secrets: sections, configs: sections });
  try {
    const file = parseComposeFile(projectOf({ 'compose.yaml': text, 'x.env': 'FROM=file\n' }), {});
    const web = file.services.find(({ name }) => name === 'web');
    if (!web) throw new Error('no service');
    const { unenforced, needsDocker, ...fields } = web;
    const { variables } = serviceEnvironment(web, file);
    return {
      fields: { ...fields, variables, starts: file.active.includes(web) },
      said: [...unenforced, ...needsDocker, ...file.warnings],
    };
  } catch (error) {
    return { fields: undefined, said: [(error as RampartError).message] };
  }
}

const plain = reading({});

/** Whether a key changes what is read of a service. */
function hasEffect({ fields }: ReturnType<typeof reading>): boolean {
  return fields !== undefined && JSON.stringify(fields, asJson) !== JSON.stringify(plain.fields, asJson);
}

function asJson(_key: string, value: unknown): unknown {
  return value instanceof Map ? [...value] : value;
}

describe('a key of a service', () => {
  it.each(Object.entries(serviceKeys))('%s has an effect or is told', (key, value) => {
    const found = reading({ [key]: value });
    const isTold = found.said.some((line) => line.includes(key.replace(/s$/, '')));
    expect(isTold || hasEffect(found)).toBe(true);
  });

  it.each(Object.entries(buildKeys))('build.%s has an effect or is told', (key, value) => {
    const found = reading({ build: { context: '.', [key]: value } });
    expect(found.said.some((line) => line.startsWith(`build.${key}: `)) || hasEffect(found)).toBe(true);
  });

  it.each(Object.entries(deployKeys))('deploy.%s has an effect or is told', (key, value) => {
    const found = reading({ deploy: { [key]: value } });
    expect(found.said.some((line) => line.startsWith(`deploy.${key}`)) || hasEffect(found)).toBe(true);
  });

  it.each([
    [
      { deploy: { resources: { limits: { cpus: '0.5', memory: '64M' } } } },
      ['deploy.resources.limits.cpus: "0.5"', 'deploy.resources.limits.memory: "64M"'],
    ],
    [
      { imaage: 'x' },
      [
        '/elsewhere/compose.yaml:1:90 services.web.imaage is no key that rampart knows, and has no effect on a local process',
      ],
    ],
    [
      { build: { context: '.', taget: 'x' } },
      [
        '/elsewhere/compose.yaml:1:100 services.web.build.taget is no key that rampart knows, and has no effect on a local process',
      ],
    ],
    [{ 'x-mine': 1 }, []],
    [{ cpus: 0, privileged: false, restart: 'no', cap_add: [], deploy: { mode: 'replicated' } }, []],
  ])('%j is told as %j', (service, said) => {
    expect(reading(service).said).toEqual(said);
  });

  it('is a mistake together with what else is wrong when nobody knows it', () => {
    const text = 'services: { web: { imaage: x } }\nservises: {}\n';
    expect(() => parseComposeFile(projectOf({ 'compose.yaml': text }), {})).toThrow(
      /web has neither an image nor a build[\s\S]*servises is no key that rampart knows[\s\S]*web\.imaage is no key/,
    );
  });
});
