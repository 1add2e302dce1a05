/** What a command tells the cluster that it runs in: a ConfigMap with verdict and summary, and the last words of its container. */
import { isThere } from '../../host/file-tree.ts';
import { appendText } from '../../host/files.ts';
import type { KubeCluster, KubeObject } from '../../host/kube/cluster.ts';
import { connectKube } from '../../host/kube/connect.ts';
import { messageOf } from '../../model/errors.ts';
import { cutMarkdown } from '../../report/markdown/text.ts';
import type { CommandContext } from '../command.ts';
import { type JobNews, verdictOf } from './news.ts';

/** The API server takes 1 MiB of a ConfigMap; who reads all of one in a terminal wants less. */
const mostSummaryBytes = 500_000;
const mostProblemsBytes = 50_000;

/** A kubelet keeps so much of what a container leaves behind (kubernetes.io, "Determine the Reason for Pod Failure"). */
const mostLastWordsBytes = 4096;
const lastWordsFile = '/dev/termination-log';

/** Marks what rampart has written and may write over. */
const ownLabel = { 'app.kubernetes.io/managed-by': 'rampart' };
const kind = { apiVersion: 'v1', kind: 'ConfigMap' } as const;

/** `NAME` or `NAMESPACE/NAME`, as the cluster takes names (RFC 1123). */
const place = /^(?:([a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)\/)?([a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?)$/;

/** Tells where RAMPART_CONFIG_MAP asks for it, or a kubelet listens; what cannot be told is warned of and changes no verdict. */
export async function announceToCluster(news: JobNews, context: CommandContext): Promise<void> {
  if (context.env['KUBERNETES_SERVICE_HOST'] !== undefined) await leaveLastWords(news);
  await keepAsked((namespace, name) => configMapOf(news, namespace, name), context);
}

/** Has the ConfigMap say `begun`, so that one that does not come to its end leaves no verdict of an earlier one there; see `announceToCluster`. */
export async function announceBegin(command: string, context: CommandContext): Promise<void> {
  await keepAsked((namespace, name) => begunConfigMap(`rampart ${command}`, namespace, name), context);
}

async function keepAsked(
  objectAt: (namespace: string, name: string) => KubeObject,
  { env, log }: CommandContext,
): Promise<void> {
  const asked = env['RAMPART_CONFIG_MAP'];
  if (asked === undefined || asked === '') return;
  const [, namespace, name] = place.exec(asked) ?? [];
  if (name === undefined) {
    log.warn(
      `RAMPART_CONFIG_MAP must be the name of a ConfigMap, got ${JSON.stringify(asked)} (example: load/rampart)`,
    );
    return;
  }
  try {
    const cluster = await connectKube({ env });
    await keep(cluster, objectAt(namespace ?? cluster.namespace, name)).finally(() => cluster.close());
  } catch (error) {
    log.warn(`ConfigMap ${asked} could not be written: ${messageOf(error)}`);
  }
}

/** The object; an empty text where something is not there, so that none of an earlier command stays. */
export function configMapOf(news: JobNews, namespace: string, name: string): KubeObject {
  const { title, exitCode, summary, outputs, problems } = news;
  return configMap(
    {
      verdict: outputs['verdict'] ?? verdictOf(exitCode),
      'exit-code': String(exitCode),
      title,
      reason: outputs['reason'] ?? '',
      report: outputs['report'] ?? '',
      problems: cutText(problems.join('\n'), mostProblemsBytes),
      'summary.md': cutMarkdown(summary, mostSummaryBytes) ?? '',
    },
    { namespace, name },
  );
}

/** The object while a command goes on: with the keys of `configMapOf`, and no verdict of those. */
export function begunConfigMap(title: string, namespace: string, name: string): KubeObject {
  const empty = { 'exit-code': '', reason: '', report: '', problems: '', 'summary.md': '' };
  return configMap({ ...empty, verdict: 'begun', title }, { namespace, name });
}

function configMap(
  data: Readonly<Record<string, string>> & { readonly verdict: string },
  place: { readonly namespace: string; readonly name: string },
): KubeObject {
  const labels = { ...ownLabel, 'rampart.dev/verdict': data.verdict };
  return { ...kind, metadata: { ...place, labels }, data };
}

async function keep(cluster: KubeCluster, object: KubeObject): Promise<void> {
  const { name, namespace } = object.metadata;
  const there = await cluster.get({ ...kind, name, namespace });
  if (!there) {
    await cluster.create(object);
    return;
  }
  if (there.metadata.labels?.['app.kubernetes.io/managed-by'] !== 'rampart')
    throw new Error('it is there, and not by rampart: name another');
  await cluster.patch(
    { ...kind, name, namespace },
    { metadata: { labels: object.metadata.labels }, data: object['data'] },
  );
}

/** `kubectl get pod -o jsonpath={..terminated.message}` shows them, without any right but that to see the pod. */
export function lastWordsOf({ title, exitCode, outputs, problems }: JobNews): string {
  const lines = [`${outputs['verdict'] ?? verdictOf(exitCode)}: ${title}`, ...problems];
  return cutText(lines.join('\n'), mostLastWordsBytes);
}

/** In a container without a kubelet's file there is nobody to leave them to. */
async function leaveLastWords(news: JobNews): Promise<void> {
  if (isThere(lastWordsFile)) await appendText(lastWordsFile, lastWordsOf(news)).catch(() => undefined);
}

/** The beginning of a text that fits, whole characters only. */
function cutText(text: string, mostBytes: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= mostBytes
    ? text
    : bytes
        .subarray(0, mostBytes)
        .toString('utf8')
        .replace(/\uFFFD$/, '');
}
