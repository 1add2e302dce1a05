/** Pods of a cluster that is only in memory. */
import { describe, expect, it } from 'vitest';
import type { KubeChoice, KubeEvent, KubeKind, KubeObject } from '../../../src/host/kube/cluster.ts';
import type { Found } from '../../../src/profiles/discovery/discovery.ts';
import { type PodProfileChoice, podDiscovery } from '../../../src/profiles/discovery/pods.ts';
import { podObject } from '../../topology/pods/pods.ts';

interface World {
  pods: KubeObject[];
  error?: Error;
  /** Hosts, or paths through the proxy, that show pprof. */
  answers: string[];
}

const annotated = (annotations: Readonly<Record<string, string>>, more = {}) =>
  podObject({ metadata: { annotations, ...more } });
const enabled = (more: Readonly<Record<string, string>> = {}) => annotated({ 'profefe.com/enable': 'true', ...more });

async function opened(world: World, choice: Partial<PodProfileChoice> = {}) {
  const told: Found[] = [];
  const probed: string[][] = [];
  const asked: (string | undefined)[] = [];
  let nowMs = 0;
  let look = async () => {};
  let push: (event: KubeEvent) => void = () => {};
  const cluster = {
    list: async (_: KubeKind, { namespace, labels }: KubeChoice = {}) => {
      asked.push([namespace, labels].filter(Boolean).join(' '));
      if (world.error) throw world.error;
      return { items: world.pods, resourceVersion: '1' };
    },
    async *watch(_: KubeKind, { signal }: KubeChoice) {
      for (;;) {
        yield await new Promise<KubeEvent>((resolve, reject) => {
          push = resolve;
          signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
        });
      }
    },
  };
  let isClosed = false;
  const discovery = podDiscovery(
    'pods',
    { namespaces: [], ...choice },
    {
      connect: async () => ({
        cluster,
        proxy: { urlOf: ({ namespace, pod, port }) => `http://127.0.0.1:9/secret/${namespace}/${pod}/${port}` },
        close: async () => {
          isClosed = true;
        },
      }),
      nowMs: () => nowMs,
      sleep: (_, signal) => new Promise((__, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
      probe: async (urls) => {
        probed.push([...urls]);
        const pprofUrl = urls.find((url) => world.answers.some((each) => url.includes(each)));
        return { pprofUrl, asked: urls.filter((url) => url !== pprofUrl).map((url) => `${url}: no`) };
      },
      again: (_, next) => {
        look = next;
        return { soon: () => undefined, end: () => undefined };
      },
    },
  );
  const open = await discovery.open((found) => told.push(found));
  return {
    told,
    probed,
    asked,
    last: () => told.at(-1),
    isClosed: () => isClosed,
    close: async () => await open.close(),
    look: async (laterMs = 0) => {
      nowMs += laterMs;
      await look();
    },
    change: async (type: KubeEvent['type'], object: KubeObject) => {
      push({ type, object });
      await new Promise((resolve) => setImmediate(resolve));
      await look();
    },
  };
}

describe('a pod is a target', () => {
  it('that says profefe.com/enable, at the port of profefe, with labels and what filters see', async () => {
    const { last, close } = await opened({ pods: [enabled()], answers: ['10.0.0.7:6060'] });
    expect(last()?.targets).toMatchObject([
      {
        id: 'shop/api-5d8-x1',
        url: 'http://10.0.0.7:6060/debug/pprof',
        service: 'api',
        how: 'directly',
        labels: { namespace: 'shop', pod: 'api-5d8-x1', node: 'node-1', container: 'api', image: 'api:1' },
        meta: {
          __address__: '10.0.0.7:6060',
          __meta_kubernetes_namespace: 'shop',
          __meta_kubernetes_pod_label_app: 'api',
          __meta_kubernetes_pod_annotation_profefe_com_enable: 'true',
        },
        process: `pod u1 ${'a1'.repeat(32)}`,
      },
    ]);
    expect(last()?.targets[0]?.forwardedAt).toBeUndefined();
    await close();
  });

  it('at the port, path and under the name that its annotations say', async () => {
    const said = { 'profefe.com/port': '7070', 'profefe.com/path': '/admin/pprof/', 'profefe.com/service': 'checkout' };
    const { last, close } = await opened({ pods: [enabled(said)], answers: ['10.0.0.7:7070/admin/pprof'] });
    expect(last()?.targets).toMatchObject([{ url: 'http://10.0.0.7:7070/admin/pprof', service: 'checkout' }]);
    await close();
  });

  it('through the API server where this machine does not reach it', async () => {
    const { last, close } = await opened({ pods: [enabled()], answers: ['/secret/'] });
    const root = 'http://127.0.0.1:9/secret/shop/api-5d8-x1/6060';
    expect(last()?.targets).toMatchObject([
      {
        url: `${root}/debug/pprof`,
        forwardedAt: root,
        how: 'through the API server',
        meta: { __address__: '10.0.0.7:6060' },
      },
    ]);
    await close();
  });

  it('with rampart.profile.* before profefe.com/*', async () => {
    const said = {
      'rampart.profile.port': '8080',
      'profefe.com/port': '7070',
      'rampart.profile.cpu': 'off',
      'rampart.label.team': 'x',
    };
    const { last, close } = await opened({ pods: [annotated(said)], answers: ['10.0.0.7:8080'] });
    expect(last()?.targets).toMatchObject([
      { url: 'http://10.0.0.7:8080/debug/pprof', wishes: { cpu: false }, labels: { team: 'x' } },
    ]);
    await close();
  });

  it('also while what is promised does not answer yet, and is asked again for the way to it', async () => {
    const world: World = { pods: [enabled()], answers: [] };
    const { last, look, close } = await opened(world);
    expect(last()).toMatchObject({
      targets: [{ how: 'through the API server' }],
      notes: [expect.stringContaining('no pprof')],
    });
    world.answers = ['10.0.0.7:6060'];
    await look(5000);
    expect(last()).toMatchObject({ targets: [{ how: 'directly' }], notes: [] });
    await close();
  });
});

describe('a pod is no target', () => {
  it.each([
    ['that says nothing', podObject()],
    ['that says no', annotated({ 'profefe.com/enable': 'false', 'profefe.com/port': '6060' })],
    ['whose yes is another word, as kube-profefe takes only true', annotated({ 'profefe.com/enable': 'yes' })],
    ['that does not run', { ...enabled(), status: { phase: 'Pending' } }],
    ['that is about to go', annotated({ 'profefe.com/enable': 'true' }, { deletionTimestamp: '2026-01-01T00:00:00Z' })],
  ])('%s', async (_, object) => {
    const { last, close } = await opened({ pods: [object], answers: ['6060'] });
    expect(last()?.targets).toEqual([]);
    await close();
  });

  it('whose port is none: it says what is wrong', async () => {
    const { last, close } = await opened({ pods: [enabled({ 'profefe.com/port': 'http' })], answers: ['6060'] });
    expect(last()?.notes.join()).toContain('profefe.com/port must be a port, got "http"');
    await close();
  });
});

it('with a selector every pod that shows pprof is one, and is asked at the ports it names', async () => {
  const object = podObject({ container: { ports: [{ containerPort: 8080 }] } });
  const { last, asked, probed, close } = await opened(
    { pods: [object], answers: [':8080'] },
    { namespaces: ['shop'], selector: 'app=api' },
  );
  expect(asked).toEqual(['shop app=api']);
  expect(probed[0]?.[0]).toBe('http://10.0.0.7:6060/debug/pprof');
  expect(last()?.targets).toMatchObject([{ url: 'http://10.0.0.7:8080/debug/pprof' }]);
  await close();
});

it('each namespace is asked for itself, and all of them at once where none is named', async () => {
  const two = await opened({ pods: [], answers: [] }, { namespaces: ['a', 'b'] });
  const all = await opened({ pods: [], answers: [] });
  expect([two.asked, all.asked]).toEqual([['a', 'b'], ['']]);
  expect(all.last()?.notes).toEqual([
    'no running pod in any namespace is annotated rampart.profile.enable or profefe.com/enable',
  ]);
  await Promise.all([two.close(), all.close()]);
  expect(all.isClosed()).toBe(true);
});

it('pods that come and go are followed', async () => {
  const { last, change, close } = await opened({ pods: [enabled()], answers: [':6060'] });
  const other = annotated({ 'profefe.com/enable': 'true' }, { name: 'api-5d8-x2', uid: 'u2' });
  await change('ADDED', other);
  expect(last()?.targets.map(({ id }) => id)).toEqual(['shop/api-5d8-x1', 'shop/api-5d8-x2']);
  await change('DELETED', enabled());
  expect(last()?.targets.map(({ id }) => id)).toEqual(['shop/api-5d8-x2']);
  await close();
});

it('a cluster that refuses is told, and nothing is taken for known', async () => {
  const { last, close } = await opened({ pods: [], answers: [], error: new Error('pods is forbidden') });
  expect(last()).toEqual({ targets: [], notes: [], stale: 'pods is forbidden' });
  await close();
});
