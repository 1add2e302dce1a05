/** What the process engine will start: services in order, binaries, addresses and environments, all settled before anything runs. */
import { dirname } from 'node:path';
import { ownerMark, ownerMarks, replicaVariable } from '../../host/owner.ts';
import type { AskedFaults, RunContext } from '../../model/contracts.ts';
import { usageError } from '../../model/errors.ts';
import type { ComposeTopology } from '../../model/topology-spec.ts';
import {
  type ComposeFile,
  checkServiceNames,
  parseComposeFile,
  projectWarnings,
  serviceEnvironment,
  serviceNames,
} from '../compose-file/compose-file.ts';
import type { ComposeService } from '../compose-file/service.ts';
import { hintedPorts, readAllHints, type ServiceHints } from '../compose-file/service-labels.ts';
import { type ComposeSource, filesFact, readComposeSource } from '../compose-file/sources.ts';
import { checkAskedFaults, mostReplicas } from '../faults/asked-faults.ts';
import { type GoBuild, type GoBuildOptions, goVersion } from '../go-build/go-build.ts';
import { withGoDebug } from '../go-build/go-debug.ts';
import { folderImage, readServiceImage } from '../image/service-image.ts';
import { buildNetworkProgram } from '../network/program.ts';
import { checkReached, frontedReplicas, frontWarnings } from './fronts.ts';
import { planGroups } from './groups.ts';
import { findProgram, type ProgramInputs } from './local-program.ts';
import { namePeers, peersOf } from './peer-names.ts';
import { buildBinaries, findPrograms, mainPackage, notLocal, programWarnings, versionsOf } from './programs.ts';
import { advertised, type PlacedReplica, placeReplicas, replicaCounts, replicasOf } from './replicas.ts';
import type { ReplicaPlan } from './service-process.ts';
import { startOrder } from './start-order.ts';

/** Everything that is to be started; services come after those they depend on. */
export interface ProcessPlan {
  readonly services: readonly ComposeService[];
  readonly hints: ReadonlyMap<string, ServiceHints>;
  /** Also those that only a fault brings. */
  readonly replicas: readonly ReplicaPlan[];
  /** How many of each service run from the start: those with the lowest numbers. */
  readonly counts: Readonly<Record<string, number>>;
  /** Where replicas can be limited, as far as faults will want it. */
  readonly groupPlaces: ReturnType<typeof planGroups>;
  /** What stands before replicas; undefined where nothing has to. */
  readonly networkProgram: string | undefined;
  readonly warnings: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
}

/** Reads, checks, builds and places; usageError for what the file or scenario has wrong, environmentError for Go and ports. */
export async function planProcesses(
  spec: ComposeTopology,
  goDebug: readonly string[],
  context: RunContext,
  asked?: AskedFaults,
): Promise<ProcessPlan> {
  const { source, file, warnings, services, counts, hints, images, programs, inputsOf } = readLocal(spec, context);
  checkAskedFaults(asked, counts, spec.compose);
  const groupPlaces = planGroups(asked);
  const most = mostReplicas(asked, counts);
  const options: GoBuildOptions = { env: context.env, overrides: {}, signal: context.signal };
  const usual = await goVersion(options);
  const binaries = await buildBinaries(programs, images, spec, options);
  const wanted = services.flatMap((service) => {
    const own = hints.get(service.name) ?? {};
    const ports = new Set([...service.containerPorts, ...hintedPorts(own)]);
    return replicasOf(service.name, most[service.name] ?? 0, [...ports], own.address);
  });
  const hasFront = frontedReplicas(asked);
  const placed = await placeReplicas(wanted, `${context.runId}/${ownerMark()}`, hasFront);
  const networkProgram = placed.some(({ front }) => front) ? await buildNetworkProgram(options) : undefined;
  const first = placed.filter(({ service, number }) => number <= Math.max(1, counts[service] ?? 0));
  const peerWarnings: string[] = [];
  const replicas = placed.map((replica): ReplicaPlan => {
    const resolved = resolveReplica(replica, placed, source, spec, context);
    const found = findProgram(inputsOf(resolved.compose, resolved.file));
    if (!('program' in found)) throw notLocal(file, [[replica.service, found.reasons]]);
    const { program } = found;
    const own = { ...program.imageEnv, ...resolved.env, ...program.commandEnv };
    const named = namePeers(own, program.args, peersOf(replica, services, first));
    peerWarnings.push(...named.warnings.map((warning) => `${replica.service}: ${warning}`));
    const env = withGoDebug({ ...machineVariables(context), ...named.env }, goDebug);
    return {
      ...replica,
      binary: binaries.get(replica.service) ?? '',
      args: named.args,
      cwd: program.cwd,
      env: { ...env, ...ownerMarks(context.runId), [replicaVariable]: replica.id },
      compose: { ...resolved.compose, stopSignal: resolved.compose.stopSignal ?? program.stopSignal },
    };
  });
  checkReached(asked, replicas);
  return {
    services,
    hints,
    replicas,
    counts,
    groupPlaces,
    networkProgram,
    warnings: [
      ...frontWarnings(placed),
      ...warnings,
      ...limitWarnings(services),
      ...(await programWarnings(programs, binaries)),
      ...new Set(peerWarnings),
    ],
    facts: { go: spec.go ? await versionsOf(binaries) : usual, ...filesFact(file) },
  };
}

/** What each service is built from here, before anything is built. */
export async function localBuilds(
  spec: ComposeTopology,
  context: RunContext,
  options: GoBuildOptions,
): Promise<GoBuild[]> {
  const { images, programs } = readLocal(spec, context);
  const builds: GoBuild[] = [];
  for (const [service, { build }] of programs) {
    const folder = images.get(service)?.context ?? '.';
    builds.push({ service, ...(build ?? (await mainPackage(service, folder, options))) });
  }
  return builds;
}

/** Reads the compose file and its Dockerfiles, and builds nothing; usageError for everything that local processes cannot do. */
export function checkLocal(spec: ComposeTopology, context: Pick<RunContext, 'env'>): void {
  readLocal(spec, context);
}

/** What the compose file and its Dockerfiles say; usageError for everything that local processes cannot do. */
function readLocal(spec: ComposeTopology, context: Pick<RunContext, 'env'>) {
  refuseDockerSettings(spec);
  const source = readComposeSource(spec);
  // Addresses are not known yet, but a file may insist that they will be.
  const hosts = Object.fromEntries(serviceNames(source, context.env).map((name) => [hostVariable(name), '127.0.0.1']));
  const file = parseComposeFile(
    source,
    { ...context.env, ...hosts, RAMPART_IP: '127.0.0.1', RAMPART_ADVERTISE_IP: '127.0.0.1' },
    spec.profiles,
  );
  const warnings = projectWarnings(file);
  const services = startOrder(file.active);
  const names = services.map((service) => service.name);
  checkServiceNames(spec.compose, names, {
    scale: Object.keys(spec.scale),
    env: Object.keys(spec.env),
    'go.services': Object.keys(spec.go?.services ?? {}),
  });
  refuseWhatNeedsDocker(file, services);
  const counts = replicaCounts(services, spec.scale);
  const hints = readAllHints(services, counts);
  const imageOf = ({ name, build }: ComposeService) => {
    const folder = spec.services?.[name]?.folder;
    return folder === undefined ? readServiceImage(build, dirname(file.path)) : folderImage(folder);
  };
  const images = new Map(services.map((service) => [service.name, imageOf(service)]));
  const inputsOf = (service: ComposeService, from: ComposeFile): ProgramInputs => ({
    service,
    image: images.get(service.name) ?? imageOf(service),
    hints: hints.get(service.name) ?? {},
    env: { ...serviceEnvironment(service, from).variables, ...spec.env[service.name] },
    user: context.env,
    folder: dirname(file.path),
  });
  const programs = findPrograms(file, services, (service) => inputsOf(service, file));
  return { source, file, warnings, services, counts, hints, images, programs, inputsOf };
}

/** Reads the service again with the replica's own address and its peers' in the variables. */
function resolveReplica(
  replica: PlacedReplica,
  placed: readonly PlacedReplica[],
  source: ComposeSource,
  spec: ComposeTopology,
  context: RunContext,
): { file: ComposeFile; compose: ComposeService; env: Record<string, string> } {
  const hosts: Record<string, string> = {};
  for (const one of placed) hosts[hostVariable(one.service)] ??= advertised(one);
  const own = { RAMPART_IP: replica.address, RAMPART_ADVERTISE_IP: advertised(replica) };
  const variables = { ...context.env, ...hosts, ...own };
  const file = parseComposeFile(source, variables, spec.profiles);
  const compose = file.services.find((service) => service.name === replica.service);
  if (!compose) throw new Error(`service ${replica.service} vanished from ${source.path}`);
  return { file, compose, env: { ...serviceEnvironment(compose, file).variables, ...spec.env[replica.service] } };
}

/** `<SERVICE>_HOST`, by which a compose file can name a peer: `${LOADBALANCER_HOST:-loadbalancer}`. */
function hostVariable(service: string): string {
  return `${service.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_HOST`;
}

/**
 * A container has none of the user's variables; a local process gets only those it cannot run without, so that a GOGC set in a shell does
 * not leak in.
 */
function machineVariables({ env: { PATH = '', HOME = '', TMPDIR } }: RunContext): Record<string, string> {
  return { PATH, HOME, ...(TMPDIR ? { TMPDIR } : {}) };
}

function refuseDockerSettings(spec: ComposeTopology): void {
  const given = (['images', 'limits', 'buildArgs'] as const).filter((key) => spec[key] !== undefined);
  if (given.length === 0) return;
  throw usageError(
    'needs-docker',
    given.map((key) => `topology.${key} cannot be applied to local processes`).join('\n'),
    'run it with --engine compose',
  );
}

function refuseWhatNeedsDocker(file: ComposeFile, services: readonly ComposeService[]): void {
  const reasons = services.flatMap((service) => service.needsDocker.map((why) => `service ${service.name}: ${why}`));
  for (const { name, dependsOn } of services) {
    const oneShot = dependsOn.find((one) => one.condition === 'service_completed_successfully');
    if (oneShot) reasons.push(`service ${name}: it waits for ${oneShot.service} to complete`);
  }
  if (reasons.length === 0) return;
  throw usageError(
    'needs-docker',
    [`${file.path} cannot run as local processes:`, ...reasons.map((reason) => `  ${reason}`)].join('\n'),
    'run it with --engine compose; or leave out what runs elsewhere, by a second file under topology.compose that puts it behind a profile',
  );
}

function limitWarnings(services: readonly ComposeService[]): string[] {
  return services
    .filter((service) => service.unenforced.length > 0)
    .map((service) => `not enforced for local processes: ${service.name} ${service.unenforced.join(', ')}`);
}
