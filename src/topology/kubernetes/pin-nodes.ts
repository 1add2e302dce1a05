/** Pods kept to nodes that are known, as those of an earlier run that this one is held against; pure. */
import type { KubeObject } from '../../host/kube/cluster.ts';
import { type Fields, mapsOf } from '../manifest-survey/values.ts';
import { fieldAt, withField, withTemplate } from './fields.ts';
import type { RunObjects } from './run-objects.ts';

const termsPath = [
  'spec',
  'affinity',
  'nodeAffinity',
  'requiredDuringSchedulingIgnoredDuringExecution',
  'nodeSelectorTerms',
];

/** Workloads of these services with nodes that their pods are kept to, beside what they ask of nodes themselves; those of a DaemonSet are on all. */
export function keptToNodes(objects: RunObjects, nodes: Readonly<Record<string, readonly string[]>> = {}): RunObjects {
  return {
    ...objects,
    workloads: objects.workloads.map((workload) => {
      const names = nodes[workload.service] ?? [];
      if (names.length === 0 || workload.replicas === undefined) return workload;
      return { ...workload, object: keptTo(workload.object, names) };
    }),
  };
}

function keptTo(object: KubeObject, names: readonly string[]): KubeObject {
  return withTemplate(object, (template) => {
    const given = mapsOf(fieldAt(template, termsPath));
    const own: readonly Fields[] = given.length > 0 ? given : [{}];
    // One of the terms has to hold, with all that it says; a term names no more than one node (API reference, NodeSelectorTerm).
    const terms = own.flatMap((term) => names.map((name) => withNode(term, name)));
    return withField(template, termsPath, terms);
  });
}

function withNode(term: Fields, name: string): Fields {
  const field = { key: 'metadata.name', operator: 'In', values: [name] };
  return { ...term, matchFields: [...mapsOf(term['matchFields']), field] };
}
