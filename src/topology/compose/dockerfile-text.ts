/** The Dockerfile of a resolved build as text. */
import { resolve } from 'node:path';
import { readText } from '../../host/files.ts';
import type { ResolvedBuild } from './project.ts';

/** Undefined where it is out of reach. */
export async function dockerfileText(build: ResolvedBuild): Promise<string | undefined> {
  const path = resolve(build.context ?? '.', build.dockerfile ?? 'Dockerfile');
  return build.dockerfile_inline ?? (await readText(path).catch(() => undefined));
}

/** With each instruction on one line. */
export function withoutContinuations(dockerfile: string): string {
  return dockerfile.replace(/\\\r?\n/g, ' ');
}

/** The names after every ARG. */
export function declaredArgs(dockerfile: string): string[] {
  const lines = withoutContinuations(dockerfile).matchAll(/^[ \t]*ARG[ \t]+(.+)$/gim);
  const names = [...lines].flatMap(([, rest = '']) => rest.match(/(?<=^|\s)\w+(?=[=\s]|$)/g) ?? []);
  return [...new Set(names)];
}
