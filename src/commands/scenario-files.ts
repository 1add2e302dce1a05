/** The files that a scenario names: where they are, and what is wrong with those that load is made of. */
import { isAbsolute, resolve } from 'node:path';
import { errorCode, readBytes } from '../host/files.ts';
import { messageOf } from '../model/errors.ts';
import type { Scenario } from '../model/scenario.ts';
import type { Mistake } from '../scenario/load-scenario.ts';

/** One file: the key of the scenario that names it, its absolute path, and what it is for. */
export interface NamedFile {
  readonly kind: 'compose' | 'body';
  readonly key: readonly (string | number)[];
  readonly file: string;
}

/** All files of a scenario; relative paths count from `folder`, the scenario's own. */
export function namedFiles({ topology, load }: Scenario, folder: string): NamedFile[] {
  const absolute = (value: string) => (isAbsolute(value) ? value : resolve(folder, value));
  const files: NamedFile[] = [];
  if (topology.engine !== 'external')
    files.push({ kind: 'compose', key: ['topology', 'compose'], file: absolute(topology.compose) });
  for (const [index, { name, bodyFile }] of load.requests.entries()) {
    if (bodyFile === undefined) continue;
    // Only `load.request` has no name.
    const request = name === '' ? ['request'] : ['requests', index];
    files.push({ kind: 'body', key: ['load', ...request, 'bodyFile'], file: absolute(bodyFile) });
  }
  return files;
}

/** What is wrong with the files of the requests. */
export async function checkRequests(files: readonly NamedFile[]): Promise<Mistake[]> {
  const bodies = files.filter(({ kind }) => kind === 'body');
  const checked = await Promise.all(
    bodies.map(async (named) => {
      try {
        await readBytes(named.file);
        return [];
      } catch (error) {
        if (errorCode(error) === 'ENOENT') return [notThere(named)];
        return [{ path: named.key, message: `names a file that cannot be read: ${messageOf(error)}` }];
      }
    }),
  );
  return checked.flat();
}

/** The mistake of naming a file that cannot be read. */
export function notThere({ key, file }: NamedFile): Mistake {
  return { path: key, message: `names a file that is not there: ${file}` };
}
