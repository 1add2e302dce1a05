/** The objects that a scenario names: in files and folders, or as kustomize or helm puts them together. */
import { basename, join } from 'node:path';
import { runCommand } from '../../host/command.ts';
import { entriesOf, isFolder, isThere, textOfFile } from '../../host/file-tree.ts';
import { errorCode } from '../../host/files.ts';
import { environmentError, messageOf, usageError } from '../../model/errors.ts';
import type { HelmSource, ManifestSource } from '../../model/topology-spec.ts';
import { type ManifestObject, readManifest } from '../manifest-survey/documents.ts';

/** Where programs run. */
export interface ReadPlace {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What was read, and by what program where one put it together. */
export interface ReadObjects {
  readonly objects: readonly ManifestObject[];
  readonly by?: string | undefined;
}

/** usageError with everything in files that cannot be read; environmentError where a program is missing or fails. */
export async function readManifests(source: ManifestSource, place: ReadPlace): Promise<ReadObjects> {
  if (source.kind === 'files') return { objects: objectsIn(source.files) };
  const [text, by] =
    source.kind === 'kustomize' ? await kustomized(source.folder, place) : await templated(source.helm, place);
  const { objects, mistakes } = readManifest(text, by);
  if (mistakes.length > 0) throw invalid(mistakes);
  return { objects, by };
}

/** Objects of files, and of the files in folders, by their names; folders in folders are left out, as kubectl leaves them. */
export function objectsIn(paths: readonly string[]): readonly ManifestObject[] {
  const mistakes: string[] = [];
  const files = manifestFiles(paths, mistakes);
  const read = files.flatMap((file) => readOne(file, mistakes) ?? []);
  mistakes.push(...read.flatMap((one) => one.mistakes));
  if (mistakes.length > 0) throw invalid(mistakes);
  const objects = read.flatMap((one) => one.objects);
  if (objects.length === 0) throw invalid([`no object lies in ${paths.join(', ')}: nothing there has a kind`]);
  return objects;
}

/** The files that are read of what is named. */
export function manifestFiles(paths: readonly string[], mistakes: string[] = []): readonly string[] {
  return paths.flatMap((path) => {
    if (!isThere(path)) mistakes.push(`${path} is not there`);
    if (!isFolder(path)) return isThere(path) ? [path] : [];
    if (isThere(join(path, 'Chart.yaml'))) {
      mistakes.push(`${path} is a chart: name it under topology.helm.chart`);
      return [];
    }
    const files = entriesOf(path)
      .filter(({ name }) => /\.(?:ya?ml|json)$/i.test(name) && !isFolder(join(path, name)))
      .map(({ name }) => join(path, name))
      .sort();
    if (files.some((file) => /^kustomization\.ya?ml$/.test(basename(file)))) {
      mistakes.push(`${path} is a kustomization: name it under topology.kustomize`);
      return [];
    }
    if (files.length === 0) mistakes.push(`${path} has no files with objects (.yaml, .yml, .json)`);
    return files;
  });
}

function readOne(file: string, mistakes: string[]): ReturnType<typeof readManifest> | undefined {
  try {
    return readManifest(textOfFile(file), file);
  } catch (error) {
    mistakes.push(`${file} cannot be read: ${messageOf(error)}`);
    return undefined;
  }
}

function invalid(mistakes: readonly string[]): Error {
  return usageError('kube-manifests', mistakes.join('\n'), '`kubectl apply --dry-run=client -f FILE` reads the same.');
}

async function kustomized(folder: string, place: ReadPlace): Promise<[text: string, by: string]> {
  const programs = [
    ['kustomize', 'build', folder],
    ['kubectl', 'kustomize', folder],
  ];
  for (const [program = '', ...words] of programs) {
    const text = await outputOf(program, words, place);
    if (text !== undefined) return [text, [program, ...words].join(' ')];
  }
  throw environmentError(
    'kube-program',
    `${folder} is put together by kustomize, and neither kustomize nor kubectl is here`,
    'Install one of them, or name the files themselves under topology.manifests.',
  );
}

async function templated({ chart, values, set, release }: HelmSource, place: ReadPlace): Promise<[string, string]> {
  const words = [
    'template',
    release,
    chart,
    ...values.flatMap((file) => ['--values', file]),
    // Values stay the text that they are: `true` and `8080` would become something else.
    ...Object.entries(set).flatMap(([key, value]) => ['--set-json', `${key}=${jsonOf(value)}`]),
  ];
  const text = await outputOf('helm', words, place);
  if (text !== undefined) return [text, `helm template ${release} ${chart}`];
  throw environmentError(
    'kube-program',
    `${chart} is a chart, and helm is not here`,
    'Install helm, or put `helm template` into a file and name it under topology.manifests.',
  );
}

/** A number or a word of YAML as such, as `--set` takes it; everything else as text. */
function jsonOf(value: string): string {
  return /^(?:true|false|null|-?(?:0|[1-9]\d{0,14}))$/.test(value) ? value : JSON.stringify(value);
}

/** What a program prints; undefined where it is not on this machine. */
async function outputOf(program: string, words: readonly string[], place: ReadPlace): Promise<string | undefined> {
  let end: Awaited<ReturnType<typeof runCommand>>;
  try {
    end = await runCommand(program, words, { env: place.env, signal: place.signal });
  } catch (error) {
    place.signal.throwIfAborted();
    if (errorCode(error) === 'ENOENT') return undefined;
    throw environmentError('kube-program', `${program} cannot be started: ${messageOf(error)}`, undefined, error);
  }
  if (end.code === 0) return end.stdout;
  const said = end.stderr.trimEnd().split('\n').slice(-10);
  throw environmentError(
    'kube-program',
    [`${program} ${words.join(' ')} failed`, ...said.map((line) => `    | ${line}`)].join('\n'),
  );
}
