/** Rights that the user of a context does not have, told before anything is made. */
import type { KubeCluster } from '../../host/kube/cluster.ts';
import { environmentError } from '../../model/errors.ts';
import { type ClusterRight, rightText } from './rights.ts';

/** Those that are missing; what lies in namespaces is asked of the one that is given, else of all. */
export async function missingRights(
  cluster: Pick<KubeCluster, 'may'>,
  rights: readonly ClusterRight[],
  namespace?: string,
): Promise<readonly ClusterRight[]> {
  const asked = rights.map((right) => ({
    right,
    question: {
      verb: right.verb,
      group: right.group,
      resource: right.resource,
      ...(right.isClusterWide || namespace === undefined ? {} : { namespace }),
    },
  }));
  const missing = new Set(await cluster.may(asked.map(({ question }) => question)));
  return asked.filter(({ question }) => missing.has(question)).map(({ right }) => right);
}

/** Throws one environmentError with all that is missing and needed; resolves with warnings of what is missing and not needed. */
export async function requireRights(
  cluster: Pick<KubeCluster, 'may' | 'context'>,
  rights: readonly ClusterRight[],
  namespace?: string,
): Promise<string[]> {
  const missing = await missingRights(cluster, rights, namespace);
  const needed = missing.filter(({ isOptional }) => !isOptional);
  if (needed.length > 0)
    throw environmentError(
      'kube-forbidden',
      [
        `the user of context ${JSON.stringify(cluster.context)} lacks ${needed.length === 1 ? 'a right' : 'rights'} that this run needs; nothing was made:`,
        ...needed.map((right) => `    ${rightText(right)} (${right.why})`),
      ].join('\n'),
      '`rampart doctor --kubernetes` prints the least role that works, for somebody who may apply it.',
    );
  return missing.map((right) => `the user of the context may not ${rightText(right)}: the result lacks ${right.why}`);
}
