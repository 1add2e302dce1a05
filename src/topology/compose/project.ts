/** The resolved configuration of a compose project (`docker compose config`), and the changes that a run makes to it; pure. */
import type { ComposeTopology } from '../../model/topology-spec.ts';
import { escapeAll } from '../compose-file/interpolate.ts';
import { hintedPorts, readAllHints, type ServiceHints } from '../compose-file/service-labels.ts';
import { withGoDebug } from '../go-build/go-debug.ts';

/** The parts of a resolved service that a run reads or changes; everything else stays as it is. */
export interface ResolvedService {
  readonly image?: string;
  readonly platform?: string;
  readonly build?: ResolvedBuild;
  readonly environment?: Readonly<Record<string, string | null>> | null;
  readonly labels?: Readonly<Record<string, string>> | null;
  readonly ports?: readonly ResolvedPort[];
  readonly container_name?: string;
  readonly networks?: Readonly<Record<string, ResolvedAddress | null>> | null;
  readonly expose?: readonly string[];
  readonly depends_on?: Readonly<Record<string, { readonly condition?: string }>>;
  readonly deploy?: {
    readonly replicas?: number;
    readonly resources?: { readonly limits?: Readonly<Record<string, unknown>> };
  };
  readonly cpus?: unknown;
  readonly mem_limit?: unknown;
  readonly memswap_limit?: unknown;
  readonly scale?: number;
  readonly healthcheck?: unknown;
  readonly profiles?: readonly string[];
}

/** A port of the containers, and the port or the range `8080-8090` of this machine that leads to it; the engine chooses without. */
export interface ResolvedPort {
  readonly target: number;
  readonly protocol?: string;
  readonly published?: string | number;
}

/** Addresses that a service wants on a network. */
interface ResolvedAddress {
  readonly ipv4_address?: string;
  readonly ipv6_address?: string;
}

/** `build` of a resolved service; `context` is absolute. */
export interface ResolvedBuild {
  readonly context?: string;
  readonly dockerfile?: string;
  readonly dockerfile_inline?: string;
  readonly target?: string;
  readonly args?: Readonly<Record<string, string | null>>;
  readonly tags?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** A whole resolved project. */
export interface ResolvedProject {
  readonly name?: string;
  readonly services: Readonly<Record<string, ResolvedService>>;
  readonly networks?: Readonly<Record<string, Labelled | null>>;
  readonly volumes?: Readonly<Record<string, Labelled | null>>;
}

interface Labelled {
  readonly external?: boolean;
  readonly labels?: Readonly<Record<string, string>>;
}

/** What a run wants changed. */
export interface ProjectChanges {
  readonly scale: Readonly<Record<string, number>>;
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly images?: ComposeTopology['images'];
  readonly limits?: ComposeTopology['limits'];
  readonly goDebug: readonly string[];
  /** Labels for everything the run creates. */
  readonly labels: Readonly<Record<string, string>>;
  /** Builds that replace the file's own. */
  readonly builds: ReadonlyMap<string, ResolvedBuild>;
}

/** Replicas of each service: the scenario's word, else the file's. */
export function projectReplicas(
  project: ResolvedProject,
  scale: Readonly<Record<string, number>>,
): Record<string, number> {
  const counts = Object.entries(project.services).map(([name, service]) => {
    return [name, scale[name] ?? service.deploy?.replicas ?? service.scale ?? 1] as const;
  });
  return Object.fromEntries(counts);
}

/** Services that run to their end before another starts; they are no targets, and their end is no accident. */
export function oneShotServices(project: ResolvedProject): Set<string> {
  const dependencies = Object.values(project.services).flatMap((service) => Object.entries(service.depends_on ?? {}));
  return new Set(
    dependencies.filter(([, { condition }]) => condition === 'service_completed_successfully').map(([name]) => name),
  );
}

/** What the labels of every service say, with replica counts filled in. */
export function projectHints(
  project: ResolvedProject,
  replicas: Readonly<Record<string, number>>,
): Map<string, ServiceHints> {
  const services = Object.entries(project.services).map(([name, { labels }]) => ({ name, labels: labels ?? {} }));
  return readAllHints(services, replicas);
}

/** The project as the run starts it; resolved values are kept as they are, so the result is a compose file of its own. */
export function changeProject(project: ResolvedProject, changes: ProjectChanges): ResolvedProject {
  const replicas = projectReplicas(project, changes.scale);
  const hints = projectHints(project, replicas);
  const own = ownImages(project, changes);
  const services = Object.entries(project.services).map(([name, service]) => {
    const changed = changeService(name, service, replicas[name] ?? 1, hints.get(name) ?? {}, changes);
    const image = changed.image === undefined ? undefined : own.get(changed.image);
    return [name, image === undefined ? changed : { ...changed, image }] as const;
  });
  return {
    ...project,
    services: Object.fromEntries(services),
    networks: labelled(project.networks, changes.labels),
    volumes: labelled(project.volumes, changes.labels),
  };
}

/** What the images that this run builds are called by the file, each with the name that Compose gives it without. */
function ownImages({ name: project = '', services }: ResolvedProject, { images = {} }: ProjectChanges) {
  return new Map(
    Object.entries(services).flatMap(([name, { image, build }]) =>
      build && image !== undefined && images[name] === undefined ? [[image, `${project}-${name}`] as const] : [],
    ),
  );
}

function changeService(
  name: string,
  service: ResolvedService,
  replicas: number,
  hints: ServiceHints,
  changes: ProjectChanges,
): ResolvedService {
  // `scale` and `deploy.replicas` would have to say the same, so only one stays; profiles have been asked for before.
  const { scale: _scale, profiles: _profiles, image: ownImage, build: ownBuild, ...rest } = service;
  const given = changes.images?.[name];
  const build = given === undefined ? (changes.builds.get(name) ?? ownBuild) : undefined;
  const image = given ?? ownImage;
  return {
    ...rest,
    ...(build ? { build: buildForRun(build, changes.labels) } : image === undefined ? {} : { image }),
    ...limited(service, changes.limits?.[name], replicas),
    // Compose writes it as text, which it does not read.
    ...(service.memswap_limit === '-1' ? { memswap_limit: -1 } : {}),
    labels: { ...service.labels, ...changes.labels },
    environment: changeEnvironment(service.environment ?? {}, escapeAll(changes.env[name] ?? {}), changes.goDebug),
    ports: [...(service.ports ?? []), ...missingPorts(service, hints)],
  };
}

/** An image built for this run must not take the place of the user's own, or of the other arm's, under the same name. */
function buildForRun({ tags: _tags, ...build }: ResolvedBuild, labels: ProjectChanges['labels']): ResolvedBuild {
  return { ...build, labels: { ...build.labels, ...labels } };
}

/** A limit stands in one place only, or Compose refuses the file. */
function limited({ deploy, cpus, mem_limit }: ResolvedService, limits: Limits | undefined, replicas: number) {
  if (!limits) return { deploy: { ...deploy, replicas } };
  const before = { ...(cpus === undefined ? {} : { cpus }), ...(mem_limit === undefined ? {} : { memory: mem_limit }) };
  const wanted = {
    ...(limits.cpus === undefined ? {} : { cpus: limits.cpus }),
    ...(limits.memoryBytes === undefined ? {} : { memory: String(limits.memoryBytes) }),
  };
  const all = { ...before, ...deploy?.resources?.limits, ...wanted };
  return {
    deploy: { ...deploy, replicas, resources: { ...deploy?.resources, limits: all } },
    cpus: undefined,
    mem_limit: undefined,
  };
}

type Limits = NonNullable<ComposeTopology['limits']>[string];

function changeEnvironment(
  present: Readonly<Record<string, string | null>>,
  added: Readonly<Record<string, string>>,
  goDebug: readonly string[],
): Record<string, string | null> {
  const { GODEBUG, ...rest } = { ...present, ...added };
  return { ...rest, ...withGoDebug(GODEBUG ? { GODEBUG } : {}, goDebug) };
}

/** Ports that rampart looks at and the file does not publish, each on a loopback port of the engine's choice. */
function missingPorts(
  service: ResolvedService,
  hints: ServiceHints,
): { target: number; host_ip: string; protocol: string; mode: string }[] {
  const published = new Set(
    (service.ports ?? []).filter(({ protocol = 'tcp' }) => protocol === 'tcp').map(({ target }) => target),
  );
  return hintedPorts(hints)
    .filter((port) => !published.has(port))
    .map((target) => ({ target, host_ip: '127.0.0.1', protocol: 'tcp', mode: 'ingress' }));
}

function labelled(
  things: Readonly<Record<string, Labelled | null>> | undefined,
  labels: Readonly<Record<string, string>>,
): Record<string, Labelled | null> {
  const entries = Object.entries(things ?? {}).map(([name, thing]) => {
    return [name, thing?.external ? thing : { ...thing, labels: { ...thing?.labels, ...labels } }] as const;
  });
  return Object.fromEntries(entries);
}
