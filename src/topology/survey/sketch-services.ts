/**
 * What each service of a project is, for those who must choose one: built here or a known product, its ports, and what says what they are
 * for.
 */
import { join, resolve } from 'node:path';
import { type ComposeFile, serviceEnvironment } from '../compose-file/compose-file.ts';
import type { ComposeService } from '../compose-file/service.ts';
import { type DockerfileOutline, outlineDockerfile } from '../image/dockerfile-outline.ts';
import { ephemeral, type KnownImage, knownImage } from './known-images.ts';
import { type JudgedPort, judgePorts } from './port-purpose.ts';

/** One service that starts. */
export interface ServiceSketch {
  readonly name: string;
  readonly image: string | undefined;
  readonly labels: Readonly<Record<string, string>>;
  readonly isBuilt: boolean;
  /** A Go toolchain or a go.mod takes part in its build. */
  readonly isGo: boolean;
  /** It is built with the toolchain of another language. */
  readonly isOther: boolean;
  /** What its image, or the one that its build begins with, is known to be. */
  readonly known: KnownImage | undefined;
  /** Those most likely to take load first. */
  readonly ports: readonly JudgedPort[];
  /** Whether the compose file names its ports; else they are what the Dockerfile exposes. */
  readonly hasOwnPorts: boolean;
  readonly published: readonly number[];
  /** Whether one of them has a port of the host that a user knows beforehand. */
  readonly hasFixedPort: boolean;
  readonly dependsOn: readonly string[];
  /** Why it cannot be a local process. */
  readonly needsDocker: readonly string[];
}

/** The services that start, in file order; what their env files have wrong goes into `notes`. */
export function sketchServices(file: ComposeFile, notes: string[]): ServiceSketch[] {
  const names = file.active.map(({ name }) => name);
  return file.active.map((service) => sketch(service, file, names, notes));
}

function sketch(service: ComposeService, file: ComposeFile, names: readonly string[], notes: string[]): ServiceSketch {
  const { name, image, build, labels, dependsOn, needsDocker } = service;
  const outline = build && outlineOf(service, file);
  const declared = service.containerPorts;
  const ports = declared.length > 0 ? declared : (outline?.exposed ?? []);
  return {
    name,
    image,
    labels,
    isBuilt: build !== undefined,
    ...languageOf(service, outline, file),
    known: knownAs(image, build !== undefined, outline),
    ports: judgePorts(ports, {
      environment: environmentOf(service, file, notes),
      words: [...(service.entrypoint ?? []), ...(service.command ?? [])],
      labels,
      names: new Map(service.ports.flatMap(({ target, purpose }) => (purpose ? [[target, purpose] as const] : []))),
      peers: names.filter((each) => each !== name),
    }),
    hasOwnPorts: declared.length > 0,
    published: service.ports.map(({ target }) => target),
    hasFixedPort: service.ports.some(({ published }) => published !== undefined && published !== '0'),
    dependsOn: dependsOn.map((one) => one.service),
    needsDocker,
  };
}

/** By the toolchain of its Dockerfile, else by what lies in its context. */
function languageOf(
  { build }: ComposeService,
  outline: DockerfileOutline | undefined,
  { read }: ComposeFile,
): Pick<ServiceSketch, 'isGo' | 'isOther'> {
  if (!build) return { isGo: false, isOther: false };
  const has = (name: string) => readIfPossible(join(build.context, name), read) !== undefined;
  const isGo = outline?.hasGo === true || (outline?.hasOther !== true && has('go.mod'));
  const others = [
    'package.json',
    'pyproject.toml',
    'requirements.txt',
    'Gemfile',
    'pom.xml',
    'Cargo.toml',
    'composer.json',
  ];
  return { isGo, isOther: !isGo && (outline?.hasOther === true || others.some(has)) };
}

function knownAs(
  image: string | undefined,
  isBuilt: boolean,
  outline: DockerfileOutline | undefined,
): KnownImage | undefined {
  if (!isBuilt) return image === undefined ? undefined : knownImage(image);
  const known = outline?.base === undefined ? undefined : knownImage(outline.base);
  // Programs of every kind are put on top of such an image.
  return known?.what === ephemeral ? undefined : known;
}

function outlineOf({ build }: ComposeService, { read }: ComposeFile): DockerfileOutline | undefined {
  if (!build) return undefined;
  const text = build.dockerfileInline ?? readIfPossible(resolve(build.context, build.dockerfile ?? 'Dockerfile'), read);
  return text === undefined ? undefined : outlineDockerfile(text, build.target, build.args);
}

/** A context may be a repository elsewhere, and a Dockerfile may be made later. */
function readIfPossible(path: string, read: ComposeFile['read']): string | undefined {
  try {
    return read(path);
  } catch {
    return undefined;
  }
}

function environmentOf(service: ComposeService, file: ComposeFile, notes: string[]): Record<string, string> {
  try {
    const { variables, warnings } = serviceEnvironment(service, file);
    notes.push(...warnings);
    return variables;
  } catch (error) {
    notes.push(...(error as Error).message.split('\n'));
    return Object.fromEntries([...service.environment].map(([name, value]) => [name, value ?? '']));
  }
}
