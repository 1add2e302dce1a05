/** All files that objects are made of: those that are named, and what lies in folders of kustomizations and charts. */
import { join } from 'node:path';
import { entriesOf, isFolder } from '../../host/file-tree.ts';
import type { ManifestSource } from '../../model/topology-spec.ts';
import { manifestFiles } from './read-manifests.ts';

/** Absolute paths; nothing of what is not there. */
export function filesUnder(source: ManifestSource): readonly string[] {
  if (source.kind === 'files') return manifestFiles(source.files);
  if (source.kind === 'kustomize') return within(source.folder);
  return [...source.helm.values, ...within(source.helm.chart)];
}

function within(path: string): string[] {
  if (!isFolder(path)) return [path];
  return entriesOf(path)
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap(({ name, isFile, isFolder: isInner }) =>
      isInner ? within(join(path, name)) : isFile ? [join(path, name)] : [],
    );
}
