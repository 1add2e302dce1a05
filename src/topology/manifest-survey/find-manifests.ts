/** Which files `--from-manifests` means: a file, a folder as `kubectl apply -f` takes it, folders of services, or a kustomization. */
import { dirname, join, relative } from 'node:path';
import { entriesOf, isFolder, isThere, textOfFile } from '../../host/file-tree.ts';
import { usageError } from '../../model/errors.ts';
import { type ManifestObject, readManifest } from './documents.ts';
import { isKustomizationFile, type Kustomization, kustomizationIn, readKustomization } from './kustomization.ts';
import { type RenderPlace, renderKustomization } from './render-kustomization.ts';

/** What was found, with absolute paths. */
export interface FoundManifests {
  /** What a scenario names: files and folders; or the folder of a kustomization. */
  readonly named: readonly string[];
  readonly kustomization: Kustomization | undefined;
  readonly objects: readonly ManifestObject[];
  readonly notes: readonly string[];
}

const isManifestFile = (name: string) => /\.(?:ya?ml|json)$/i.test(name);
const skipped = /^(?:node_modules|vendor|testdata|charts|\..*)$/;
const deepest = 3;

/** Looks and reads; usageError for what is not there, is a chart, cannot be read, or could mean several things. */
export async function findManifests(given: string, path: string, place: RenderPlace): Promise<FoundManifests> {
  const shown = (each: string) => relative(place.cwd, each) || '.';
  if (!isThere(path))
    throw invalid(
      `${given}: there is no such file or folder`,
      'Name what kubectl apply -f takes: rampart init --from-manifests k8s/',
    );
  const isOne = isFolder(path);
  const kustomization = isOne ? kustomizationIn(path) : isKustomizationFile(path) ? path : undefined;
  if (kustomization !== undefined) return await fromKustomization(dirname(kustomization), kustomization, shown, place);
  if (!isOne) return { named: [path], kustomization: undefined, ...readFiles([path], shown) };
  if (isThere(join(path, 'Chart.yaml')))
    throw invalid(
      `${given}: a Helm chart, whose templates are no manifests yet`,
      `Render it first: helm template ${shown(path)} > manifests.yaml, then rampart init --from-manifests manifests.yaml`,
    );
  return fromFolder(given, path, shown);
}

/** As the program that applies it puts it together, where it changes anything and the program is there; else as its files say. */
async function fromKustomization(
  folder: string,
  file: string,
  shown: (each: string) => string,
  place: RenderPlace,
): Promise<FoundManifests> {
  const kustomization = readKustomization(folder, file, shown);
  const { files, changes, notes } = kustomization;
  const rendered = changes.length > 0 ? await renderKustomization(folder, place) : undefined;
  if (rendered) {
    const { objects, mistakes } = readManifest(rendered.text, rendered.by);
    if (mistakes.length > 0) throw invalid(mistakes.join('\n'), 'Name the files that it is made of.');
    return { named: [folder], kustomization, objects, notes: [`put together by ${rendered.by}`] };
  }
  const read = readFiles(files, shown);
  const unseen =
    changes.length > 0
      ? [
          `${shown(file)} changes what its files say (${changes.join(', ')}), and neither kubectl nor kustomize is here to say how: names below are those of the files, and a run needs one of the two`,
        ]
      : [];
  return { named: [folder], kustomization, objects: read.objects, notes: [...notes, ...read.notes, ...unseen] };
}

function fromFolder(given: string, path: string, shown: (each: string) => string): FoundManifests {
  const direct = filesIn(path);
  const below = foldersBelow(path, 1);
  const read = readFiles(direct, shown);
  if (read.objects.length > 0) {
    const left = below.filter(({ files }) => files.length > 0).map(({ folder }) => shown(folder));
    const note =
      left.length > 0 ? [`folders in it are left out, as kubectl apply -f leaves them: ${left.join(', ')}`] : [];
    return { named: [path], kustomization: undefined, objects: read.objects, notes: [...read.notes, ...note] };
  }
  const kustomized = below
    .filter(({ folder }) => kustomizationIn(folder) !== undefined)
    .map(({ folder }) => shown(folder));
  const plain = below.filter(({ files }) => files.length > 0);
  const inner = plain.map(({ folder, files }) => ({ folder, ...readFiles(files, shown, 'skip') }));
  const filled = inner.filter(({ objects }) => objects.length > 0);
  if (kustomized.length > 0) {
    const likeliest = [/(?:^|\/)overlays?\//, /(?:^|\/)base$/].map((like) =>
      kustomized.find((each) => like.test(each)),
    );
    throw invalid(
      `${given}: no manifests lie in it, but kustomizations do in ${kustomized.join(', ')}`,
      `Name one: rampart init --from-manifests ${likeliest.find((each) => each !== undefined) ?? kustomized[0]}`,
    );
  }
  if (filled.length === 0)
    throw invalid(
      `${given}: no Kubernetes manifests lie in it (files with a kind, in .yaml, .yml or .json)`,
      'Name what kubectl apply -f takes: rampart init --from-manifests k8s/',
    );
  return {
    named: filled.map(({ folder }) => folder),
    kustomization: undefined,
    objects: filled.flatMap(({ objects }) => objects),
    notes: [...read.notes, ...filled.flatMap(({ notes }) => notes)],
  };
}

interface Folder {
  readonly folder: string;
  readonly files: readonly string[];
}

function filesIn(folder: string): string[] {
  return entriesOf(folder)
    .filter(({ name }) => isManifestFile(name) && !isFolder(join(folder, name)))
    .map(({ name }) => join(folder, name))
    .sort();
}

function foldersBelow(folder: string, depth: number): Folder[] {
  return entriesOf(folder)
    .filter(({ name, isFolder: isOne }) => isOne && !skipped.test(name))
    .map(({ name }) => join(folder, name))
    .sort()
    .flatMap((each) => [
      { folder: each, files: isThere(join(each, 'Chart.yaml')) ? [] : filesIn(each) },
      ...(depth < deepest ? foldersBelow(each, depth + 1) : []),
    ]);
}

function readFiles(
  files: readonly string[],
  shown: (each: string) => string,
  damaged: 'refuse' | 'skip' = 'refuse',
): { objects: ManifestObject[]; notes: string[] } {
  const read = files.map((file) => ({ file, ...readManifest(textOfFile(file), shown(file)) }));
  const mistakes = read.flatMap((one) => one.mistakes);
  if (mistakes.length > 0 && damaged === 'refuse') {
    const isTemplate = mistakes.some((one) => one.endsWith('is a template, not YAML'));
    throw invalid(
      mistakes.join('\n'),
      isTemplate
        ? 'Render it first (helm template, jsonnet, envsubst, ...) into a file, and name that file.'
        : 'kubectl apply --dry-run=client -f FILE says what it expects.',
    );
  }
  const strange = read.filter(({ objects, others }) => objects.length === 0 && others > 0);
  const notes = strange.map(({ file }) => `${shown(file)}: no manifest, because nothing in it has a kind`);
  return { objects: read.flatMap(({ objects }) => objects), notes };
}

function invalid(message: string, hint: string): Error {
  return usageError('init-manifests', message, hint);
}
