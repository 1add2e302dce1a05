/** Files by a path or a pattern, `*` in its last part standing for any characters, as in Prometheus' file_sd. */
import { basename, dirname, join } from 'node:path';
import { entriesOf, isThere } from '../../host/file-tree.ts';
import { readTextIfAny } from '../../host/files.ts';
import type { ListFiles } from './file-watch.ts';
import { repeating } from './repeating.ts';

/** The files of this machine. */
export const listFiles: ListFiles = {
  matching: async (pattern) => {
    const name = basename(pattern);
    if (!name.includes('*')) return isThere(pattern) ? [pattern] : [];
    const folder = dirname(pattern);
    const fits = patternOf(name);
    return entriesOf(folder)
      .map((entry) => entry.name)
      .filter((each) => fits.test(each))
      .sort()
      .map((each) => join(folder, each));
  },
  read: readTextIfAny,
  again: repeating,
};

function patternOf(name: string): RegExp {
  const escaped = name.split('*').map((part) => part.replace(/[.+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${escaped.join('.*')}$`, 's');
}
