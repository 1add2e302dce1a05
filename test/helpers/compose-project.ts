/** Compose projects that are only in memory. */
import { dirname } from 'node:path';
import type { ComposeSource } from '../../src/topology/compose-file/sources.ts';

/** A project in /elsewhere, of the given files by name; the first is the compose file unless others are named. */
export function projectOf(
  files: Readonly<Record<string, string>>,
  named: readonly string[] = Object.keys(files).slice(0, 1),
): ComposeSource {
  const paths = named.map((name) => `/elsewhere/${name}`);
  const texts = new Map(Object.entries(files).map(([name, text]) => [`/elsewhere/${name}`, text]));
  const path = paths[0] ?? '';
  return { path, files: paths, folder: dirname(path), read: (file) => texts.get(file) };
}
