/** The keys of `topology:` that are for Kubernetes: what objects are made of, on which cluster, and how they are changed. */
import { resolve } from 'node:path';
import { z } from 'zod';
import { isThere } from '../host/file-tree.ts';
import type { HelmSource, KubeSettings, ManifestSource, ManifestTopology } from '../model/topology-spec.ts';
import { environment } from './settings-schema.ts';
import { refusal, text } from './values.ts';

const manifest = text('a file or a folder', 'k8s/');

const helmSchema = z
  .strictObject(
    {
      chart: text('a chart', 'charts/shop').meta({
        description: 'A folder or an archive beside the scenario file, or a name that helm finds (oci://, REPO/CHART)',
      }),
      values: z
        .array(text('a file', 'values.load.yaml'), {
          error: (issue) => refusal('a list of files', issue.input, '[values.load.yaml]'),
        })
        .default([])
        .meta({ description: 'Files of values, later ones win' }),
      set: environment.default({}).meta({ description: 'Single values, on top of the files' }),
      release: text('a name', 'shop')
        .regex(/^[a-z0-9](?:[a-z0-9-]{0,51}[a-z0-9])?$/, {
          error: (issue) => refusal('made of small letters, digits and dashes', issue.input, 'shop'),
        })
        .default('rampart')
        .meta({ description: 'What the chart is given as the name of its release' }),
    },
    {
      error: (issue) =>
        issue.code === 'invalid_type'
          ? refusal('a map with a chart', issue.input, '{ chart: charts/shop }')
          : undefined,
    },
  )
  .meta({ description: 'kubernetes: the output of `helm template` is what is started' });

/** The keys that stand under `topology:`. */
export const kubeKeys = {
  manifests: z
    .union([manifest, z.array(manifest).min(1, { error: 'must name at least one file or folder (example: [k8s/])' })], {
      error: (issue) => refusal('a file, a folder or a list of them', issue.input, '[k8s/]'),
    })
    .optional()
    .meta({ description: 'kubernetes: files with objects, and folders of such files, relative to the scenario file' }),
  kustomize: text('a folder', 'k8s/overlays/load')
    .optional()
    .meta({ description: 'kubernetes: a folder whose `kubectl kustomize` output is what is started' }),
  helm: helmSchema.optional(),
  context: text('a context', 'staging')
    .optional()
    .meta({ description: 'kubernetes: a context of the kubeconfig, instead of its current one' }),
  kubeconfig: text('a file', 'kubeconfig.yaml')
    .optional()
    .meta({ description: 'kubernetes: instead of KUBECONFIG and ~/.kube/config' }),
  hostNetwork: z
    .boolean({ error: (issue) => refusal('true or false', issue.input, 'true') })
    .optional()
    .meta({ description: 'kubernetes: pods are on the network of their node, for clusters without a network of pods' }),
  imageLoad: z
    .array(text('a word', 'kind'), {
      error: (issue) => refusal('a command and its arguments', issue.input, '[kind, load, image-archive, "{archive}"]'),
    })
    .refine((words) => words.slice(1).some((word) => word.includes('{archive}')), {
      error: 'must have {archive} among its arguments (example: [kind, load, image-archive, "{archive}"])',
    })
    .optional()
    .meta({
      description:
        'kubernetes: a command that puts an image built for a compose file into the cluster; {archive} is a file as `docker save` writes it, {image} its name',
    }),
  imagePush: text('a registry and what goes before names', 'registry.example.com/team')
    .regex(/^[\w.-]+(?::\d+)?(?:\/[a-z0-9._/-]+)?\/?$/, {
      error: (issue) => refusal('a registry, perhaps with a path', issue.input, 'registry.example.com/team'),
    })
    .optional()
    .meta({ description: 'kubernetes: where images built for a compose file are pushed to' }),
};

type Given = {
  readonly [Key in keyof typeof kubeKeys]?: z.output<(typeof kubeKeys)[Key]>;
};

/** What objects are read from; undefined where nothing says so. */
export function manifestSource({ manifests, kustomize, helm }: Given): ManifestSource | undefined {
  if (manifests !== undefined) return { kind: 'files', files: [manifests].flat() };
  if (kustomize !== undefined) return { kind: 'kustomize', folder: kustomize };
  return helm && { kind: 'helm', helm };
}

/** The cluster, and what is changed for it. */
export function kubeSettings({ context, kubeconfig, hostNetwork = false, imageLoad, imagePush }: Given): KubeSettings {
  return {
    ...(context === undefined ? {} : { context }),
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    hostNetwork,
    ...(imageLoad === undefined ? {} : { imageLoad }),
    ...(imagePush === undefined ? {} : { imagePush }),
  };
}

const sources = ['manifests', 'kustomize', 'helm'];
const ofCompose = ['overlays', 'profiles', 'buildArgs', 'go', 'imageLoad', 'imagePush'];

/** Whether one of the keys that name objects is given. */
export function namesManifests(has: (key: string) => boolean): boolean {
  return sources.some(has);
}

/**
 * The keys among those of Kubernetes that rule each other out, or that another engine would not heed, each with what is wrong; one that
 * attaches to what runs heeds which cluster that is in.
 */
export function kubeMistakes(
  has: (key: string) => boolean,
  kind: string,
  isAttached: boolean,
): (readonly [key: string, message: string])[] {
  if (kind !== kubernetes) {
    const heeded = isAttached ? ['context', 'kubeconfig'] : [];
    const unheeded = Object.keys(kubeKeys).filter((key) => has(key) && !heeded.includes(key));
    return unheeded.map((key) => [key, `needs engine: ${kubernetes}`] as const);
  }
  const given = ['compose', 'services', ...sources].filter(has);
  const [first, ...others] = given;
  const twice = others.map((key): [string, string] => [
    key,
    `cannot stand beside ${first}: exactly one says what is started`,
  ]);
  if (has('imageLoad') && has('imagePush'))
    twice.push(['imagePush', 'cannot stand beside imageLoad: one way into the cluster is enough']);
  if (!namesManifests(has)) return twice;
  const composed = ofCompose.filter(has);
  return [...twice, ...composed.map((key) => [key, notComposed(key)] as const)];
}

/** Why a setting cannot be heeded where manifests say what is started. */
export function notComposed(key: string): string {
  return `is for services of a compose file: manifests name images that are built already, so ${key} would change nothing`;
}

/** Settings of variants that would change nothing of manifests. */
export const onlyComposed: readonly string[] = [...ofCompose, 'git'].filter((key) => !Object.hasOwn(kubeKeys, key));

/** What `topology.engine` calls it. */
export const kubernetes = 'kubernetes';

/** The keys of a topology that name files and folders with objects, each with its value. */
export function manifestFilesOf(
  { manifests }: ManifestTopology,
  folder: string,
): { readonly key: (string | number)[]; readonly file: string }[] {
  if (manifests.kind === 'files')
    return manifests.files.map((file, index) => ({ key: ['topology', 'manifests', index], file }));
  if (manifests.kind === 'kustomize') return [{ key: ['topology', 'kustomize'], file: manifests.folder }];
  const { chart, values } = manifests.helm;
  const files = values.map((file, index) => ({ key: ['topology', 'helm', 'values', index], file }));
  return isChartName(chart, folder) ? files : [{ key: ['topology', 'helm', 'chart'], file: chart }, ...files];
}

/** Whether helm is to find the chart itself: an address, or a name in a repository that it knows. */
function isChartName(chart: string, folder: string): boolean {
  if (/^[a-z]+:\/\//.test(chart)) return true;
  return /^[\w-]+\/[\w-]+$/.test(chart) && !isThere(resolve(folder, chart));
}

/** The topology with absolute paths instead of those that count from `folder`. */
export function withManifestPaths(topology: ManifestTopology, folder: string): ManifestTopology {
  const { manifests, kube } = topology;
  return { ...topology, manifests: sourcePaths(manifests, folder), kube: kubePaths(kube, folder) };
}

function sourcePaths(source: ManifestSource, folder: string): ManifestSource {
  const absolute = (file: string) => resolve(folder, file);
  if (source.kind === 'files') return { ...source, files: source.files.map(absolute) };
  if (source.kind === 'kustomize') return { ...source, folder: absolute(source.folder) };
  const { helm } = source;
  const placed: HelmSource = {
    ...helm,
    chart: isChartName(helm.chart, folder) ? helm.chart : absolute(helm.chart),
    values: helm.values.map(absolute),
  };
  return { ...source, helm: placed };
}

/** The same of the settings of a cluster. */
export function kubePaths(kube: KubeSettings, folder: string): KubeSettings {
  return kube.kubeconfig === undefined ? kube : { ...kube, kubeconfig: resolve(folder, kube.kubeconfig) };
}
