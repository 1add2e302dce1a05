/** How a cluster serves the kinds of objects: their names in addresses, read from its discovery documents. */
import type { KubeChoice, KubeKind, KubeRef, KubeResource } from './cluster.ts';
import { statusOf } from './failures.ts';
import type { KubeTransport } from './transport.ts';

interface ResourceList {
  readonly resources?: readonly { readonly name: string; readonly kind: string; readonly namespaced: boolean }[];
}

/** Asks once for each API version. */
export function createResources(transport: KubeTransport) {
  const lists = new Map<string, Promise<ResourceList>>();

  async function read(apiVersion: string): Promise<ResourceList> {
    try {
      return await transport.json<ResourceList>({ asked: `list the kinds of ${apiVersion}`, path: rootOf(apiVersion) });
    } catch (error) {
      if (statusOf(error) === 404) return {};
      throw error;
    }
  }

  return async ({ apiVersion, kind }: KubeKind): Promise<KubeResource | undefined> => {
    const known = lists.get(apiVersion) ?? read(apiVersion);
    lists.set(apiVersion, known);
    // A question that failed, and a kind that is not there yet, are asked for again.
    const list = await known.catch((error: unknown) => {
      lists.delete(apiVersion);
      throw error;
    });
    const found = list.resources?.find((each) => each.kind === kind && !each.name.includes('/'));
    if (!found) lists.delete(apiVersion);
    return found && { plural: found.name, isNamespaced: found.namespaced };
  };
}

/** `/api/v1`, `/apis/apps/v1`. */
function rootOf(apiVersion: string): string {
  return apiVersion.includes('/')
    ? `/apis/${apiVersion.split('/').map(encodeURIComponent).join('/')}`
    : `/api/${encodeURIComponent(apiVersion)}`;
}

/** The address of a collection. */
export function collectionPath(apiVersion: string, { plural, isNamespaced }: KubeResource, namespace?: string): string {
  const inside = isNamespaced && namespace !== undefined ? `/namespaces/${encodeURIComponent(namespace)}` : '';
  return `${rootOf(apiVersion)}${inside}/${plural}`;
}

/** The address of one object; throws where it has no name, as the address would be that of all objects of its kind. */
export function objectPath({ apiVersion, kind, name, namespace, part }: KubeRef, resource: KubeResource): string {
  if (name === '') throw new Error(`one ${kind} was meant, and it has no name`);
  const whole = `${collectionPath(apiVersion, resource, namespace)}/${encodeURIComponent(name)}`;
  return part === undefined ? whole : `${whole}/${part}`;
}

/** A query of what is given; empty where nothing is. */
export function queryOf(values: Readonly<Record<string, string | number | boolean | undefined>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== undefined && value !== false);
  const query = new URLSearchParams(given.map(([key, value]): [string, string] => [key, String(value)])).toString();
  return query === '' ? '' : `?${query}`;
}

/** The query of a choice. */
export function choiceQuery({ labels, fields }: KubeChoice, more: Parameters<typeof queryOf>[0] = {}): string {
  return queryOf({ labelSelector: labels, fieldSelector: fields, ...more });
}

/** `Deployment shop/api`, for messages. */
export function shownRef({ kind, namespace, name }: Omit<KubeRef, 'apiVersion'>): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
