/** One service of a compose file, checked and in one shape whatever form it was written in; pure. */
import { parseDurationMs } from '../../model/units.ts';
import { type ContainerSide, readContainerSide } from './container.ts';
import {
  child,
  type Field,
  fail,
  readCommand,
  readCount,
  readFlag,
  readKeyValues,
  readList,
  readMap,
  readString,
  readText,
  readTexts,
  show,
} from './fields.ts';
import { unenforcedKeys } from './keys.ts';
import { readExposed, readPorts, type ServicePort } from './ports.ts';

/** How a service's image is made. */
export interface BuildSpec {
  /** An absolute folder, or a repository or archive that a builder fetches. */
  readonly context: string;
  /** As written, relative to the context. */
  readonly dockerfile?: string | undefined;
  readonly dockerfileInline?: string | undefined;
  readonly target?: string | undefined;
  readonly args: ReadonlyMap<string, string>;
}

/** A service that must be up before this one. */
interface Dependency {
  readonly service: string;
  /** False: it may be left out. */
  readonly required: boolean;
  readonly condition: 'service_started' | 'service_healthy' | 'service_completed_successfully';
}

/** An absolute path; `raw` takes values as they stand. */
interface EnvFileSpec {
  readonly path: string;
  readonly required: boolean;
  readonly format?: 'raw' | undefined;
}

/** What rampart needs to know of a service to run it without Docker, or to explain why it cannot. */
export interface ComposeService extends ContainerSide {
  readonly name: string;
  readonly image?: string | undefined;
  readonly build?: BuildSpec | undefined;
  /** null: the variable is passed through from outside. */
  readonly environment: ReadonlyMap<string, string | null>;
  readonly envFiles: readonly EnvFileSpec[];
  readonly command?: readonly string[] | undefined;
  readonly entrypoint?: readonly string[] | undefined;
  readonly dependsOn: readonly Dependency[];
  readonly replicas: number;
  readonly ports: readonly ServicePort[];
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

/** Reads one service; mistakes go to the document. */
export function readService(name: string, value: unknown, field: Field): ComposeService {
  const raw = readMap(value, field);
  const { image, build, deploy, ports, expose, labels, environment, env_file, command, entrypoint, depends_on } = raw;
  const { scale, profiles, stop_grace_period, stop_signal } = raw;
  const at = (key: string) => child(field, key);
  const deployment = readMap(deploy, at('deploy'));
  const published = readPorts(ports, at('ports'));
  const tcp = published.flatMap(({ target, protocol }) => (protocol === 'tcp' ? [target] : []));
  const labelTexts = [...readKeyValues(labels, at('labels'))].map(([key, text]) => [key, text ?? '']);
  return {
    name,
    image: readString(image, at('image')),
    build: readBuild(build, at('build')),
    environment: readKeyValues(environment, at('environment')),
    envFiles: readEnvFiles(env_file, at('env_file')),
    command: readCommand(command, at('command')),
    entrypoint: readCommand(entrypoint, at('entrypoint')),
    dependsOn: withImplied(readDependencies(depends_on, at('depends_on')), raw, field),
    replicas: readReplicas(deployment, scale, field),
    ports: published,
    containerPorts: [...new Set([...tcp, ...readExposed(expose, at('expose'))])],
    labels: Object.fromEntries(labelTexts),
    profiles: readTexts(profiles, at('profiles')),
    stopGraceMs: readDuration(stop_grace_period, at('stop_grace_period')),
    stopSignal: readString(stop_signal, at('stop_signal')),
    unenforced: unenforcedKeys(raw, field),
    needsDocker: readNeedsDocker(raw),
    ...readContainerSide(raw, field),
  };
}

/** By either of two keys, which must not contradict each other. */
function readReplicas({ replicas }: Raw, scale: unknown, field: Field): number {
  const scaled = readCount(scale, child(field, 'scale'), 0);
  const deployed = readCount(replicas, child(child(field, 'deploy'), 'replicas'), 0);
  if (scaled !== undefined && deployed !== undefined && scaled !== deployed)
    fail(child(field, 'scale'), `must be that of deploy.replicas, ${deployed}, got ${scaled} (leave one of them out)`);
  return deployed ?? scaled ?? 1;
}

function readBuild(value: unknown, field: Field): BuildSpec | undefined {
  if (value === undefined || value === null) return undefined;
  const { context, dockerfile, dockerfile_inline, target, args } = readMap(value, field);
  return {
    context: readString(context, child(field, 'context')) ?? '.',
    dockerfile: readString(dockerfile, child(field, 'dockerfile')),
    dockerfileInline: readString(dockerfile_inline, child(field, 'dockerfile_inline')),
    target: readString(target, child(field, 'target')),
    args: new Map([...readKeyValues(args, child(field, 'args'))].filter(hasValue)),
  };
}

function hasValue(entry: [string, string | null]): entry is [string, string] {
  return entry[1] !== null;
}

function readEnvFiles(value: unknown, field: Field): readonly EnvFileSpec[] {
  return readList(value, field).flatMap((item, index) => {
    const at = child(field, index);
    const { path, required, format } = readMap(item, at);
    if (format !== undefined && format !== 'raw') fail(child(at, 'format'), `must be raw, got ${show(format)}`);
    const text = readText(path, child(at, 'path'));
    const isRequired = readFlag(required, child(at, 'required')) ?? true;
    return text ? [{ path: text, required: isRequired, format: format === 'raw' ? format : undefined }] : [];
  });
}

const conditions = ['service_started', 'service_healthy', 'service_completed_successfully'] as const;

function readDependencies(value: unknown, field: Field): Dependency[] {
  if (Array.isArray(value)) {
    return readTexts(value, field).map((service) => ({ service, condition: 'service_started', required: true }));
  }
  return Object.entries(readMap(value, field)).map(([service, options]) => {
    const at = child(field, service);
    const { condition = 'service_started', required } = readMap(options, at);
    const known = conditions.find((one) => one === condition);
    if (!known) fail(child(at, 'condition'), `must be one of ${conditions.join(', ')}, got ${show(condition)}`);
    const isRequired = readFlag(required, child(at, 'required')) ?? true;
    return { service, condition: known ?? 'service_started', required: isRequired };
  });
}

/**
 * Services that Compose starts first although `depends_on` does not name them: linked ones, and those whose namespaces or volumes are
 * shared.
 */
function withImplied(named: readonly Dependency[], raw: Raw, field: Field): Dependency[] {
  const shared = ['network_mode', 'ipc', 'pid', 'uts', 'cgroup'].flatMap(
    (key) => /^service:(.+)$/.exec(String(raw[key]))?.[1] ?? [],
  );
  const before = (key: string) => readTexts(raw[key], child(field, key)).map((text) => text.split(':')[0] ?? '');
  const volumes = before('volumes_from').filter((name) => name !== 'container');
  const implied = new Set([...before('links'), ...shared, ...volumes]);
  const missing = [...implied].filter((name) => !named.some((one) => one.service === name));
  return [...named, ...missing.map((service) => ({ service, condition: 'service_started', required: true }) as const)];
}

function readDuration(value: unknown, field: Field): number | undefined {
  const text = readText(value, field);
  if (text === undefined) return undefined;
  const ms = parseDurationMs(text);
  if (ms === undefined) fail(field, `must be a duration, got ${show(value)} (example: 10s)`);
  return ms;
}

function readNeedsDocker({ build, image, configs, secrets }: Raw): string[] {
  const reasons: string[] = [];
  if (configs !== undefined) reasons.push('it mounts configs');
  if (secrets !== undefined) reasons.push('it mounts secrets');
  if (build === undefined) {
    reasons.push(image === undefined ? 'it has no build' : `it has no build, only the image ${show(image)}`);
  }
  return reasons;
}
