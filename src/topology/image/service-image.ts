/** The image that Compose would build for a service, read from its Dockerfile; nothing is built. */
import { join, resolve } from 'node:path';
import { isFolder as isFolderThere, textOfFile } from '../../host/file-tree.ts';
import { goArch } from '../../host/machine.ts';
import { messageOf } from '../../model/errors.ts';
import type { BuildSpec } from '../compose-file/service.ts';
import type { IsFolder } from './origin.ts';
import { type ImageStage, readImageStage } from './stage.ts';

/** The stage that would run, or why there is none; without any Dockerfile neither. */
export interface ServiceImage {
  /** The absolute folder of the build context. */
  readonly context: string;
  readonly isFolder: IsFolder;
  readonly stage: ImageStage | undefined;
  /** Why the Dockerfile that is named could not be read: a builder would stop, a label may still say what to build here. */
  readonly unread?: string | undefined;
  /** What a builder would refuse. */
  readonly mistakes: readonly string[];
}

/** Of a service that is no image: the folder it is built in, whatever Dockerfile lies there. */
export function folderImage(context: string): ServiceImage {
  return { context, isFolder: (path) => isFolderThere(join(context, path)), stage: undefined, mistakes: [] };
}

/** Reads it; a Dockerfile that is named must be there, one that is not named may be missing: then nothing is known of the image. */
export function readServiceImage(build: BuildSpec | undefined, folder: string): ServiceImage {
  const context = resolve(folder, build?.context ?? '.');
  const isFolder: IsFolder = (path) => isFolderThere(join(context, path));
  const image = { context, isFolder, stage: undefined, mistakes: [] };
  if (build && /^(?:https?:|git@|git:|ssh:|docker-image:|oci-layout:)/.test(build.context)) {
    return { ...image, mistakes: [`its build context ${build.context} is fetched by the builder`] };
  }
  const read = dockerfileText(build, context);
  if (typeof read !== 'string') return { ...image, ...read };
  const found = readImageStage(read, { args: build?.args ?? new Map(), target: build?.target, arch: goArch });
  const name = build?.dockerfileInline === undefined ? (build?.dockerfile ?? 'Dockerfile') : 'dockerfile_inline';
  return { ...image, stage: found.stage, mistakes: found.mistakes.map((mistake) => `its ${name}: ${mistake}`) };
}

function dockerfileText(build: BuildSpec | undefined, context: string): string | Pick<ServiceImage, 'unread'> {
  if (build?.dockerfileInline !== undefined) return build.dockerfileInline;
  try {
    return textOfFile(resolve(context, build?.dockerfile ?? 'Dockerfile'));
  } catch (error) {
    return build?.dockerfile === undefined ? {} : { unread: `its Dockerfile cannot be read: ${messageOf(error)}` };
  }
}
