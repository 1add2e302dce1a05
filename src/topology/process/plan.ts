/** What the process engine will start: services in order, binaries, addresses and environments, all settled before anything runs. */
import { dirname } from 'node:path';
import { ownerMark, ownerVariable, runVariable } from '../../host/owner.ts';
import { readGoBuild } from '../../host/program-build.ts';
import type { RunContext } from '../../model/contracts.ts';
import { usageError } from '../../model/errors.ts';
import type { ComposeTopology } from '../../model/scenario.ts';
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
import { buildGo, type GoBuild, type GoBuildOptions, goVersion, isMainPackage } from '../go-build/go-build.ts';
import { withGoDebug } from '../go-build/go-debug.ts';
import { goSettingsOf } from '../go-build/go-settings.ts';
import { readServiceImage, type ServiceImage } from '../image/service-image.ts';
import { findProgram, goVersionMark, type LocalProgram, type ProgramInputs } from './local-program.ts';
import { namePeers, peersOf } from './peer-names.ts';
import { type PlacedReplica, placeReplicas, replicaCounts, replicasOf } from './replicas.ts';
import type { ReplicaPlan } from './service-process.ts';
import { startOrder } from './start-order.ts';

/** Everything that is to be started; services come after those they depend on. */
export interface ProcessPlan {
  readonly services: readonly ComposeService[];
  readonly hints: ReadonlyMap<string, ServiceHints>;
  readonly replicas: readonly ReplicaPlan[];
  readonly warnings: readonly string[];
  readonly facts: Readonly<Record<string, string>>;
}

/** Reads, checks, builds and places; usageError for what the file or scenario has wrong, environmentError for Go and ports. */
export async function planProcesses(
  spec: ComposeTopology,
  goDebug: readonly string[],
  context: RunContext,
): Promise<ProcessPlan> {
  const { source, file, warnings, services, counts, hints, images, programs, inputsOf } = readLocal(spec, context);
  const options: GoBuildOptions = { env: context.env, overrides: {}, signal: context.signal };
  const usual = await goVersion(options);
  const binaries = await buildBinaries(programs, images, spec, options);
  const wanted = services.flatMap((service) => {
    const ports = new Set([...service.containerPorts, ...hintedPorts(hints.get(service.name) ?? {})]);
    return replicasOf(service.name, counts[service.name] ?? 0, [...ports]);
  });
  const placed = await placeReplicas(wanted, `${context.runId}/${ownerMark()}`);
  const peerWarnings: string[] = [];
  const replicas = placed.map((replica): ReplicaPlan => {
    const resolved = resolveReplica(replica, placed, source, spec, context);
    const found = findProgram(inputsOf(resolved.compose, resolved.file));
    if (!('program' in found)) throw refused(file, [[replica.service, found.reasons]]);
    const { program } = found;
    const own = { ...program.imageEnv, ...resolved.env, ...program.commandEnv };
    const named = namePeers(own, program.args, peersOf(replica, services, placed));
    peerWarnings.push(...named.warnings.map((warning) => `${replica.service}: ${warning}`));
    const env = withGoDebug({ ...machineVariables(context), ...named.env }, goDebug);
    return {
      ...replica,
      binary: binaries.get(replica.service) ?? '',
      args: named.args,
      cwd: program.cwd,
      env: { ...env, [runVariable]: context.runId, [ownerVariable]: ownerMark() },
      compose: { ...resolved.compose, stopSignal: resolved.compose.stopSignal ?? program.stopSignal },
    };
  });
  return {
    services,
    hints,
    replicas,
    warnings: [
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

/** What the compose file and its Dockerfiles say; usageError for everything that local processes cannot do. */
function readLocal(spec: ComposeTopology, context: RunContext) {
  refuseDockerSettings(spec);
  const source = readComposeSource(spec);
  // Addresses are not known yet, but a file may insist that they will be.
  const hosts = Object.fromEntries(serviceNames(source, context.env).map((name) => [hostVariable(name), '127.0.0.1']));
  const file = parseComposeFile(source, { ...context.env, ...hosts, RAMPART_IP: '127.0.0.1' }, spec.profiles);
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
  const images = new Map(services.map(({ name, build }) => [name, readServiceImage(build, dirname(file.path))]));
  const inputsOf = (service: ComposeService, from: ComposeFile): ProgramInputs => ({
    service,
    image: images.get(service.name) ?? readServiceImage(service.build, dirname(file.path)),
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
  for (const { service, address } of placed) hosts[hostVariable(service)] ??= address;
  const variables = { ...context.env, ...hosts, RAMPART_IP: replica.address };
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
    'run it with --engine compose',
  );
}

function limitWarnings(services: readonly ComposeService[]): string[] {
  return services
    .filter((service) => service.unenforced.length > 0)
    .map((service) => `not enforced for local processes: ${service.name} ${service.unenforced.join(', ')}`);
}

type Programs = ReadonlyMap<string, LocalProgram>;

/** The program of each service; usageError with everything that only a container could do. */
function findPrograms(
  file: ComposeFile,
  services: readonly ComposeService[],
  inputsOf: (service: ComposeService) => ProgramInputs,
): Programs {
  const programs = new Map<string, LocalProgram>();
  const reasons: (readonly [string, readonly string[]])[] = [];
  for (const service of services) {
    const found = findProgram(inputsOf(service));
    if ('program' in found) programs.set(service.name, found.program);
    else reasons.push([service.name, found.reasons]);
  }
  if (reasons.length > 0) throw refused(file, reasons);
  return programs;
}

function refused({ path }: ComposeFile, reasons: readonly (readonly [service: string, why: readonly string[]])[]) {
  const lines = reasons.flatMap(([service, why]) => why.map((each) => `  service ${service}: ${each}`));
  return usageError(
    'not-local',
    [`${path} cannot run as local processes:`, ...lines].join('\n'),
    'say what to build with the label rampart.go.package (./cmd/server) and what to start it with with rampart.go.args ("-port 8080", or "" for nothing), or run it with --engine compose',
  );
}

/** Binaries by service. */
async function buildBinaries(
  programs: Programs,
  images: ReadonlyMap<string, ServiceImage>,
  { go }: ComposeTopology,
  options: GoBuildOptions,
): Promise<Map<string, string>> {
  const built = new Map<string, string>();
  for (const [service, { build }] of programs) {
    const context = images.get(service)?.context ?? '.';
    const found = build ?? (await mainPackage(service, context, options));
    built.set(service, await buildGo({ service, ...found, settings: goSettingsOf(go, service) }, options));
  }
  return built;
}

/** The versions of Go that built some binaries. */
async function versionsOf(binaries: ReadonlyMap<string, string>): Promise<string> {
  const versions = [...binaries.values()].map(async (binary) => (await readGoBuild(binary))?.goVersion ?? 'go');
  return [...new Set(await Promise.all(versions))].join(', ');
}

async function mainPackage(
  service: string,
  context: string,
  options: GoBuildOptions,
): Promise<Omit<GoBuild, 'service'>> {
  if (await isMainPackage(context, options)) return { context, packages: ['.'], flags: [], env: {} };
  throw usageError(
    'no-go-package',
    `service ${service} does not say what to build, and ${context} holds no main package`,
    'add the label rampart.go.package to the service (example: rampart.go.package: ./cmd/server), or run with --engine compose',
  );
}

/** What was told of each program; another Go than the Dockerfile's is only told where it is another. */
async function programWarnings(programs: Programs, binaries: ReadonlyMap<string, string>): Promise<string[]> {
  const told = [...programs].map(async ([service, { warnings }]) => {
    const info = await readGoBuild(binaries.get(service) ?? '').catch(() => undefined);
    return [...new Set(warnings)].flatMap((warning) => {
      const wanted = warning.startsWith(goVersionMark) ? warning.slice(goVersionMark.length) : undefined;
      if (wanted === undefined) return [`${service}: ${warning}`];
      const isSame = info === undefined || new RegExp(`^go${wanted.replace('.', '\\.')}(?!\\d)`).test(info.goVersion);
      return isSame ? [] : [`${service}: ${warning}, and was built with ${info.goVersion} here`];
    });
  });
  return (await Promise.all(told)).flat();
}
