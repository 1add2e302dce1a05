/** Images of Go programs without Docker: the program that is built here, and the files that its Dockerfile copies beside it. */
import { basename, join, posix } from 'node:path';
import { entriesOf, isFolder, isThere } from '../../host/file-tree.ts';
import { type Image, type ImageFile, makeImage } from '../../host/image-archive.ts';
import { contextFolder, originOf } from '../image/origin.ts';
import type { ServiceImage } from '../image/service-image.ts';
import type { CopyStep, ImageStage } from '../image/stage.ts';

/** Where a program lies whose image does not say. */
export const usualProgram = '/service';

/** An image and what it has not that its Dockerfile would give it. */
export interface OwnImage {
  readonly image: Image;
  readonly warnings: readonly string[];
}

/** Makes it of a static program at `program`. */
export async function makeOwnImage(
  service: ServiceImage,
  binary: string,
  program: string,
  arch: string,
): Promise<OwnImage> {
  const { stage } = service;
  const found = stage ? copiedFiles(service, stage, program) : { files: [], missing: [] };
  const files: ImageFile[] = [...found.files, { path: program, from: binary, isProgram: true }];
  if (stage && stage.base !== 'scratch') files.push(...systemFiles(files));
  const settings = {
    env: Object.fromEntries(stage?.env ?? []),
    entrypoint: [program],
    workingDir: stage?.workdir,
    user: stage?.user === undefined ? undefined : numericUser(stage.user),
    stopSignal: stage?.stopSignal,
  };
  const folders = stage ? [stage.workdir] : [];
  const shared = stage?.base === 'scratch' ? [] : ['/tmp'];
  const image = await makeImage(files, { folders, shared }, settings, arch);
  return { image, warnings: warningsOf(stage, found.missing, settings.user) };
}

function warningsOf(stage: ImageStage | undefined, missing: readonly string[], user: string | undefined): string[] {
  const warnings: string[] = [];
  if (stage && stage.base !== 'scratch')
    warnings.push(
      `its image is made from scratch of the program that is built here, without the rest of ${stage.base}`,
    );
  if (missing.length > 0) warnings.push(`its image lacks ${missing.join(', ')}, which only its Dockerfile makes`);
  if (stage?.user !== undefined && user !== stage.user) warnings.push(`its user ${stage.user} is ${user} there`);
  return warnings;
}

/** Names that images know (Debian, distroless); another name is of a user that a Dockerfile makes, and only not root. */
const users: Readonly<Record<string, string>> = { root: '0', nobody: '65534', nonroot: '65532' };

function numericUser(user: string): string {
  return user
    .split(':')
    .map((id) => (/^\d+$/.test(id) ? id : (users[id] ?? '65532')))
    .join(':');
}

/** What programs look for in every system, from this machine. */
const systemPaths = ['/etc/ssl/certs/ca-certificates.crt'];

function systemFiles(present: readonly ImageFile[]): ImageFile[] {
  const lacking = systemPaths.filter((path) => isThere(path) && !present.some((file) => file.path === path));
  return lacking.map((path) => ({ path, from: path, isProgram: false }));
}

interface Copied {
  readonly files: readonly ImageFile[];
  readonly missing: readonly string[];
}

/** Files of the build context that the stage holds, as far as its copies say. */
function copiedFiles(service: ServiceImage, stage: ImageStage, program: string): Copied {
  const copies = stage.steps.flatMap((step) =>
    step.kind === 'copy' ? step.sources.flatMap((source) => sourcesOf(service, step, source)) : [],
  );
  const wanted = copies.filter(({ to }) => to !== program);
  const files = wanted.flatMap(({ from, to }) => (from === undefined ? [] : filesAt(from, to)));
  const byPath = new Map(files.map((file) => [file.path, file]));
  byPath.delete(program);
  const missing = wanted.flatMap(({ from, to }) => (from === undefined ? [to] : []));
  return { files: [...byPath.values()], missing: [...new Set(missing)] };
}

interface Source {
  readonly to: string;
  /** On this machine; undefined where nothing here is it. */
  readonly from: string | undefined;
}

function sourcesOf(service: ServiceImage, step: CopyStep, source: string): readonly Source[] {
  const { context } = service;
  const place = posix.join('.', source.replace(/^\//, ''));
  if (step.from !== undefined) {
    const from = typeof step.from === 'string' ? undefined : hereOf(service, step.from, posix.resolve('/', source));
    const system = posix.resolve('/', source);
    const own =
      systemPaths.includes(system) || /^\/(?:etc\/ssl|usr\/share\/zoneinfo)\b/.test(system) ? system : undefined;
    return [
      { to: targetOf(step.to, source, false), from: from ?? (own !== undefined && isThere(own) ? own : undefined) },
    ];
  }
  if (/[*?[]/.test(place)) {
    const folder = posix.dirname(place);
    const pattern = new RegExp(
      `^${basename(place)
        .replace(/[.+^${}()|\\]/g, '\\$&')
        .replaceAll('*', '.*')
        .replaceAll('?', '.')}$`,
    );
    const names = isFolder(join(context, folder)) ? entriesOf(join(context, folder)) : [];
    return names
      .filter(({ name }) => pattern.test(name))
      .map(({ name }) => ({ to: posix.join(step.to, name), from: join(context, folder, name) }));
  }
  const here = join(context, place);
  return [{ to: targetOf(step.to, source, isFolder(here)), from: isThere(here) ? here : undefined }];
}

/** What an earlier stage has at a path, in the build context; undefined for what it makes. */
function hereOf({ context, isFolder: inContext }: ServiceImage, stage: ImageStage, path: string): string | undefined {
  const folder = contextFolder(path, stage, inContext);
  if (folder !== undefined && isFolder(join(context, folder))) return join(context, folder);
  const origin = originOf(path, stage, inContext);
  const file = origin.kind === 'context' ? join(context, origin.path) : undefined;
  return file !== undefined && isThere(file) ? file : undefined;
}

function targetOf(to: string, source: string, isTree: boolean): string {
  if (isTree) return to.replace(/(.)\/$/, '$1');
  return to.endsWith('/') ? posix.join(to, posix.basename(source)) : to;
}

/** Never of use to a running program. */
const unwanted = new Set(['.git', 'node_modules']);

/** A file, or all files of a folder; links are left out. */
function filesAt(from: string, to: string): ImageFile[] {
  if (!isFolder(from)) return [{ path: to, from, isProgram: false }];
  return entriesOf(from).flatMap((entry) => {
    const [here, there] = [join(from, entry.name), posix.join(to, entry.name)];
    if (entry.isFolder) return unwanted.has(entry.name) ? [] : filesAt(here, there);
    return entry.isFile ? [{ path: there, from: here, isProgram: false }] : [];
  });
}
