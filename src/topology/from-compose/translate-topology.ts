/** A compose topology of a scenario as Kubernetes would run it, or everything that speaks against it; reads files, and asks nobody. */
import { createHash } from 'node:crypto';
import { dirname } from 'node:path';
import type { RunContext } from '../../model/contracts.ts';
import type { ComposeTopology } from '../../model/topology-spec.ts';
import { requireWay } from '../cluster-images/deliver.ts';
import { usualProgram } from '../cluster-images/own-image.ts';
import { withBuildArgs } from '../compose/build-args.ts';
import { checkServiceNames } from '../compose-file/compose-file.ts';
import type { ComposeService } from '../compose-file/service.ts';
import { readComposeSource } from '../compose-file/sources.ts';
import { folderImage, readServiceImage, type ServiceImage } from '../image/service-image.ts';
import { findStart, type ProgramStart } from '../process/local-program.ts';
import type { OwnProgram, ServiceStart } from './project.ts';
import { type TranslatedService, type Translation, translateCompose } from './translate.ts';

/** A program that is built here, and the image that its Dockerfile says it is in. */
export interface OwnBuild {
  readonly start: ProgramStart;
  readonly program: string;
  readonly image: ServiceImage;
}

/** The translation, and how the images of its services come about. */
export interface TranslatedTopology {
  readonly translation: Translation;
  /** Those whose images are built. */
  readonly built: readonly TranslatedService[];
  /** By service, where its image is made without Docker. */
  readonly programs: ReadonlyMap<string, OwnBuild>;
  /** By service, why its image is not. */
  readonly reasons: ReadonlyMap<string, string>;
}

/** Reads and translates; usageError for what the file or the scenario has wrong, and where no way leads into the cluster. */
export async function translateTopology(
  spec: ComposeTopology,
  goDebug: readonly string[],
  context: Pick<RunContext, 'env' | 'runId'>,
): Promise<TranslatedTopology> {
  const programs = new Map<string, OwnBuild>();
  const reasons = new Map<string, string>();
  const imageOf = imageReader(spec);
  const translation = translateCompose({
    source: readComposeSource(spec),
    env: context.env,
    profiles: spec.profiles,
    scale: spec.scale,
    serviceEnv: spec.env,
    limits: spec.limits,
    images: spec.images,
    goDebug,
    hostNetwork: spec.kube?.hostNetwork ?? false,
    seed: seedOf(context.runId),
    imageOf,
    programOf: (start) => programOf(start, imageOf(start.service), context, programs, reasons),
  });
  await checkNames(translation, spec);
  const built = translation.services.filter(({ name, compose }) => compose.build && spec.images?.[name] === undefined);
  requireWay(
    built.map(({ name }) => name),
    spec.kube ?? {},
  );
  return { translation, built, programs, reasons };
}

/** Two bytes that are a run's own. */
function seedOf(runId: string): readonly [number, number] {
  const [first = 0, second = 0] = createHash('sha256').update(runId).digest();
  return [first, second];
}

function imageReader(spec: ComposeTopology): (service: ComposeService) => ServiceImage | undefined {
  const known = new Map<string, ServiceImage>();
  return ({ name, build }) => {
    const folder = spec.services?.[name]?.folder;
    if (folder === undefined && build === undefined) return undefined;
    const found = known.get(name) ?? (folder === undefined ? readImage(spec, name, build) : folderImage(folder));
    known.set(name, found);
    return found;
  };
}

function readImage(spec: ComposeTopology, name: string, build: ComposeService['build']): ServiceImage {
  const args = new Map([...(build?.args ?? []), ...Object.entries(spec.buildArgs?.[name] ?? {})]);
  return readServiceImage(build && { ...build, args }, dirname(spec.compose));
}

/** What starts in a service's container, where that is a Go program of which a static binary can be made here. */
function programOf(
  { service, hints, env, wantsShell, file }: ServiceStart,
  image: ServiceImage | undefined,
  context: Pick<RunContext, 'env'>,
  programs: Map<string, OwnBuild>,
  reasons: Map<string, string>,
): OwnProgram | undefined {
  if (!image) return undefined;
  const inputs = {
    service,
    image,
    hints: { ...hints, goArgs: undefined },
    env,
    user: context.env,
    folder: dirname(file.path),
  };
  const found = findStart(inputs);
  const why = 'reasons' in found ? found.reasons.join('; ') : whyNotAlone(found.start, image, wantsShell);
  if ('reasons' in found || why !== undefined) {
    reasons.set(service.name, why ?? '');
    return undefined;
  }
  const program = found.start.program ?? usualProgram;
  programs.set(service.name, { start: found.start, program, image });
  return { program, args: found.start.args, env: found.start.commandEnv };
}

function whyNotAlone({ build }: ProgramStart, { stage }: ServiceImage, wantsShell: boolean): string | undefined {
  if (build?.env['CGO_ENABLED'] === '1') return 'its program needs the C library of its image';
  return wantsShell && stage !== undefined && stage.base !== 'scratch'
    ? 'its health check is a line for the shell of its image'
    : undefined;
}

async function checkNames({ services, file }: Translation, spec: ComposeTopology): Promise<void> {
  const { images = {}, limits = {}, buildArgs = {}, go, compose } = spec;
  const names = services.map(({ name }) => name);
  checkServiceNames(compose, names, {
    scale: Object.keys(spec.scale),
    env: Object.keys(spec.env),
    images: Object.keys(images),
    limits: Object.keys(limits),
    buildArgs: Object.keys(buildArgs),
    'go.services': Object.keys(go?.services ?? {}),
  });
  // Refuses arguments that no Dockerfile takes.
  const builds = file.active.map(({ name, build }) => {
    const { context, dockerfile, dockerfileInline } = build ?? {};
    const resolved = { context, dockerfile, dockerfile_inline: dockerfileInline };
    const given = Object.fromEntries(Object.entries(resolved).filter(([, value]) => value !== undefined));
    return [name, build ? { build: given } : {}] as const;
  });
  await withBuildArgs({ services: Object.fromEntries(builds) }, spec);
}
