/** What the process engine will start: services in order, binaries, addresses and environments, all settled before anything runs. */
import { dirname, resolve } from 'node:path';
import { ownerMark, ownerVariable, runVariable } from '../host/owner.ts';
import type { RunContext } from '../model/contracts.ts';
import { usageError } from '../model/errors.ts';
import type { ComposeTopology } from '../model/scenario.ts';
import {
  type ComposeFile,
  checkServiceNames,
  parseComposeFile,
  projectWarnings,
  serviceEnvironment,
  serviceNames,
} from './compose-file.ts';
import type { ComposeService } from './compose-service.ts';
import { type ComposeSource, filesFact, readComposeSource } from './compose-sources.ts';
import { buildGo, type GoBuild, type GoBuildOptions, goVersion, isMainPackage } from './go-build.ts';
import { withGoDebug } from './go-debug.ts';
import { type PlacedReplica, placeReplicas, replicaCounts, replicasOf } from './replicas.ts';
import { hintedPorts, readAllHints, type ServiceHints } from './service-labels.ts';
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
  refuseDockerSettings(spec);
  const source = readComposeSource(spec);
  // Addresses are not known yet, but a file may insist that they will be.
  const hosts = Object.fromEntries(serviceNames(source, context.env).map((name) => [hostVariable(name), '127.0.0.1']));
  const file = parseComposeFile(source, { ...context.env, ...hosts, RAMPART_IP: '127.0.0.1' }, spec.profiles);
  const warnings = projectWarnings(file);
  const services = startOrder(file.active);
  const names = services.map((service) => service.name);
  checkServiceNames(spec.compose, names, { scale: Object.keys(spec.scale), env: Object.keys(spec.env) });
  refuseWhatNeedsDocker(file, services);
  const counts = replicaCounts(services, spec.scale);
  const hints = readAllHints(services, counts);
  const options: GoBuildOptions = { env: context.env, overrides: {}, signal: context.signal };
  const go = await goVersion(options);
  const binaries = await buildBinaries(spec.compose, services, hints, options);
  const wanted = services.flatMap((service) => {
    const ports = new Set([...service.containerPorts, ...hintedPorts(hints.get(service.name) ?? {})]);
    return replicasOf(service.name, counts[service.name] ?? 0, [...ports]);
  });
  const placed = await placeReplicas(wanted, `${context.runId}/${ownerMark()}`);
  const replicas = await Promise.all(
    placed.map(async (replica): Promise<ReplicaPlan> => {
      const { compose, env } = await resolveReplica(replica, placed, source, spec, goDebug, context);
      const cwd = resolve(dirname(spec.compose), compose.build?.context ?? '.');
      return { ...replica, binary: binaries.get(replica.service) ?? '', cwd, env, compose };
    }),
  );
  return {
    services,
    hints,
    replicas,
    warnings: [...warnings, ...limitWarnings(services)],
    facts: { go, ...filesFact(file) },
  };
}

/** Reads the service again with the replica's own address and its peers' in the variables. */
async function resolveReplica(
  replica: PlacedReplica,
  placed: readonly PlacedReplica[],
  source: ComposeSource,
  spec: ComposeTopology,
  goDebug: readonly string[],
  context: RunContext,
): Promise<{ compose: ComposeService; env: Record<string, string> }> {
  const hosts: Record<string, string> = {};
  for (const { service, address } of placed) hosts[hostVariable(service)] ??= address;
  const variables = { ...context.env, ...hosts, RAMPART_IP: replica.address };
  const file = parseComposeFile(source, variables, spec.profiles);
  const compose = file.services.find((service) => service.name === replica.service);
  if (!compose) throw new Error(`service ${replica.service} vanished from ${source.path}`);
  const { variables: own } = serviceEnvironment(compose, file);
  const env = withGoDebug({ ...machineVariables(context), ...own, ...spec.env[replica.service] }, goDebug);
  return { compose, env: { ...env, [runVariable]: context.runId, [ownerVariable]: ownerMark() } };
}

/** `<SERVICE>_HOST`, by which a compose file can name a peer: `${LOADBALANCER_HOST:-loadbalancer}`. */
function hostVariable(service: string): string {
  return `${service.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_HOST`;
}

/** A container has none of the user's variables; a local process gets only those it cannot run without, so that a GOGC set in a shell does not leak in. */
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

/** Binaries by service. */
async function buildBinaries(
  file: string,
  services: readonly ComposeService[],
  hints: ReadonlyMap<string, ServiceHints>,
  options: GoBuildOptions,
): Promise<Map<string, string>> {
  const built = new Map<string, string>();
  for (const service of services) {
    const context = resolve(dirname(file), service.build?.context ?? '.');
    built.set(
      service.name,
      await buildGo(await whatToBuild(service, context, hints.get(service.name), options), options),
    );
  }
  return built;
}

async function whatToBuild(
  service: ComposeService,
  context: string,
  hints: ServiceHints | undefined,
  options: GoBuildOptions,
): Promise<GoBuild> {
  if (hints?.goPackage) return { service: service.name, context, package: hints.goPackage };
  if (await isMainPackage(context, options)) return { service: service.name, context, package: '.' };
  throw usageError(
    'no-go-package',
    `service ${service.name} does not say what to build, and ${context} holds no main package`,
    'add the label rampart.go.package to the service (example: rampart.go.package: ./cmd/server), or run with --engine compose',
  );
}
