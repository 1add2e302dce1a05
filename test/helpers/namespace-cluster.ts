/** A cluster in memory, as far as objects are made in a namespace and taken out of it. */
import type { KubeCluster, KubeObject, KubeRef, KubeRight } from '../../src/host/kube/cluster.ts';

/** It, what is in it, and what happened to it in order. */
export interface NamespaceCluster {
  readonly cluster: KubeCluster;
  readonly objects: Map<string, KubeObject>;
  readonly done: string[];
  /** Objects of these keys are told to go and stay. */
  readonly stuck: Set<string>;
  /** What the user may not do. */
  readonly forbidden: Set<string>;
}

const keyOf = ({ kind, name }: Pick<KubeRef, 'kind' | 'name'>) => `${kind} ${name}`;

/** Nothing is in it. A namespace that goes takes all with it. */
export function namespaceCluster(): NamespaceCluster {
  const objects = new Map<string, KubeObject>();
  const done: string[] = [];
  const stuck = new Set<string>();
  const forbidden = new Set<string>();
  const cluster = {
    server: 'https://cluster.test',
    context: 'test',
    resource: async ({ kind }: { kind: string }) => ({ plural: `${kind.toLowerCase()}s`, isNamespaced: true }),
    may: async (rights: readonly KubeRight[]) =>
      rights.filter(({ verb, resource }) => forbidden.has(`${verb} ${resource}`)),
    get: async (ref: KubeRef) => objects.get(keyOf(ref)),
    list: async ({ kind }: { kind: string }) => ({
      items: [...objects.values()].filter((each) => each.kind === kind),
      resourceVersion: '1',
    }),
    create: async (object: KubeObject) => {
      const key = keyOf({ kind: object.kind, name: object.metadata.name });
      done.push(`create ${key}`);
      objects.set(key, object);
      return object;
    },
    remove: async (ref: KubeRef) => {
      const key = keyOf(ref);
      if (!objects.has(key)) return false;
      done.push(`remove ${key}`);
      if (ref.kind === 'Namespace') objects.clear();
      else if (!stuck.has(key)) objects.delete(key);
      return true;
    },
    close: () => done.push('close'),
  } as unknown as KubeCluster;
  return { cluster, objects, done, stuck, forbidden };
}
