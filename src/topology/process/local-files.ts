/** Files of an image on this machine: where its working directory lies, what an argument names, and what is missing. */
import { join, posix, resolve } from 'node:path';
import { isFolder, isThere } from '../../host/file-tree.ts';
import type { ComposeService } from '../compose-file/service.ts';
import { contextFolder, type IsFolder, originOf } from '../image/origin.ts';
import type { ServiceImage } from '../image/service-image.ts';
import type { ImageStage } from '../image/stage.ts';

/** A service, its image, and the folder of its compose file. */
export interface ImageFiles {
  readonly service: ComposeService;
  readonly image: ServiceImage;
  readonly folder: string;
}

/** The folder here that its working directory stands for: mounted, copied from the context, or else the context itself. */
export function folderOf(files: ImageFiles): string {
  const { service, image } = files;
  const workdir = service.workingDir ?? image.stage?.workdir ?? '/';
  const mounted = hostPath(workdir, { ...files, image: { ...image, stage: undefined } });
  if (mounted !== undefined && isFolder(mounted)) return mounted;
  const copied = image.stage && contextFolder(workdir, image.stage, image.isFolder);
  // What is copied ready-made may not have been made yet.
  return copied === undefined || !image.isFolder(copied) ? image.context : join(image.context, copied);
}

/** What lies at a path of the container, on this machine: mounted, or copied from the build context. */
function hostPath(path: string, { service, image, folder }: ImageFiles): string | undefined {
  for (const { source, target } of service.binds.toReversed()) {
    const within = posix.relative(target, path);
    if (!within.startsWith('..')) return join(resolve(folder, source), within);
  }
  const origin = image.stage && originOf(path, image.stage, image.isFolder);
  return origin?.kind === 'context' ? join(image.context, origin.path) : undefined;
}

/** Rewrites arguments that name a file of the container to where it lies here, and tells which. */
export function localPaths(files: ImageFiles) {
  const told: string[] = [];
  return {
    word: (word: string): string => {
      const [, before = '', path = ''] = /^(-[\w-]+=)?(\/[\w./@+-]+)$/.exec(word) ?? [];
      const here = path === '' ? undefined : hostPath(path, files);
      if (here === undefined || !isThere(here)) return word;
      told.push(`its argument ${word} became ${before}${here}`);
      return `${before}${here}`;
    },
    told: () => told,
  };
}

/** Parts of systems that every machine has. */
const systemPaths =
  /^\/(?:etc\/(?:ssl|passwd|group|ca-certificates|nsswitch\.conf|mime\.types)|usr\/(?:local\/)?(?:share|lib|go)|lib|tmp)\b/;

function isOfContext(path: string, stage: ImageStage, isFolder: IsFolder): boolean {
  return originOf(path, stage, isFolder).kind === 'context' || contextFolder(path, stage, isFolder) !== undefined;
}

/** Files that the image has where a local process does not find them. */
export function missingFiles({ image, service }: ImageFiles, cwd: string, program: string | undefined): string[] {
  const { stage, context, isFolder } = image;
  if (!stage) return [];
  const workdir = service.workingDir ?? stage.workdir;
  const missing = stage.steps.flatMap((step) => {
    if (step.kind !== 'copy' || systemPaths.test(step.to)) return [];
    const { from } = step;
    if (typeof from === 'string') return [];
    return step.sources.flatMap((source) => {
      if (from !== undefined && !isOfContext(posix.resolve('/', source), from, isFolder)) return [];
      const target =
        isFolder(source) && from === undefined ? step.to.replace(/(.)\/$/, '$1') : placeOfFile(step.to, source);
      if (target === program || originOf(target, stage, isFolder).kind === 'go') return [];
      const within = posix.relative(workdir, target);
      return !within.startsWith('..') && isThere(join(cwd, within)) ? [] : [target];
    });
  });
  const shown = [...new Set(missing)];
  if (shown.length === 0) return [];
  return [
    `files of its image are not where it may look for them: ${shown.join(', ')} (it runs in ${cwd === context ? 'its build context' : cwd})`,
  ];
}

function placeOfFile(to: string, source: string): string {
  return to.endsWith('/') ? posix.join(to, posix.basename(source)) : to;
}
