/** The door to the Docker engine: rampart's questions to what the client asks, and its answers back. */
import type Docker from 'dockerode';
import { environmentError, messageOf, type RampartError } from '../model/errors.ts';
import { containerChanges } from './container-changes.ts';
import { dockerEndpoint, tlsFiles } from './docker-endpoint.ts';
import type {
  ContainerChoice,
  DockerEngine,
  DockerFacts,
  EngineAbilities,
  EngineThing,
  InspectedContainer,
  ListedContainer,
} from './docker-engine.ts';
import { eventsIn, linesIn, logLinesIn } from './docker-streams.ts';
import { type GroupLimits, noMemoryLimit } from './proc-fs.ts';

type Env = Readonly<Record<string, string | undefined>>;
type Labels = Readonly<Record<string, string>>;

/**
 * The engine that `dockerEndpoint` names; throws environmentError when its address is not one that rampart can use. Nothing is sent yet.
 */
export function connectDocker(env: Env): DockerEngine {
  const options = clientOptions(env);
  let made: Promise<Docker> | undefined;
  // It takes a tenth of a second to load, which runs without Docker can do without.
  const client = () => {
    made ??= import('dockerode').then(({ default: Client }) => new Client(options));
    return made;
  };
  return {
    ping: async (ms) => ping(await client(), ms),
    abilities: async () => abilitiesIn((await (await client()).info()) as EngineInfo),
    containers: async (choice) => listContainers(await client(), choice),
    inspect: async (id, signal) => inspected(await (await client()).getContainer(id).inspect(abortable(signal))),
    things: async (label) => listThings(await client(), label),
    imageId: async (name) => {
      const found = await unlessMissing((await client()).getImage(name).inspect());
      return found?.Id;
    },
    logs: async (id, { hasTty, tail, sinceS = 0, signal }) => {
      const options = { stdout: true, stderr: true, since: sinceS, ...(tail === undefined ? {} : { tail }) };
      const logs = (await client()).getContainer(id).logs({ ...options, follow: true, ...abortable(signal) });
      return logLinesIn((await logs) as unknown as AsyncIterable<Buffer>, hasTty);
    },
    events: async ({ actions, labels = [], signal }) => {
      const filters = JSON.stringify({ type: ['container'], event: actions, label: labels });
      const events = (await client()).getEvents({ filters, ...abortable(signal) });
      return eventsIn((await events) as unknown as AsyncIterable<Buffer>);
    },
    stats: async (id, signal) => {
      const stats = (await client()).getContainer(id).stats({ stream: true, ...abortable(signal) });
      return linesIn((await stats) as unknown as AsyncIterable<Buffer>);
    },
    change: containerChanges(client),
  };
}

/** Of what the engine says about itself (Engine API, SystemInfo). */
interface EngineInfo {
  readonly OperatingSystem?: string;
  readonly CgroupDriver?: string;
  readonly CpuCfsPeriod?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly MemoryLimit?: boolean;
}

function abilitiesIn(info: EngineInfo): EngineAbilities {
  const hasGroups = info.CgroupDriver !== 'none';
  return {
    operatingSystem: info.OperatingSystem ?? '',
    limitsCpu: hasGroups && info.CpuCfsPeriod !== false && info.CpuCfsQuota !== false,
    limitsMemory: hasGroups && info.MemoryLimit !== false,
    pauses: hasGroups,
  };
}

function clientOptions(env: Env): Docker.DockerOptions {
  const endpoint = dockerEndpoint(env);
  const { host } = endpoint;
  // Every key is given, also as undefined, because the client fills missing ones from the process environment.
  const nothing = { host: undefined, port: undefined, ca: undefined, cert: undefined, key: undefined };
  const socketPath = /^(?:unix|npipe):\/\/(.+)$/.exec(host)?.[1];
  if (socketPath) return { ...nothing, socketPath, protocol: 'http' } as Docker.DockerOptions;
  const tcp = /^(?:tcp|https?):\/\/(\[[^\]]+\]|[^:/]+)(?::(\d+))?\/?$/.exec(host);
  if (!tcp) {
    throw environmentError(
      'docker-address',
      `the Docker engine's address must be unix://, npipe:// or tcp://, got "${host}" (example: unix:///var/run/docker.sock)`,
      'set DOCKER_HOST, choose another context with `docker context use`, or run with --engine process',
    );
  }
  return {
    ...nothing,
    socketPath: undefined,
    host: tcp[1],
    port: tcp[2] ?? (endpoint.tlsDir ? '2376' : '2375'),
    ...(endpoint.tlsDir ? { protocol: 'https', ...tlsFiles(endpoint.tlsDir) } : { protocol: 'http' }),
  } as Docker.DockerOptions;
}

async function ping(docker: Docker, ms: number): Promise<DockerFacts> {
  const version = docker.version.bind(docker) as (options: object) => Promise<Docker.DockerVersion>;
  try {
    const said = await version(abortable(AbortSignal.timeout(ms)));
    return { version: said.Version, apiVersion: said.ApiVersion, os: said.Os, arch: said.Arch };
  } catch (error) {
    throw unreachable(error, ms);
  }
}

/** The client takes a signal with every question; its types leave it out of most. */
function abortable(signal: AbortSignal | undefined): object {
  return signal ? { abortSignal: signal } : {};
}

function unreachable(error: unknown, ms: number): RampartError {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const wayOut = 'or run without Docker: --engine process';
  if (code === 'EACCES' || code === 'EPERM') {
    return environmentError(
      'docker-permission',
      `no permission to talk to the Docker engine (${messageOf(error)})`,
      `add your user to the group "docker" (sudo usermod -aG docker $USER, then log in again), ${wayOut}`,
      error,
    );
  }
  const late = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
  return environmentError(
    'docker-unreachable',
    late
      ? `the Docker engine did not answer within ${ms}ms`
      : `the Docker engine does not answer (${messageOf(error)})`,
    `start Docker (\`docker info\` shows whether it runs), ${wayOut}`,
    error,
  );
}

async function listContainers(
  docker: Docker,
  { labels = [], stopped = false, signal }: ContainerChoice,
): Promise<ListedContainer[]> {
  const found = await docker.listContainers({ all: stopped, filters: { label: [...labels] }, ...abortable(signal) });
  return found.map(({ Id, Names, Labels, Ports }) => ({
    id: Id,
    name: nameOf(Names[0] ?? Id),
    labels: Labels ?? {},
    ports: Ports.map(({ PrivatePort, PublicPort }) => ({ container: PrivatePort, host: PublicPort || undefined })),
  }));
}

async function listThings(docker: Docker, label: string): Promise<EngineThing[]> {
  const filters = { label: [label] };
  const [containers, networks, volumes, images] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listNetworks({ filters }),
    docker.listVolumes({ filters }),
    docker.listImages({ filters }),
  ]);
  const thing = (
    kind: EngineThing['kind'],
    id: string,
    name: string,
    labels: Labels | null | undefined,
    removal: Removal,
  ) => ({
    kind,
    id,
    name,
    labels: labels ?? {},
    remove: async () => void (await unlessMissing(removal())),
  });
  return [
    ...containers.map(({ Id, Names, Labels }) =>
      thing('container', Id, nameOf(Names[0] ?? Id), Labels, () => removeContainer(docker.getContainer(Id))),
    ),
    ...networks.map(({ Id, Name, Labels }) => thing('network', Id, Name, Labels, () => docker.getNetwork(Id).remove())),
    ...(volumes.Volumes ?? []).map(({ Name, Labels }) =>
      thing('volume', Name, Name, Labels, () => docker.getVolume(Name).remove({ force: true })),
    ),
    ...images.map(({ Id, RepoTags, Labels }) =>
      thing('image', Id, RepoTags?.[0] ?? Id, Labels, () => docker.getImage(Id).remove({ force: true })),
    ),
  ];
}

/** Resolves when it is gone, also where somebody else removes it just now. */
async function removeContainer(container: Docker.Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch(async (error: { statusCode?: number; message?: string }) => {
    if (error.statusCode !== 409 || !/already in progress/.test(error.message ?? '')) throw error;
    await container.wait({ condition: 'removed' });
  });
}

type Removal = () => Promise<unknown>;

/** Undefined where the engine answers that there is no such thing; other failures throw. */
async function unlessMissing<Value>(asked: Promise<Value>): Promise<Value | undefined> {
  return await asked.catch((error: { statusCode?: number }) => {
    if (error.statusCode === 404) return undefined;
    throw error;
  });
}

function inspected({
  Id,
  Name,
  Image,
  Config,
  State,
  NetworkSettings,
  HostConfig,
}: Docker.ContainerInspectInfo): InspectedContainer {
  return {
    id: Id,
    name: nameOf(Name),
    labels: Config.Labels ?? {},
    environment: variablesOf(Config.Env ?? []),
    hasTty: Config.Tty,
    isRunning: State.Running,
    startedS: secondsOf(State.StartedAt),
    endedS: secondsOf(State.FinishedAt),
    exitCode: State.ExitCode,
    health: State.Health?.Status,
    pid: State.Pid > 0 ? State.Pid : undefined,
    ports: Object.entries(portsOf(State, NetworkSettings, HostConfig)).map(([key, bindings]) => {
      const [number, protocol = ''] = key.split('/');
      const places = (bindings ?? []).map(({ HostIp, HostPort }) => ({ address: HostIp, port: HostPort }));
      return { number: Number(number), protocol, bindings: places };
    }),
    networks: Object.entries(NetworkSettings.Networks ?? {})
      .map(([name, { IPAddress, GlobalIPv6Address }]) => ({ name, address: IPAddress || GlobalIPv6Address || '' }))
      .filter(({ address }) => address !== '')
      .sort((a, b) => (a.name < b.name ? -1 : 1)),
    networkMode: HostConfig.NetworkMode ?? '',
    image: Config.Image,
    imageId: Image,
    limits: limitsIn(HostConfig),
    resources: {
      nanoCpus: HostConfig.NanoCpus ?? 0,
      cpuPeriod: HostConfig.CpuPeriod ?? 0,
      cpuQuota: HostConfig.CpuQuota ?? 0,
      memory: HostConfig.Memory ?? 0,
      memorySwap: HostConfig.MemorySwap ?? 0,
    },
  };
}

type PortMap = Docker.ContainerInspectInfo['NetworkSettings']['Ports'];

/** Of one that does not run those that are asked for, as far as the engine is not to choose them. */
function portsOf(
  { Running }: Docker.ContainerInspectInfo['State'],
  { Ports }: Docker.ContainerInspectInfo['NetworkSettings'],
  { PortBindings }: Docker.HostConfig,
): PortMap {
  return (Running ? Ports : (PortBindings as PortMap | undefined)) ?? {};
}

/** The engine's stamps have nanoseconds, of which Date keeps milliseconds. */
function secondsOf(stamp: string): number {
  const fraction = /\.(\d{1,9})/.exec(stamp)?.[1] ?? '';
  return Math.floor(Date.parse(stamp) / 1000) + Number(`0.${fraction || 0}`);
}

/** Zero is no limit (Engine API, HostConfig); `cpus` of a compose file is NanoCpus, the older form is quota and period. */
export function limitsIn({
  NanoCpus = 0,
  CpuQuota = 0,
  CpuPeriod = 0,
  Memory = 0,
}: Pick<Docker.HostConfig, 'NanoCpus' | 'CpuQuota' | 'CpuPeriod' | 'Memory'>): GroupLimits {
  const cpus = NanoCpus > 0 ? NanoCpus / 1e9 : CpuQuota / (CpuPeriod || 100_000);
  return {
    cpus: cpus > 0 ? cpus : undefined,
    memoryBytes: Memory > 0 && Memory < noMemoryLimit ? Memory : undefined,
  };
}

/** A variable without a value is none. */
function variablesOf(entries: readonly string[]): Record<string, string> {
  const pairs = entries.flatMap((entry): [string, string][] => {
    const at = entry.indexOf('=');
    return at < 0 ? [] : [[entry.slice(0, at), entry.slice(at + 1)]];
  });
  return Object.fromEntries(pairs);
}

/** The engine writes a slash before it. */
function nameOf(name: string): string {
  return name.replace(/^\//, '');
}
