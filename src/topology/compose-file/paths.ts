/** Relative paths of a compose document made absolute, and the short forms that hold them made long; pure. */
import { join, posix, resolve } from 'node:path';
import { homeFolder } from '../../host/machine.ts';
import { changeAt, listOf, textOf } from './placed-map.ts';
import type { Placed } from './placed-yaml.ts';

/** The document with paths that no longer depend on the folder they count from. */
export function withAbsolutePaths(document: Placed, folder: string): Placed {
  const absolute = (placed: Placed): Placed => {
    const path = textOf(placed);
    return path ? { ...placed, value: absolutePath(folder, path) } : placed;
  };
  const context = (placed: Placed): Placed => (isRemote(textOf(placed) ?? '') ? placed : absolute(placed));
  const changes: readonly (readonly [string, (found: Placed) => Placed])[] = [
    ['services.*.build', longBuild],
    ['services.*.build.context', context],
    ['services.*.build.additional_contexts.*', context],
    ['services.*.env_file', longEnvFiles],
    ['services.*.env_file.*.path', absolute],
    ['services.*.extends.file', absolute],
    ['services.*.volumes.*', (volume) => longVolume(volume, folder)],
    ['configs.*.file', absolute],
    ['secrets.*.file', absolute],
  ];
  return changes.reduce((changed, [path, change]) => changeAt(changed, path.split('.'), change), document);
}

/** A path that counts from a folder; `~` is the user's home, as Compose has it. */
export function absolutePath(folder: string, path: string): string {
  if (path.startsWith('/')) return path;
  return resolve(folder, path.startsWith('~') ? join(homeFolder(), path.slice(1)) : path);
}

/** What BuildKit takes for a repository, an archive or an image, and not for a folder. */
function isRemote(context: string): boolean {
  return /^(?:https?:\/\/|git:\/\/|ssh:\/\/|github\.com\/|git@)|:\/\//.test(context);
}

function longBuild(build: Placed): Placed {
  const { at } = build;
  if (typeof build.value === 'string') return { ...build, value: new Map([['context', { value: build.value, at }]]) };
  if (!(build.value instanceof Map) || build.value.has('context')) return build;
  return { ...build, value: new Map([...build.value, ['context', { value: '.', at }]]) };
}

function longEnvFiles(files: Placed): Placed {
  const list = typeof files.value === 'string' ? [files] : listOf(files);
  if (list.length === 0) return files;
  const long = list.map((file) =>
    typeof file.value === 'string'
      ? { at: file.at, value: new Map([['path', { value: file.value, at: file.at }]]) }
      : file,
  );
  return { ...files, value: long };
}

/** `source:target:mode`, of which only a path may be a source that counts from the folder. */
function longVolume(volume: Placed, folder: string): Placed {
  const { value, at } = volume;
  const place = (text: string | boolean): Placed => ({ value: text, at });
  if (typeof value !== 'string') {
    const isBind = value instanceof Map && textOf(value.get('type')) === 'bind';
    return isBind
      ? changeAt(volume, ['source'], (source) => place(absolutePath(folder, textOf(source) ?? '')))
      : volume;
  }
  const [source, target, mode = ''] = value.split(':');
  const cleaned = (path: string) => place(posix.normalize(path).replace(/(?<=.)\/$/, ''));
  if (target === undefined)
    return {
      at,
      value: new Map([
        ['type', place('volume')],
        ['target', cleaned(source ?? '')],
      ]),
    };
  const isBind = /^[./~]/.test(source ?? '');
  const entries: [string, Placed][] = [
    ['type', place(isBind ? 'bind' : 'volume')],
    ['source', place(isBind ? absolutePath(folder, source ?? '') : (source ?? ''))],
    ['target', cleaned(target)],
  ];
  if (mode.split(',').includes('ro')) entries.push(['read_only', place(true)]);
  return { at, value: new Map(entries) };
}
