/** What a cluster tells as it comes: changes of objects, and lines that containers print. */
import { splitLines } from '../lines.ts';
import type { KubeCluster, KubeEvent, KubeLine, KubeObject } from './cluster.ts';
import { KubeRefusal, readRefusal, refused, unreachable } from './failures.ts';
import type { Served } from './objects.ts';
import { choiceQuery, collectionPath, queryOf, shownRef } from './resources.ts';
import { type KubeTransport, readSome } from './transport.ts';

/**
 * How long the server may give an answer to one watch, how much longer it may take to end it, and how long it may take for lines of a
 * container that are not followed.
 */
const usualLimits = { timeoutS: 30, graceMs: 15_000, linesMs: 30_000 };

/** The questions that stream their answers. */
export function createStreams(
  transport: KubeTransport,
  served: Served,
  { server, context }: { readonly server: string; readonly context: string },
  { timeoutS, graceMs, linesMs } = usualLimits,
): Pick<KubeCluster, 'watch' | 'logs'> {
  /** Lines of a streamed answer; a refusal throws, and one that has not ended by `limit`, where there is one. */
  async function* lines(
    asked: string,
    path: string,
    signal: AbortSignal | undefined,
    limit?: AbortSignal,
  ): AsyncGenerator<string> {
    const ends = limit && signal ? AbortSignal.any([signal, limit]) : (limit ?? signal);
    const fail = (error: unknown) => {
      if (signal?.aborted) return signal.reason;
      if (limit?.aborted) transport.forgetIdle();
      return unreachable(limit?.aborted ? limit.reason : error, asked, server, context);
    };
    const answer = await transport.open({ asked, path, signal: ends }).catch((error: unknown) => {
      throw fail(error);
    });
    if (answer.statusCode !== 200)
      throw refused(readRefusal(answer.statusCode ?? 0, await readSome(answer)), asked, context);
    let ready: string[] = [];
    const splitter = splitLines((text) => ready.push(text));
    const take = () => {
      const taken = ready;
      ready = [];
      return taken;
    };
    try {
      for await (const chunk of answer as AsyncIterable<Buffer>) {
        splitter.write(chunk);
        yield* take();
      }
      splitter.end();
      yield* take();
    } catch (error) {
      throw fail(error);
    } finally {
      answer.destroy();
    }
  }

  async function* watch(...[kind, choice]: Parameters<KubeCluster['watch']>): AsyncGenerator<KubeEvent> {
    const path = collectionPath(kind.apiVersion, await served(kind), choice.namespace);
    const { resourceVersion, signal } = choice;
    const asked = `watch ${kind.kind}s${choice.namespace === undefined ? '' : ` in ${choice.namespace}`}`;
    // A server ends a watch when it is asked to, whatever happens, and promises no other sign of life: bookmarks come as it likes
    // (API reference, timeoutSeconds and allowWatchBookmarks). So one that goes on is of a server that hangs, or of nobody.
    const query = choiceQuery(choice, { watch: true, resourceVersion, timeoutSeconds: timeoutS });
    const limit = AbortSignal.timeout(timeoutS * 1000 + graceMs);
    for await (const line of lines(asked, `${path}${query}`, signal, limit)) {
      const event = JSON.parse(line) as { type: string; object: KubeObject & { code?: number; message?: string } };
      if (event.type === 'ERROR')
        throw refused(new KubeRefusal(event.object.code ?? 500, '', event.object.message ?? ''), asked, context);
      if (event.type === 'ADDED' || event.type === 'MODIFIED' || event.type === 'DELETED')
        yield { type: event.type, object: event.object };
    }
  }

  async function* logs(
    ...[namespace, name, container, { signal, ...choice }]: Parameters<KubeCluster['logs']>
  ): AsyncGenerator<KubeLine> {
    const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(name)}/log`;
    const asked = `read the log of ${shownRef({ kind: 'Pod', namespace, name })}`;
    const query = queryOf({ ...choice, container, timestamps: true });
    // What is followed may be silent for as long as its container is.
    const limit = choice.follow ? undefined : AbortSignal.timeout(linesMs);
    for await (const line of lines(asked, `${path}${query}`, signal, limit)) {
      const space = line.indexOf(' ');
      yield space < 0 ? { time: line, text: '' } : { time: line.slice(0, space), text: line.slice(space + 1) };
    }
  }

  return { watch, logs };
}
