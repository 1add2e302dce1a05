/** One plain form for what rampart reads of a compose project and for what `docker compose config --format json` prints of it. */

import { parseDurationMs } from '../../src/model/units.ts';
import { parseComposeFile, serviceEnvironment } from '../../src/topology/compose-file/compose-file.ts';
import { composeDocument } from '../../src/topology/compose-file/document.ts';
import { loadComposeModel } from '../../src/topology/compose-file/model.ts';
import { composeNotes } from '../../src/topology/compose-file/notes.ts';
import type { ComposeService } from '../../src/topology/compose-file/service.ts';
import type { ComposeSource } from '../../src/topology/compose-file/sources.ts';

type Raw = Readonly<Record<string, unknown>>;
type Env = Readonly<Record<string, string>>;

/** What rampart reads: the services that start, and what is mounted into them. */
export function canonOfRampart(source: ComposeSource, env: Env, profiles?: readonly string[]): unknown {
  const file = parseComposeFile(source, env, profiles);
  const notes = composeNotes();
  const placed = loadComposeModel({ ...source, lookup: file.lookup, notes });
  const root = composeDocument(placed, notes).root as Raw;
  const services = file.active.map((service) => {
    const raw = (root.services as Readonly<Record<string, Raw>>)[service.name] ?? {};
    return [service.name, canonService(service, raw, serviceEnvironment(service, file).variables)] as const;
  });
  return plain({ services: Object.fromEntries(services), ...mounts(root) });
}

function canonService(service: ComposeService, raw: Raw, environment: Env): unknown {
  const { image, build, command, entrypoint, dependsOn, labels, ports, profiles, replicas } = service;
  return {
    ...rest(raw),
    image,
    build: build && {
      context: build.context,
      dockerfile: build.dockerfile ?? (build.dockerfileInline === undefined ? 'Dockerfile' : undefined),
      dockerfile_inline: build.dockerfileInline,
      target: build.target,
      args: Object.fromEntries(build.args),
    },
    environment,
    command,
    entrypoint,
    depends_on: Object.fromEntries(dependsOn.map(({ service: name, ...one }) => [name, one])),
    labels,
    ports: ports.map((one) => `${one.hostIp ?? ''}:${one.published ?? ''}:${one.target}/${one.protocol}`).sort(),
    profiles,
    replicas,
    stop_grace_period: service.stopGraceMs,
    stop_signal: service.stopSignal,
  };
}

/** What Compose prints, where a dollar sign is doubled so that it could be read again. */
export function canonOfCompose(text: string): unknown {
  const root = JSON.parse(text, (_key, value) =>
    typeof value === 'string' ? value.replaceAll('$$', '$') : value,
  ) as Raw;
  const services = Object.entries((root.services ?? {}) as Readonly<Record<string, Raw>>).map(([name, raw]) => {
    const build = raw.build as Raw | undefined;
    return [
      name,
      {
        ...rest(raw),
        image: raw.image,
        build: build && {
          context: build.context,
          dockerfile: build.dockerfile,
          dockerfile_inline: build.dockerfile_inline,
          target: build.target,
          args: build.args ?? {},
        },
        environment: withoutNulls((raw.environment ?? {}) as Raw),
        command: raw.command,
        entrypoint: raw.entrypoint,
        depends_on: map(raw.depends_on, (one) => ({
          condition: (one as Raw).condition,
          required: (one as Raw).required,
        })),
        labels: raw.labels ?? {},
        ports: ((raw.ports ?? []) as Raw[])
          .map((one) => `${one.host_ip ?? ''}:${one.published ?? ''}:${one.target}/${one.protocol}`)
          .sort(),
        profiles: raw.profiles ?? [],
        replicas: (raw.deploy as Raw | undefined)?.replicas ?? raw.scale ?? 1,
        stop_grace_period:
          raw.stop_grace_period === undefined ? undefined : parseDurationMs(String(raw.stop_grace_period)),
        stop_signal: raw.stop_signal,
      },
    ] as const;
  });
  return plain({ services: Object.fromEntries(services), ...mounts(root) });
}

/** The keys that rampart passes on as they stand, or only warns of. */
function rest(raw: Raw): Raw {
  const limits = ((raw.deploy as Raw | undefined)?.resources as Raw | undefined)?.limits as Raw | undefined;
  return {
    container_name: raw.container_name,
    hostname: raw.hostname,
    network_mode: raw.network_mode,
    restart: raw.restart,
    user: raw.user,
    working_dir: raw.working_dir,
    links: raw.links,
    cap_add: raw.cap_add,
    expose: (raw.expose as unknown[] | undefined)?.map(String),
    healthcheck: canonHealth(raw.healthcheck as Raw | undefined),
    networks: networksOf(raw.networks),
    volumes: ((raw.volumes ?? []) as Raw[]).map(({ type, source, target, read_only }) => ({
      type,
      source,
      target,
      read_only: read_only || undefined,
    })),
    secrets: mountsOf(raw.secrets, '/run/secrets/'),
    configs: mountsOf(raw.configs, undefined),
    limits: limits && {
      cpus: limits.cpus === undefined ? undefined : Number(limits.cpus),
      memory: bytes(limits.memory),
    },
    cpus: raw.cpus === undefined ? undefined : Number(raw.cpus),
    mem_limit: bytes(raw.mem_limit),
    logging: (raw.logging as Raw | undefined)?.driver,
    extra_hosts: list(raw.extra_hosts)
      .map((one) => one.replace(':', '='))
      .sort(),
  };
}

function canonHealth(check: Raw | undefined): unknown {
  if (!check) return undefined;
  const { test, interval, timeout, retries, disable } = check;
  return {
    test: typeof test === 'string' ? ['CMD-SHELL', test] : test,
    interval: interval === undefined ? undefined : parseDurationMs(String(interval)),
    timeout: timeout === undefined ? undefined : parseDurationMs(String(timeout)),
    retries: retries === undefined ? undefined : Number(retries),
    disable: disable === true ? true : undefined,
  };
}

function networksOf(value: unknown): unknown {
  if (Array.isArray(value)) return Object.fromEntries([...value].sort().map((name) => [name, []]));
  const found = map(value, (one) => ((one as Raw | null)?.aliases ?? []) as unknown);
  // Compose puts a service that names no network into this one.
  return Object.keys(found).length === 0 ? { default: [] } : found;
}

function mountsOf(value: unknown, folder: string | undefined): unknown {
  return ((value ?? []) as (string | Raw)[]).map((one) => {
    const { source, target }: Raw = typeof one === 'string' ? { source: one } : one;
    return { source, target: target ?? (folder && `${folder}${source}`) };
  });
}

function mounts(root: Raw): Raw {
  const file = (one: unknown) => {
    const { file: path, environment, content } = one as Raw;
    return { file: path, environment, content };
  };
  return { secrets: map(root.secrets, file), configs: map(root.configs, file) };
}

const units: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
};

function bytes(value: unknown): number | undefined {
  if (value === undefined || value === 0) return undefined;
  const [, number, unit = ''] = /^([\d.]+)\s*([a-z]*)$/i.exec(String(value)) ?? [];
  return Math.floor(Number(number) * (units[unit.toLowerCase()] ?? Number.NaN));
}

function list(value: unknown): string[] {
  if (Array.isArray(value)) return value.map(String);
  return Object.entries((value ?? {}) as Raw).map(([key, one]) => `${key}=${one}`);
}

function map(value: unknown, each: (one: unknown) => unknown): Record<string, unknown> {
  return Object.fromEntries(Object.entries((value ?? {}) as Raw).map(([key, one]) => [key, each(one)]));
}

function withoutNulls(value: Raw): Raw {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== null));
}

/** Without keys that are absent, null or empty, in a fixed order. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [key, plain(one)] as const);
  return Object.fromEntries(
    entries
      .filter(([, one]) => one !== undefined && one !== null && !isEmpty(one))
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
}

function isEmpty(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length === 0;
}
