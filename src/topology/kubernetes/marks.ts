/** The labels by which the pods of a run are found again, and the annotation that says which of their containers is the target; pure. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import { fieldsOf } from '../manifest-survey/values.ts';
import { fieldAt, templatePath, withField } from './fields.ts';
import { runsNamespace } from './place-objects.ts';
import type { RunWorkload } from './run-objects.ts';

const workloadLabel = 'dev.rampart.workload';
const defaultContainer = 'kubectl.kubernetes.io/default-container';

/** The label of the pods of a workload: its place among those of the run, as a name may be longer than a label. */
function workloadMark(index: number): Record<string, string> {
  return { [workloadLabel]: String(index) };
}

/** Which workload of the run a pod is of; undefined of one that another object has made. */
export function markedWorkload(labels: Readonly<Record<string, string>> = {}): number | undefined {
  const text = labels[workloadLabel];
  return text === undefined ? undefined : Number(text);
}

/** A selector of all pods that workloads of a run have made, by the labels of the run. */
export function markedPods(labels: Readonly<Record<string, string>>): string {
  return [workloadLabel, ...Object.entries(labels).map(([key, value]) => `${key}=${value}`)].join(',');
}

/** An object of a run, in its namespace and with the run's labels. */
export function placedObject(
  object: KubeObject,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): KubeObject {
  const whole = JSON.parse(
    JSON.stringify(object).replaceAll(JSON.stringify(runsNamespace).slice(1, -1), namespace),
  ) as KubeObject;
  const { metadata } = whole;
  return { ...whole, metadata: { ...metadata, namespace, labels: { ...metadata.labels, ...labels } } };
}

/** A workload of a run; so are its pods. */
export function placedWorkload(
  { object, container }: RunWorkload,
  index: number,
  namespace: string,
  labels: Readonly<Record<string, string>>,
): KubeObject {
  const placed = placedObject(object, namespace, labels);
  const path = [...(templatePath(object) ?? ['spec', 'template']), 'metadata'];
  const metadata = fieldsOf(fieldAt(placed, path));
  const marks = { ...fieldsOf(metadata['labels']), ...labels, ...workloadMark(index) };
  const annotations = fieldsOf(metadata['annotations']);
  const chosen = container === undefined ? annotations : { ...annotations, [defaultContainer]: container };
  return withField(placed, path, { ...metadata, labels: marks, annotations: chosen }) as unknown as KubeObject;
}
