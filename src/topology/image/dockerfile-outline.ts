/** What a Dockerfile says of the image that comes out of it: the foreign image at its root, and the ports that it names; pure. */

import { goArch } from '../../host/machine.ts';
import { type ImageStage, readImageStage } from './stage.ts';

/** `base` is undefined when the text names none; ports are TCP. */
export interface DockerfileOutline {
  readonly base: string | undefined;
  readonly exposed: readonly number[];
  /** Whether a Go toolchain takes part. */
  readonly hasGo: boolean;
  /** Whether one of another language does, and none of Go. */
  readonly hasOther: boolean;
}

const otherLanguages =
  /(?:^|\/)(?:node|bun|deno|python|uv|ruby|rails|php|composer|openjdk|eclipse-temurin|amazoncorretto|maven|gradle|rust|dotnet|sdk|aspnet|elixir|erlang|swift|dart|perl)(?::|@|$)/;

/** Reads the stage of a name, else the last. */
export function outlineDockerfile(
  text: string,
  target: string | undefined,
  args: ReadonlyMap<string, string>,
): DockerfileOutline {
  const read = (name: string | undefined) => readImageStage(text, { args, target: name, arch: goArch }).stage;
  const stage = read(target) ?? read(undefined);
  const bases = stage ? [...basesOf(stage)] : [];
  const hasGo = bases.some((base) => /(?:^|\/)golang(?::|@|$)/.test(base));
  return {
    base: stage?.base,
    exposed: stage?.exposed ?? [],
    hasGo,
    hasOther: !hasGo && bases.some((base) => otherLanguages.test(base)),
  };
}

/** The foreign images of a stage and of those it takes files from. */
function basesOf({ base, steps }: ImageStage): Set<string> {
  const sources = steps.flatMap((step) => (step.kind === 'copy' && step.from !== undefined ? [step.from] : []));
  return new Set([base, ...sources.flatMap((from) => (typeof from === 'string' ? [from] : [...basesOf(from)]))]);
}
