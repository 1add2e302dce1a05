/** Objects of a cluster: read, listed, made, changed and removed. */
import { environmentError } from '../../model/errors.ts';
import type { KubeChoice, KubeCluster, KubeKind, KubeList, KubeObject, KubeResource } from './cluster.ts';
import { statusOf } from './failures.ts';
import { choiceQuery, collectionPath, objectPath, shownRef } from './resources.ts';
import type { KubeTransport } from './transport.ts';

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
} as const;

/** So long a page of a list is, so that a large cluster is not asked for all at once. */
const pageItems = 500;

/** How a kind is served; rejects where it is not. */
export type Served = (kind: KubeKind) => Promise<KubeResource>;

/** Looks kinds up by what the cluster says of itself. */
export function createServed(resource: KubeCluster['resource'], context: string): Served {
  return async (kind) => {
    const found = await resource(kind);
    if (found) return found;
    throw environmentError(
      'kube-refused',
      `the cluster of context ${JSON.stringify(context)} serves no ${kind.kind} of ${kind.apiVersion}`,
      '`kubectl api-resources` lists what it serves; kinds of others need their CustomResourceDefinition.',
    );
  };
}

/** The questions about objects. */
export function createObjects(
  transport: KubeTransport,
  served: Served,
): Pick<KubeCluster, 'get' | 'list' | 'create' | 'patch' | 'remove'> {
  return {
    get: async (ref) => {
      const path = objectPath(ref, await served(ref));
      return await unlessMissing(transport.json<KubeObject>({ asked: `read ${shownRef(ref)}`, path }));
    },
    list: (kind, choice = {}) => list(transport, served, kind, choice),
    create: async (object, { isDryRun = false } = {}) => {
      const { name, namespace } = object.metadata;
      const path = collectionPath(object.apiVersion, await served(object), namespace);
      return await transport.json<KubeObject>({
        asked: `create ${shownRef({ kind: object.kind, namespace, name })}`,
        method: 'POST',
        path: `${path}${isDryRun ? '?dryRun=All' : ''}`,
        body: object,
      });
    },
    patch: async (ref, patch, kind = 'merge') =>
      await transport.json<KubeObject>({
        asked: `change ${shownRef(ref)}`,
        method: 'PATCH',
        path: objectPath(ref, await served(ref)),
        body: patch,
        bodyType: patchTypes[kind],
      }),
    remove: async (ref, { graceS } = {}) => {
      const asked = {
        asked: `remove ${shownRef(ref)}`,
        method: 'DELETE',
        path: objectPath(ref, await served(ref)),
        body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background', gracePeriodSeconds: graceS },
      };
      return (await unlessMissing(transport.json(asked))) !== undefined;
    },
  };
}

async function list(transport: KubeTransport, served: Served, kind: KubeKind, choice: KubeChoice): Promise<KubeList> {
  const path = collectionPath(kind.apiVersion, await served(kind), choice.namespace);
  const asked = `list ${kind.kind}s${choice.namespace === undefined ? '' : ` in ${choice.namespace}`}`;
  const items: KubeObject[] = [];
  for (let next: string | undefined; ; ) {
    const query = choiceQuery(choice, { limit: pageItems, continue: next });
    const page = await transport.json<{
      items: KubeObject[];
      metadata: { resourceVersion: string; continue?: string };
    }>({ asked, path: `${path}${query}`, signal: choice.signal });
    const { apiVersion, kind: name } = kind;
    // Objects of a list do not say their kind.
    items.push(...page.items.map((each) => ({ ...each, apiVersion, kind: name })));
    next = page.metadata.continue || undefined;
    if (next === undefined) return { items, resourceVersion: page.metadata.resourceVersion };
  }
}

async function unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
  try {
    return await answer;
  } catch (error) {
    if (statusOf(error) === 404) return undefined;
    throw error;
  }
}
