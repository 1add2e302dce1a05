/** A compose project to objects of Kubernetes that run its services as Docker Compose would, or all reasons why that cannot be; pure. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import { usageError } from '../../model/errors.ts';
import { type ComposeFile, parseComposeFile, projectWarnings, serviceNames } from '../compose-file/compose-file.ts';
import { child, type Field, show } from '../compose-file/fields.ts';
import type { ComposeService } from '../compose-file/service.ts';
import { readAllHints, type ServiceHints } from '../compose-file/service-labels.ts';
import { replicaCounts } from '../process/replicas.ts';
import { startOrder } from '../process/start-order.ts';
import { containerOf, servicePorts } from './container.ts';
import { checkKeys } from './key-rules.ts';
import { serviceMounts } from './mounts.ts';
import { isAnnotationKey, objectNames } from './names.ts';
import { servicesOf, workloadOf } from './objects.ts';
import { addressBlock, advertiseMark, blockSize, ipMark, ownMarks } from './own-address.ts';
import { mapOf, type Raw, type Refuse, type ServicePart } from './part.ts';
import { allNames, freeName, namedPeers } from './peers.ts';
import { checkNetworkMode, checkStopSignal, dnsOptions, hostnameOf, platformOf } from './pod.ts';
import type { OwnProgram, Project, TranslationWishes } from './project.ts';
import { isOn, podSecurity } from './security.ts';

/** When another service is far enough for this one to start. */
interface StartCondition {
  readonly service: string;
  readonly until: 'started' | 'ready' | 'completed';
}

/** One service and the objects that it is made of. */
export interface TranslatedService {
  /** As the compose file calls it. */
  readonly name: string;
  readonly compose: ComposeService;
  /** A Deployment, StatefulSet or Job. */
  readonly workload: KubeObject;
  /** All that has to be there before the workload: Services, ConfigMaps, Secrets. */
  readonly before: readonly KubeObject[];
  readonly hints: ServiceHints;
  /** TCP ports that it says it has. */
  readonly ports: readonly number[];
  readonly replicas: number;
  /** Runs to its end, and is no target. */
  readonly isOneShot: boolean;
  readonly after: readonly StartCondition[];
  /** Labels of the nodes that it can run on; undefined: all. */
  readonly platform: Readonly<Record<string, string>> | undefined;
  /** The address of a replica, numbers from 1, where each has one of its own on the network of the node. */
  readonly addressOf: ((number: number) => string) | undefined;
}

/** A whole project. */
export interface Translation {
  readonly file: ComposeFile;
  /** Each comes after all it waits for. */
  readonly services: readonly TranslatedService[];
  readonly warnings: readonly string[];
}

/** Translates; usageError with every reason against it, each with its place. */
export function translateCompose(wishes: TranslationWishes): Translation {
  const { source, env, profiles, hostNetwork } = wishes;
  const names = serviceNames(source, env);
  const blocks = new Map(names.map((name, index) => [name, `${addressBlock(wishes.seed, index)}.`]));
  const file = parseComposeFile(source, { ...env, ...ownVariables(wishes, blocks) }, profiles);
  const refusals = new Set<string>();
  const refuse: Refuse = (path, why) => void refusals.add(`${file.document.placeOf(path)} ${why}`);
  const services = startOrder(file.active);
  const counts = replicaCounts(services, wishes.scale);
  const project: Project = {
    wishes,
    file,
    refuse,
    counts,
    services,
    root: mapOf(file.document.root),
    hints: readAllHints(services, counts),
    workloads: objectNames(services.map(({ name }) => name)),
    blocks: hostNetwork ? blocks : new Map(),
    warnings: [],
  };
  const dnsNames = allNames(project);
  const translated = services.map((service) => translateService(service, project, dnsNames.get(service.name) ?? []));
  checkObjects(translated, project);
  if (refusals.size > 0) throw untranslated(file, [...refusals]);
  return { file, services: translated, warnings: [...new Set([...projectWarnings(file), ...project.warnings])] };
}

/** As in the process engine: what a replica is to bind, what it is to be called by, and where the others are. */
function ownVariables({ hostNetwork }: TranslationWishes, blocks: ReadonlyMap<string, string>): Record<string, string> {
  if (!hostNetwork) return { RAMPART_ADVERTISE_IP: advertiseMark };
  const hosts = [...blocks].map(([name, block]) => [
    `${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_HOST`,
    `${block}1`,
  ]);
  return { ...Object.fromEntries(hosts), RAMPART_IP: ipMark, RAMPART_ADVERTISE_IP: advertiseMark };
}

function untranslated({ path }: ComposeFile, reasons: readonly string[]) {
  return usageError(
    'not-translated',
    [`${path} cannot run on Kubernetes as Compose would run it:`, ...reasons.map((reason) => `  ${reason}`)].join('\n'),
    'a second file under topology.compose can take a key out (KEY: !reset null) or put a service behind a profile; or write manifests (topology.manifests), or run with --engine compose',
  );
}

function translateService(service: ComposeService, project: Project, dnsNames: readonly string[]): TranslatedService {
  const { wishes, file, refuse, root } = project;
  const { name } = service;
  const path = ['services', name];
  const field: Field = { document: file.document, path };
  const raw = rawOf(name, project);
  const hostNetwork = wishes.hostNetwork;
  const replicas = project.counts[name] ?? 1;
  const given = wishes.images?.[name];
  const image = given === undefined && service.build !== undefined ? wishes.imageOf(service) : undefined;
  const named = namedPeers(service, project, image);
  const own = given === undefined && service.build !== undefined ? ownProgram(service, named, project) : undefined;
  const isScratch = own !== undefined || image?.stage?.base === 'scratch';
  const part: ServicePart = { service, raw, root, path, refuse, replicas, hostNetwork, isScratch };
  const job = oneShot(service, project);
  checkKeys(raw, root, path, refuse);
  checkNetworkMode(part);
  checkStopSignal(part, image);
  checkReplicas(part, project);
  const workload = project.workloads.get(name) ?? name;
  const { mounts, volumes, objects } = serviceMounts(part, file);
  const block = project.blocks.get(name);
  const container = containerOf(
    part,
    {
      image: given ?? (service.build === undefined ? (service.image ?? '') : `${workload}:unbuilt`),
      env: { ...named.env, ...own?.env },
      ...(own ? { entrypoint: [own.program], command: own.args } : named.words),
      limits: wishes.limits?.[name],
      mounts,
      addresses: block,
      isOneShot: job !== undefined,
    },
    field,
  );
  const pod = {
    name: workload,
    container,
    volumes,
    security: podSecurity(part, (key) => child(field, key)),
    annotations: Object.fromEntries(Object.entries(service.labels).filter(([key]) => isAnnotationKey(key))),
    hostname: hostnameOf(part),
    dnsOptions: dnsOptions(part, field),
    sharesProcesses: isOn(raw['init']),
    platform: platformOf(part),
  };
  const published = freeName(`${workload}-published`, project);
  return {
    name,
    compose: service,
    workload: workloadOf(part, pod, job),
    before: [...servicesOf(part, workload, dnsNames, published), ...objects],
    hints: project.hints.get(name) ?? {},
    ports: servicePorts(service).flatMap(({ port, protocol }) => (protocol === 'TCP' ? [port] : [])),
    replicas,
    isOneShot: job !== undefined,
    after: conditionsOf(service, project),
    platform: pod.platform,
    addressOf: block === undefined ? undefined : (number) => `${block}${number}`,
  };
}

function ownProgram(
  service: ComposeService,
  { env, words }: ReturnType<typeof namedPeers>,
  project: Project,
): OwnProgram | undefined {
  const { wishes, hints, file } = project;
  const { test } = mapOf(rawOf(service.name, project)['healthcheck']);
  const wantsShell = typeof test === 'string' || (Array.isArray(test) && test[0] === 'CMD-SHELL');
  const named = { ...service, ...words };
  return wishes.programOf({ service: named, hints: hints.get(service.name) ?? {}, env, wantsShell, file });
}

function rawOf(service: string, { root }: Project): Raw {
  return mapOf(mapOf(root['services'])[service]);
}

/** Whether another waits for its end. */
function oneShot({ name }: ComposeService, project: Project): { readonly restarts: boolean } | undefined {
  const isAwaited = project.services.some(({ dependsOn }) =>
    dependsOn.some((one) => one.service === name && one.condition === 'service_completed_successfully'),
  );
  const { restart } = rawOf(name, project);
  return isAwaited ? { restarts: /^(?:on-failure|always|unless-stopped)/.test(String(restart ?? '')) } : undefined;
}

function conditionsOf({ name, dependsOn }: ComposeService, project: Project): readonly StartCondition[] {
  const { services, refuse } = project;
  return dependsOn.flatMap(({ service, condition }): StartCondition[] => {
    if (!services.some((one) => one.name === service)) return [];
    if (condition === 'service_started') return [{ service, until: 'started' }];
    if (condition === 'service_completed_successfully') return [{ service, until: 'completed' }];
    const health = mapOf(rawOf(service, project)['healthcheck']);
    const isChecked = health['test'] !== undefined && !isOn(health['disable']);
    if (!isChecked)
      refuse(
        ['services', name, 'depends_on', service],
        `waits for ${service} to be healthy, of which the compose file says no healthcheck (those of images are not looked at there)`,
      );
    return [{ service, until: 'ready' }];
  });
}

function checkReplicas({ service, raw, path, refuse, replicas, hostNetwork }: ServicePart, { wishes }: Project): void {
  const { container_name } = raw;
  if (replicas > 1 && container_name !== undefined && container_name !== null)
    refuse(
      [...path, 'container_name'],
      `is ${show(container_name)}, which one replica alone can have, and ${replicas} are asked for`,
    );
  if (hostNetwork && replicas > blockSize)
    refuse([...path], `asks for ${replicas} replicas, and ${blockSize} have an address on the network of a node`);
  if (service.image === '' && wishes.images?.[service.name] === undefined && service.build === undefined)
    refuse([...path, 'image'], 'names no image');
}

/** Files that name a replica's own address would be the same for all; and objects of one name must be one. */
function checkObjects(services: readonly TranslatedService[], { refuse }: Project): void {
  const seen = new Map<string, string>();
  for (const { name, before } of services) {
    for (const object of before) {
      const text = JSON.stringify(object);
      if (ownMarks.some((mark) => text.includes(mark)))
        refuse(
          ['services', name],
          `has ${object.kind} ${object.metadata.name} name a replica's own address, and all replicas have the same one`,
        );
      const key = `${object.kind}/${object.metadata.name}`;
      if ((seen.get(key) ?? text) !== text)
        refuse(['services', name], `would have two different ${object.kind}s called ${object.metadata.name}`);
      seen.set(key, text);
    }
  }
}
