/** Parts of objects that somebody else wrote, changed without touching the rest; pure. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import { type Fields, fieldsOf, mapsOf } from '../manifest-survey/values.ts';

/** The fields with another value at a path; maps on the way are made where they are missing. */
export function withField(fields: Fields, [key, ...rest]: readonly string[], value: unknown): Fields {
  if (key === undefined) return fields;
  return { ...fields, [key]: rest.length === 0 ? value : withField(fieldsOf(fields[key]), rest, value) };
}

/** The value at a path. */
export function fieldAt(fields: Fields, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, key) => fieldsOf(value)[key], fields);
}

/** Where the template of its pods is in an object of each kind that has one; empty: it is a pod itself. */
const templates: Readonly<Record<string, readonly string[]>> = {
  'apps Deployment': ['spec', 'template'],
  'apps StatefulSet': ['spec', 'template'],
  'apps DaemonSet': ['spec', 'template'],
  'apps ReplicaSet': ['spec', 'template'],
  ' ReplicationController': ['spec', 'template'],
  'batch Job': ['spec', 'template'],
  'batch CronJob': ['spec', 'jobTemplate', 'spec', 'template'],
  ' Pod': [],
};

/** The API group of an object; empty of the core. */
export function groupOf({ apiVersion }: Pick<KubeObject, 'apiVersion'>): string {
  return apiVersion.includes('/') ? (apiVersion.split('/')[0] ?? '') : '';
}

/** The path of the template of an object's pods; undefined where it makes none that are known. */
export function templatePath(object: Pick<KubeObject, 'apiVersion' | 'kind'>): readonly string[] | undefined {
  return templates[`${groupOf(object)} ${object.kind}`];
}

/** The template of its pods. */
export function templateOf(object: KubeObject): Fields | undefined {
  const path = templatePath(object);
  return path && fieldsOf(fieldAt(object, path));
}

/** The object with another template. */
export function withTemplate(object: KubeObject, change: (template: Fields) => Fields): KubeObject {
  const path = templatePath(object);
  if (!path) return object;
  const changed = change(fieldsOf(fieldAt(object, path)));
  return path.length === 0
    ? (changed as unknown as KubeObject)
    : (withField(object, path, changed) as unknown as KubeObject);
}

/** The containers of a template, those that run before them left out. */
export function containersOf(template: Fields): readonly Fields[] {
  return mapsOf(fieldAt(template, ['spec', 'containers']));
}

/** The object with each of its containers changed. */
export function withContainers(object: KubeObject, change: (container: Fields) => Fields): KubeObject {
  return withTemplate(object, (template) =>
    withField(template, ['spec', 'containers'], containersOf(template).map(change)),
  );
}
