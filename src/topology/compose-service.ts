/** One service of a compose file, checked and in one shape whatever form it was written in; pure. */
import { parseDurationMs } from '../model/units.ts';
import {
  child,
  type Field,
  fail,
  readCommand,
  readCount,
  readKeyValues,
  readList,
  readMap,
  readPorts,
  readText,
  readTexts,
  show,
} from './compose-fields.ts';

/** How a service's image is made; `context` as written, relative to the compose file. */
interface BuildSpec {
  readonly context: string;
}

/** A service that must be up before this one. */
interface Dependency {
  readonly service: string;
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
}

/** What rampart needs to know of a service to run it without Docker, or to explain why it cannot. */
export interface ComposeService {
  readonly name: string;
  readonly build?: BuildSpec | undefined;
  /** null: the variable is passed through from outside. */
  readonly environment: ReadonlyMap<string, string | null>;
  readonly envFiles: readonly { readonly path: string; readonly required: boolean }[];
  readonly command?: readonly string[] | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  readonly dependsOn: readonly Dependency[];
  readonly replicas: number;
  /** TCP ports inside the container, from `ports` and `expose`. */
  readonly containerPorts: readonly number[];
  readonly labels: Readonly<Record<string, string>>;
  readonly profiles: readonly string[];
  readonly stopGraceMs?: number | undefined;
  readonly stopSignal?: string | undefined;
  /** Keys that only a container runtime can honour, with what they ask for: `cpus: 0.5`. */
  readonly unenforced: readonly string[];
  /** Why the service cannot run as a local process at all. */
  readonly needsDocker: readonly string[];
}

type Raw = Readonly<Record<string, unknown>>;

const limitKeys = ['cpus', 'cpuset', 'cpu_quota', 'cpu_shares', 'mem_limit', 'memswap_limit', 'pids_limit', 'ulimits'];
const isolationKeys = [
  'volumes',
  'tmpfs',
  'network_mode',
  'extra_hosts',
  'dns',
  'sysctls',
  'cap_add',
  'cap_drop',
  'devices',
  'privileged',
  'read_only',
  'user',
  'working_dir',
  'pid',
  'ipc',
];

/** Reads one service; mistakes go to the document. */
export function readService(name: string, value: unknown, field: Field): ComposeService {
  const raw = readMap(value, field);
  const { build, deploy, ports, expose, labels, environment, env_file, command, entrypoint, depends_on } = raw;
  const { scale, profiles, stop_grace_period, stop_signal } = raw;
  const at = (key: string) => child(field, key);
  const deployment = readMap(deploy, at('deploy'));
  const labelTexts = [...readKeyValues(labels, at('labels'))].map(([key, text]) => [key, text ?? '']);
  return {
    name,
    build: readBuild(build, at('build')),
    environment: readKeyValues(environment, at('environment')),
    envFiles: readEnvFiles(env_file, at('env_file')),
    command: readCommand(command, at('command')),
    entrypoint: readCommand(entrypoint, at('entrypoint')),
    dependsOn: readDependencies(depends_on, at('depends_on')),
    replicas: readReplicas(deployment, child(at('deploy'), 'replicas')) ?? readCount(scale, at('scale'), 0) ?? 1,
    containerPorts: [...new Set([...readPortList(ports, at('ports')), ...readPortList(expose, at('expose'))])],
    labels: Object.fromEntries(labelTexts),
    profiles: readTexts(profiles, at('profiles')),
    stopGraceMs: readDuration(stop_grace_period, at('stop_grace_period')),
    stopSignal: readText(stop_signal, at('stop_signal')),
    unenforced: readUnenforced(raw, deployment, field),
    needsDocker: readNeedsDocker(raw),
  };
}

function readReplicas({ replicas }: Raw, field: Field): number | undefined {
  return readCount(replicas, field, 0);
}

function readPortList(value: unknown, field: Field): readonly number[] {
  return readList(value, field).flatMap((port, index) => readPorts(port, child(field, index)));
}

function readBuild(value: unknown, field: Field): BuildSpec | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string') return { context: value };
  const { context } = readMap(value, field);
  return { context: readText(context, child(field, 'context')) ?? '.' };
}

function readEnvFiles(value: unknown, field: Field): ComposeService['envFiles'] {
  const list = typeof value === 'string' ? [value] : readList(value, field);
  return list.flatMap((item, index) => {
    const at = child(field, index);
    if (typeof item === 'string') return [{ path: item, required: true }];
    const { path, required } = readMap(item, at);
    const text = readText(path, child(at, 'path'));
    return text ? [{ path: text, required: required !== false }] : [];
  });
}

const conditions = ['service_started', 'service_healthy', 'service_completed_successfully'] as const;

function readDependencies(value: unknown, field: Field): Dependency[] {
  if (Array.isArray(value)) {
    return readTexts(value, field).map((service) => ({ service, condition: 'service_started' }));
  }
  return Object.entries(readMap(value, field)).map(([service, options]) => {
    const at = child(field, service);
    const { condition = 'service_started' } = readMap(options, at);
    const known = conditions.find((one) => one === condition);
    if (!known) fail(child(at, 'condition'), `must be one of ${conditions.join(', ')}, got ${show(condition)}`);
    return { service, condition: known ?? 'service_started' };
  });
}

function readDuration(value: unknown, field: Field): number | undefined {
  const text = readText(value, field);
  if (text === undefined) return undefined;
  const ms = parseDurationMs(text);
  if (ms === undefined) fail(field, `must be a duration, got ${show(value)} (example: 10s)`);
  return ms;
}

function readUnenforced(raw: Raw, { resources }: Raw, field: Field): string[] {
  const keys = [...limitKeys, ...isolationKeys];
  const found = keys.filter((key) => asksForSomething(raw[key])).map((key) => `${key}: ${show(raw[key])}`);
  const at = child(child(field, 'deploy'), 'resources');
  const { limits } = readMap(resources, at);
  for (const [key, value] of Object.entries(readMap(limits, child(at, 'limits')))) {
    if (asksForSomething(value)) found.push(`deploy.resources.limits.${key}: ${show(value)}`);
  }
  return found;
}

/** A limit of 0 is no limit, so that a variable can switch it off. */
function asksForSomething(value: unknown): boolean {
  return value !== undefined && value !== null && String(value) !== '0' && String(value) !== '';
}

function readNeedsDocker({ build, image, configs, secrets, extends: base }: Raw): string[] {
  const reasons: string[] = [];
  if (base !== undefined) reasons.push('it extends another service');
  if (configs !== undefined) reasons.push('it mounts configs');
  if (secrets !== undefined) reasons.push('it mounts secrets');
  if (build === undefined && base === undefined) {
    reasons.push(image === undefined ? 'it has no build' : `it has no build, only the image ${show(image)}`);
  }
  return reasons;
}
