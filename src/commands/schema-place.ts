/** Where the schema of a scenario is that is being written, and paths as scenarios have them. */
import { dirname, join, relative, sep } from 'node:path';
import { isThere } from '../host/file-tree.ts';

/** Where an editor finds the schema: beside this scenario where rampart is installed there, else where packages are published. */
export function schemaFor(out: string, version: string): string {
  const installed = join('node_modules', 'rampart', 'docs', 'scenario.schema.json');
  const folder = dirname(out);
  for (let at = folder; ; at = dirname(at)) {
    if (isThere(join(at, installed))) return slashed(relative(folder, join(at, installed)), true);
    if (dirname(at) === at) return `https://unpkg.com/rampart@${version}/docs/scenario.schema.json`;
  }
}

/** A path with slashes, as scenarios have them; with `./` before it where it is asked to. */
export function slashed(path: string, isMarked = false): string {
  const plain = path.split(sep).join('/');
  return isMarked && !plain.startsWith('.') ? `./${plain}` : plain;
}
