/** How images that are built here come into a cluster: by a command that loads an archive, or by a registry; each is known by its digest. */
import { join } from 'node:path';
import { runCommand } from '../../host/command.ts';
import { type Image, writeImageArchive } from '../../host/image-archive.ts';
import { pushImage } from '../../host/image-push.ts';
import type { RunContext } from '../../model/contracts.ts';
import { environmentError, messageOf, usageError } from '../../model/errors.ts';
import { pushWithDocker, saveImage } from './docker-image.ts';

/** What the scenario says of it. */
export interface ImageWay {
  /** A command and its arguments; `{archive}` is a file as `docker save` writes it, `{image}` the name of the image in it. */
  readonly imageLoad?: readonly string[] | undefined;
  /** Before the names of images: `registry.example.com/team`. */
  readonly imagePush?: string | undefined;
}

/** One that is built: in memory, or in Docker under a name and with its id. */
export type BuiltImage = { readonly image: Image } | { readonly name: string; readonly id: string };

/** As pods name it. */
export interface DeliveredImage {
  readonly ref: string;
  /** What is loaded can be had nowhere else. */
  readonly pullPolicy: 'Never' | 'IfNotPresent';
  /** `sha256:…`. */
  readonly id: string;
}

/** Usage error where images are to be built and no way leads into the cluster. */
export function requireWay(services: readonly string[], { imageLoad, imagePush }: ImageWay): void {
  if (services.length === 0 || imageLoad !== undefined || imagePush !== undefined) return;
  throw usageError(
    'image-way',
    `${services.length === 1 ? 'the image' : 'the images'} of ${services.join(', ')} would be built here, and nothing says how ${services.length === 1 ? 'it comes' : 'they come'} into the cluster`,
    'topology.imageLoad: [kind, load, image-archive, "{archive}"], or topology.imagePush: registry.example.com/team, or finished images: topology.images: { SERVICE: IMAGE }',
  );
}

/** Brings one there; `folder` is for its archive. */
export async function deliver(
  service: string,
  built: BuiltImage,
  way: ImageWay,
  folder: string,
  context: RunContext,
): Promise<DeliveredImage> {
  const id = 'image' in built ? built.image.id : built.id;
  const tag = id.replace('sha256:', '').slice(0, 16);
  if (way.imagePush !== undefined) {
    const repository = `${way.imagePush.replace(/\/$/, '')}/${service}`;
    const { env, signal } = context;
    const ref =
      'image' in built
        ? await pushImage(built.image, { repository, tag }, env, signal)
        : await pushWithDocker(built.name, `${repository}:${tag}`, context);
    return { ref, pullPolicy: 'IfNotPresent', id };
  }
  const ref = `rampart.local/${service}:${tag}`;
  const archive = join(folder, `${service}.tar`);
  if ('image' in built) await writeImageArchive(built.image, ref, archive);
  else await saveImage(built.name, ref, archive, context);
  await load(way.imageLoad ?? [], archive, ref, context);
  return { ref, pullPolicy: 'Never', id };
}

async function load(
  [command = '', ...args]: readonly string[],
  archive: string,
  ref: string,
  { env, signal }: RunContext,
): Promise<void> {
  const filled = args.map((arg) => arg.replaceAll('{archive}', archive).replaceAll('{image}', ref));
  const shown = [command, ...args].join(' ');
  const { code, output } = await runCommand(command, filled, { env, signal }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw environmentError(
      'image-load',
      `topology.imageLoad: ${shown} cannot be started: ${messageOf(error)}`,
      undefined,
      error,
    );
  });
  if (code === 0) return;
  const lines = output.trim().split('\n').slice(-15);
  throw environmentError(
    'image-load',
    [
      `topology.imageLoad: ${shown} failed${code === undefined ? '' : ` with exit code ${code}`}`,
      ...lines.map((line) => `    | ${line}`),
    ].join('\n'),
  );
}
