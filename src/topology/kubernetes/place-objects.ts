/** The objects of manifests, made to lie in the namespace of a run; what would lie or reach outside of it is refused. Pure. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import type { ManifestObject } from '../manifest-survey/documents.ts';
import { fieldsOf, mapsOf, textOf } from '../manifest-survey/values.ts';
import { groupOf, withField } from './fields.ts';

/** Objects without a namespace, those that say which namespace they were written for, and why some cannot be made. */
export interface PlacedObjects {
  readonly objects: readonly KubeObject[];
  /** The namespace that is written in them, which stands for that of the run. */
  readonly written: string | undefined;
  readonly mistakes: readonly string[];
  readonly warnings: readonly string[];
}

/** Hooks of a chart that are run when it is installed; tests and what is for upgrades and removal are left out. */
const installs = ['pre-install', 'post-install'];

/** Takes objects as they were read. */
export function placeObjects(read: readonly ManifestObject[]): PlacedObjects {
  const made = read.filter(isInstalled);
  const namespaces = [
    ...new Set(
      made.flatMap(({ kind, group, name, namespace }) => (isNamespace({ kind, group }) ? name : namespace) ?? []),
    ),
  ];
  const [written, ...others] = namespaces;
  const mistakes = others.map(
    (other) =>
      `${placeOf(made, other)} lies in namespace ${other}, others in ${written}: a run has one namespace (leave namespace out, or give each a scenario of its own)`,
  );
  mistakes.push(...made.flatMap(unnamed), ...twice(made));
  const objects = made
    .filter((each) => !isNamespace(each) && unnamed(each).length === 0)
    .map(({ whole }) => inRunsNamespace(whole as unknown as KubeObject, written));
  return { objects, written, mistakes, warnings: warningsOf(made) };
}

function isNamespace({ kind, group }: Pick<ManifestObject, 'kind' | 'group'>): boolean {
  return kind === 'Namespace' && group === '';
}

function isInstalled({ annotations }: ManifestObject): boolean {
  const hooks = annotations['helm.sh/hook']?.split(',').map((each) => each.trim());
  return hooks === undefined || hooks.some((each) => installs.includes(each));
}

function placeOf(made: readonly ManifestObject[], namespace: string): string {
  const found = made.find((each) => each.namespace === namespace || (isNamespace(each) && each.name === namespace));
  return found ? `${found.file}: ${found.kind} ${found.name}` : namespace;
}

function unnamed({ whole, kind, file }: ManifestObject): string[] {
  const { name } = fieldsOf(whole['metadata']);
  const named = textOf(name) === undefined ? [`${file}: ${kind} has no metadata.name`] : [];
  return textOf(whole['apiVersion']) === undefined ? [...named, `${file}: ${kind} has no apiVersion`] : named;
}

function twice(made: readonly ManifestObject[]): string[] {
  const seen = new Map<string, string>();
  return made.flatMap(({ kind, group, name, file }) => {
    const key = `${group}/${kind}/${name}`;
    const before = seen.get(key);
    seen.set(key, file);
    return before === undefined || name === '' ? [] : [`${file}: ${kind} ${name} is already in ${before}`];
  });
}

/** Without its own namespace, and with subjects of bindings that were in it. */
function inRunsNamespace(object: KubeObject, written: string | undefined): KubeObject {
  const { namespace: _own, ...metadata } = object.metadata;
  const placed = { ...object, metadata: metadata as KubeObject['metadata'] };
  if (groupOf(object) !== 'rbac.authorization.k8s.io' || written === undefined) return placed;
  const subjects = mapsOf(object['subjects']).map((each) =>
    each['namespace'] === written ? { ...each, namespace: runsNamespace } : each,
  );
  return object['subjects'] === undefined
    ? placed
    : (withField(placed, ['subjects'], subjects) as unknown as KubeObject);
}

/** Stands for the namespace of the run until that has a name. */
export const runsNamespace = '\u0000run';

function warningsOf(made: readonly ManifestObject[]): string[] {
  return made.flatMap(({ kind, name, group }) => {
    if (kind === 'HorizontalPodAutoscaler')
      return [
        `HorizontalPodAutoscaler ${name} may change the number of replicas while they are measured: the targets are those of the start`,
      ];
    if (kind === 'Ingress' || group.startsWith('gateway.'))
      return [`${kind} ${name} is made too: its host may be one that another namespace answers`];
    return kind === 'CronJob' ? [`CronJob ${name} may start pods while others are measured`] : [];
  });
}

/** Texts that name a Service of the manifests by the namespace that is written in them: they would lead out of the run. */
export function waysOut(objects: readonly KubeObject[], written: string | undefined): readonly string[] {
  if (written === undefined) return [];
  const services = objects.filter(({ kind, apiVersion }) => kind === 'Service' && apiVersion === 'v1');
  const names = services.map(({ metadata }) => metadata.name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  const space = written.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const own = names.length > 0 ? `|(?<![\\w.-])(?:${names.join('|')})\\.${space}(?![\\w-])` : '';
  const pattern = new RegExp(`[\\w-]+\\.${space}\\.svc\\b${own}`);
  return objects.flatMap((object) =>
    textsIn(object).flatMap(({ path, text }) => {
      const found = pattern.exec(text)?.[0];
      return found === undefined
        ? []
        : [
            `${object.kind} ${object.metadata.name}: ${path.join('.')} names ${found}, which is outside of the run (write ${found.split('.')[0]} alone, or set the variable with topology.env)`,
          ];
    }),
  );
}

function textsIn(
  value: unknown,
  path: readonly (string | number)[] = [],
): { readonly path: readonly (string | number)[]; readonly text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => textsIn(each, [...path, key]));
}
