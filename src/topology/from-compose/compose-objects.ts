/** A compose file to everything of a run on Kubernetes: read, translated, its images built and brought into the cluster. */
import { removeTree } from '../../host/files.ts';
import type { KubeCluster, KubeObject } from '../../host/kube/cluster.ts';
import { goArch } from '../../host/machine.ts';
import { makeRunFolder } from '../../host/run-folder.ts';
import type { RunContext } from '../../model/contracts.ts';
import { messageOf } from '../../model/errors.ts';
import type { ComposeTopology } from '../../model/topology-spec.ts';
import { type BuiltImage, type DeliveredImage, deliver, type ImageWay } from '../cluster-images/deliver.ts';
import { buildWithDocker, type DockerImages } from '../cluster-images/docker-image.ts';
import { makeOwnImage } from '../cluster-images/own-image.ts';
import { filesFact } from '../compose-file/sources.ts';
import { buildGo, type GoBuild, type GoBuildOptions } from '../go-build/go-build.ts';
import { goSettingsOf } from '../go-build/go-settings.ts';
import type { RunObjects, RunWorkload } from '../kubernetes/run-objects.ts';
import { mainPackage } from '../process/programs.ts';
import { withImage } from './objects.ts';
import type { TranslatedService, Translation } from './translate.ts';
import { type OwnBuild, translateTopology } from './translate-topology.ts';

/** Reads, checks and builds; usageError for what the file or the scenario has wrong, environmentError for Go, Docker and the way there. */
export async function composeObjects(
  spec: ComposeTopology,
  goDebug: readonly string[],
  cluster: KubeCluster,
  context: RunContext,
): Promise<RunObjects> {
  const { translation, built, programs, reasons } = await translateTopology(spec, goDebug, context);
  const nodes = await nodeArchs(cluster);
  const folder = await makeRunFolder();
  const images = new Map<string, DeliveredImage>();
  const warnings: string[] = [];
  let docker: DockerImages | undefined;
  try {
    const foreign = built.filter(({ name }) => !programs.has(name));
    const why = new Map(
      foreign.map(({ name }) => [name, reasons.get(name) ?? 'its Dockerfile makes more than a Go program']),
    );
    if (foreign.length > 0) docker = await buildWithDocker(why, spec, context, folder);
    for (const service of built) {
      const one =
        docker?.images.get(service.name) ?? (await ownImage(service, programs, spec, archOf(service, nodes), context));
      if ('warnings' in one) warnings.push(...one.warnings.map((warning) => `${service.name}: ${warning}`));
      images.set(service.name, await bring(service, one, spec.kube ?? {}, folder, context));
    }
  } finally {
    await docker?.close().catch((error: unknown) => context.log.warn(`images stay in Docker: ${messageOf(error)}`));
    await removeTree(folder).catch(() => undefined);
  }
  return runObjects(translation, images, nodes, warnings);
}

/** Architectures of the nodes; empty where the user may not see them. */
async function nodeArchs(cluster: KubeCluster): Promise<ReadonlySet<string>> {
  const nodes = await cluster.list({ apiVersion: 'v1', kind: 'Node' }).catch(() => undefined);
  const archs = nodes?.items.flatMap(({ metadata }) => metadata.labels?.['kubernetes.io/arch'] ?? []);
  return new Set(archs);
}

/** What a service asks for, else this machine's where the cluster has it. */
function archOf({ platform }: TranslatedService, nodes: ReadonlySet<string>): string {
  const asked = platform?.['kubernetes.io/arch'];
  return asked ?? (nodes.size === 0 || nodes.has(goArch) ? goArch : ([...nodes][0] ?? goArch));
}

type Built = BuiltImage & { readonly warnings: readonly string[] };

async function ownImage(
  { name }: TranslatedService,
  programs: ReadonlyMap<string, OwnBuild>,
  spec: ComposeTopology,
  arch: string,
  context: RunContext,
): Promise<Built> {
  const own = programs.get(name);
  if (!own) throw new Error(`nothing says how the image of ${name} is made`);
  const { start, image, program } = own;
  // A binary that is to run in an empty image can have no C library.
  const overrides = { GOOS: 'linux', GOARCH: arch, CGO_ENABLED: '0' };
  const options: GoBuildOptions = { env: context.env, overrides, signal: context.signal };
  context.log.info(`kubernetes engine: building ${name} with Go, up to a minute when its build cache is empty`);
  const build: Omit<GoBuild, 'service'> = start.build ?? (await mainPackage(name, image.context, options));
  const binary = await buildGo({ service: name, ...build, settings: goSettingsOf(spec.go, name) }, options);
  const made = await makeOwnImage(image, binary, program, arch);
  const goNotes = start.warnings.filter((warning) => !/^its Dockerfile builds with Go /.test(warning));
  return { image: made.image, warnings: [...goNotes, ...made.warnings] };
}

async function bring(
  { name, workload }: TranslatedService,
  one: BuiltImage,
  way: ImageWay,
  folder: string,
  context: RunContext,
): Promise<DeliveredImage> {
  const delivered = await deliver(workload.metadata.name, one, way, folder, context);
  context.log.info(`kubernetes engine: the image of ${name} is ${delivered.ref}`);
  return delivered;
}

function runObjects(
  { file, services, warnings }: Translation,
  images: ReadonlyMap<string, DeliveredImage>,
  nodes: ReadonlySet<string>,
  more: readonly string[],
): RunObjects {
  const before = new Map<string, KubeObject>();
  for (const object of services.flatMap((service) => service.before))
    before.set(`${object.kind}/${object.metadata.name}`, object);
  const facts = [...images].map(([service, { ref, id }]) => [
    `image ${service}`,
    ref.includes(id) ? ref : `${ref} (${id})`,
  ]);
  return {
    before: [...before.values()],
    workloads: services.map((service): RunWorkload => {
      const image = images.get(service.name);
      const arch = nodes.size > 1 && image && !service.platform ? archOf(service, nodes) : undefined;
      return {
        service: service.name,
        object: image ? withImage(service.workload, image, arch) : service.workload,
        hints: service.isOneShot ? {} : service.hints,
        ports: service.ports.map((number) => ({ number })),
        replicas: service.replicas,
        isOneShot: service.isOneShot,
        after: service.after,
        addressOf: service.addressOf,
      };
    }),
    warnings: [...warnings, ...more],
    facts: { ...Object.fromEntries(facts), ...filesFact(file) },
  };
}
