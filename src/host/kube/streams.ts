/** What a cluster tells as it comes: changes of objects, and lines that containers print. */
import { splitLines } from '../lines.ts';
import type { KubeCluster, KubeEvent, KubeLine, KubeObject } from './cluster.ts';
import { KubeRefusal, readRefusal, refused, unreachable } from './failures.ts';
import type { Served } from './objects.ts';
import { choiceQuery, collectionPath, queryOf, shownRef } from './resources.ts';
import { type KubeTransport, readSome } from './transport.ts';

/** The questions that stream their answers. */
export function createStreams(
  transport: KubeTransport,
  served: Served,
  { server, context }: { readonly server: string; readonly context: string },
): Pick<KubeCluster, 'watch' | 'logs'> {
  /** Lines of a streamed answer; a refusal throws. */
  async function* lines(asked: string, path: string, signal: AbortSignal | undefined): AsyncGenerator<string> {
    const answer = await transport.open({ asked, path, signal });
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
      if (signal?.aborted) throw signal.reason;
      throw unreachable(error, asked, server, context);
    } finally {
      answer.destroy();
    }
  }

  async function* watch(...[kind, choice]: Parameters<KubeCluster['watch']>): AsyncGenerator<KubeEvent> {
    const path = collectionPath(kind.apiVersion, await served(kind), choice.namespace);
    const { resourceVersion, signal } = choice;
    const asked = `watch ${kind.kind}s${choice.namespace === undefined ? '' : ` in ${choice.namespace}`}`;
    const query = choiceQuery(choice, { watch: true, resourceVersion, timeoutSeconds: 300 });
    for await (const line of lines(asked, `${path}${query}`, signal)) {
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
    for await (const line of lines(asked, `${path}${query}`, signal)) {
      const space = line.indexOf(' ');
      yield space < 0 ? { time: line, text: '' } : { time: line.slice(0, space), text: line.slice(space + 1) };
    }
  }

  return { watch, logs };
}
