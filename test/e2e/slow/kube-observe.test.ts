/** `rampart observe` of pods that somebody else runs, in a real cluster, over an API server that notes what it is asked. */
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { KubeCluster, KubeObject } from '../../../src/host/kube/cluster.ts';
import { readAccess } from '../../../src/host/kube/config.ts';
import { cli, leaveNothing, readResult, startCli, workDirectory } from '../../helpers/cli.ts';
import { describeWithKube, loadGoText, testCluster, withNamespace } from '../../helpers/kube.ts';

const service = `package main

import (
	"fmt"
	"net"
	"net/http"
	_ "net/http/pprof"
	"os"
)

func main() {
	http.HandleFunc("/exit", func(http.ResponseWriter, *http.Request) { os.Exit(3) })
	listener, err := net.Listen("tcp", "127.97.3.1:0")
	if err != nil {
		panic(err)
	}
	fmt.Fprintln(os.Stderr, "listens on", listener.Addr())
	panic(http.Serve(listener, nil))
}
`;

/** An API server before the real one. */
interface Recorder {
  readonly kubeconfig: string;
  readonly asked: readonly string[];
  close(): void;
}

async function recorder(directory: string): Promise<Recorder> {
  const { server, credentials } = await readAccess({ env: process.env });
  const asked: string[] = [];
  const front: Server = createServer(async (incoming, outgoing) => {
    asked.push(`${incoming.method} ${incoming.url}`);
    const { headers, agent: _, ...tls } = await credentials();
    const options = { ...tls, method: incoming.method, headers: { ...headers, accept: 'application/json' } };
    const forwarded = request(`${server}${incoming.url}`, options as Parameters<typeof request>[1], (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    forwarded.on('error', () => outgoing.destroy());
    outgoing.on('close', () => forwarded.destroy());
    incoming.pipe(forwarded);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const kubeconfig = join(directory, 'kubeconfig');
  const url = `http://127.0.0.1:${(front.address() as AddressInfo).port}`;
  writeFileSync(
    kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'noted',
      clusters: [{ name: 'noted', cluster: { server: url } }],
      users: [{ name: 'noted', user: {} }],
      contexts: [{ name: 'noted', context: { cluster: 'noted', user: 'noted' } }],
    }),
  );
  return {
    kubeconfig,
    asked,
    close: () => {
      front.closeAllConnections();
      front.close();
    },
  };
}

function deployment(namespace: string, image: string): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web', namespace },
    spec: {
      replicas: 2,
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: {
          hostNetwork: true,
          terminationGracePeriodSeconds: 0,
          containers: [
            {
              name: 'web',
              image,
              imagePullPolicy: 'Never',
              env: [{ name: 'GODEBUG', value: 'schedtrace=500' }],
              resources: { limits: { cpu: '500m', memory: '64Mi' } },
            },
          ],
        },
      },
    },
  };
}

async function until<T>(what: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await what();
    if (found !== undefined) return found;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function addressOf(cluster: KubeCluster, namespace: string, pod: string): Promise<string> {
  return await until(async () => {
    try {
      for await (const { text } of cluster.logs(namespace, pod, 'web', {})) {
        const address = /^listens on (\S+)$/.exec(text)?.[1];
        if (address) return address;
      }
    } catch {
      // It is not made yet.
    }
    return undefined;
  });
}

describeWithKube('rampart observe --namespace', () => {
  leaveNothing();
  let cluster: KubeCluster;
  let image = '';
  beforeAll(async () => {
    cluster = await testCluster();
    image = await loadGoText('rampart-test-observed:1', service);
  });
  afterAll(() => cluster.close());

  it('looks at every replica, follows one that restarts and one that is replaced, and only ever asks', async () => {
    const directory = workDirectory();
    const front = await recorder(directory);
    try {
      await withNamespace(cluster, async (namespace) => {
        await cluster.create(deployment(namespace, image));
        const pods = await until(async () => {
          const { items } = await cluster.list({ apiVersion: 'v1', kind: 'Pod' }, { namespace });
          return items.length === 2 ? items.map(({ metadata }) => metadata.name).sort() : undefined;
        });
        const [first = '', second = ''] = pods;
        const address = await addressOf(cluster, namespace, first);
        await addressOf(cluster, namespace, second);

        const args = [
          'observe',
          '--namespace',
          namespace,
          '--for',
          '10s',
          '--out',
          'seen',
          '--set',
          'observe.containers=500ms',
        ];
        const run = startCli(args, directory, { KUBECONFIG: front.kubeconfig });
        await run.sees('observing for 10s');
        await fetch(`http://${address}/exit`).catch(() => undefined);
        await cluster.remove({ apiVersion: 'v1', kind: 'Pod', namespace, name: second }, { graceS: 0 });
        const { code, stderr } = await run.end;
        expect(code, stderr).toBe(0);

        const { environment, events, series } = readResult(join(directory, 'seen'));
        expect(environment.targets.map(({ id, service: name }) => [id, name])).toEqual([
          ['web-1', 'web'],
          ['web-2', 'web'],
        ]);
        expect(Object.keys(environment.facts)).toContainEqual(expect.stringMatching(/^node /));
        const told = (target: string) =>
          events.flatMap((event) => (event.target === target ? [`${event.kind}: ${event.message}`] : []));
        expect(told('web-1')).toContain('exit: container web exited with code 3');
        expect(told('web-1')).toContain(`restart: container web of pod ${first} started again (restart 1)`);
        expect(told('web-2')).toContainEqual(expect.stringMatching(`^exit: pod ${second} was removed`));
        expect(told('web-2')).toContainEqual(expect.stringMatching(/^restart: goes on in pod web-/));
        for (const target of ['web-1', 'web-2']) {
          const names = new Set(series.flatMap((each) => (each.target === target ? [each.name] : [])));
          expect([...names]).toEqual(
            expect.arrayContaining([
              ...[
                'container.cpu_percent',
                'container.memory_mib',
                'container.throttled_ms',
                'container.cpu_limit_cores',
              ],
              ...['goroutines.total', 'sched.gomaxprocs', 'proc.threads'],
            ]),
          );
        }
        expect(front.asked.filter((each) => !each.startsWith('GET '))).toEqual([]);
        expect(front.asked).toContainEqual(expect.stringContaining('/log?'));
      });
    } finally {
      front.close();
    }
  });

  it('says what there is not: a namespace, a pod, a cluster', async () => {
    const directory = workDirectory();
    const nowhere = await cli(['observe', '--namespace', 'no-such-namespace'], directory);
    expect(nowhere).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('there is no namespace no-such-namespace'),
    });
    const nothing = await cli(['observe', '--namespace', 'kube-public', '--selector', 'app=x'], directory);
    expect(nothing).toMatchObject({
      code: 3,
      stderr: expect.stringContaining('no pod with app=x is running in namespace kube-public'),
    });
    const stranger = await cli(['observe', '--namespace', 'default', '--context', 'elsewhere'], directory);
    expect(stranger).toMatchObject({ code: 3, stderr: expect.stringContaining('no context "elsewhere"') });
  });
});
