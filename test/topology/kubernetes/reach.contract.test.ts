/** How the ports of pods are reached, at real sockets of this machine. */
import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type ReachParts, reachPod } from '../../../src/topology/kubernetes/reach.ts';
import type { RunWorkload } from '../../../src/topology/kubernetes/run-objects.ts';
import type { PodState } from '../../../src/topology/pods/pod-state.ts';

/** Where nothing ever answers (RFC 6666), as those of pods are to a machine outside of their cluster. */
const address = '100::7';
const workload = {
  service: 'api',
  ports: [{ number: 8080, name: 'http' }],
  hints: { metrics: { port: 9090, path: '/metrics' } },
} as unknown as RunWorkload;
const pod = {
  namespace: 'shop',
  name: 'api-1',
  address,
  sharesNetwork: false,
  containers: [{ name: 'api', id: undefined }],
} as unknown as PodState;

function partsOf(isLoadFromPods: boolean): ReachParts {
  return {
    proxy: { urlOf: (at) => `http://127.0.0.1:1/${at.pod}/${at.port}`, close: async () => {} },
    doors: new Map(),
    nodes: [],
    isLoadFromPods,
    signal: new AbortController().signal,
  };
}

it('gives load that pods send the addresses of pods that are not reached from here, and looks at them through the API server', async () => {
  const inside = await reachPod(workload, 1, pod, 8080, partsOf(true));
  expect(inside.ports).toMatchObject({ '8080': `http://[${address}]:8080`, http: `http://[${address}]:8080` });
  expect(inside).toMatchObject({ isStraight: true, metricsUrl: 'http://127.0.0.1:1/api-1/9090/metrics' });
  expect((await reachPod(workload, 1, pod, 8080, partsOf(false))).ports).toEqual({});
});

/** A port of this machine that takes connections, and one that nobody listens on, as that was just given back. */
async function twoPorts() {
  const [open, closed] = [createServer(), createServer()];
  for (const each of [open, closed]) await once(each.listen(0, '127.0.0.1'), 'listening');
  onTestFinished(() => void open.close());
  const ports = [open, closed].map((each) => (each.address() as AddressInfo).port) as [number, number];
  await once(closed.close(), 'close');
  return ports;
}

describe('the port that load is sent to', () => {
  const here = { ...pod, address: '127.0.0.1' } as PodState;
  const own = (port: number): RunWorkload => ({
    ...workload,
    hints: {},
    ports: [{ number: port, name: 'http' }],
    addressOf: () => '127.0.0.1',
  });

  it('refuses until something listens there, whether it is meant by its number or its name', async () => {
    const [open, closed] = await twoPorts();
    for (const wanted of [open, 'http'])
      expect((await reachPod(own(open), 1, here, wanted, partsOf(false))).refusedAt).toBeUndefined();
    for (const wanted of [closed, 'http'])
      expect(await reachPod(own(closed), 1, here, wanted, partsOf(false))).toMatchObject({
        refusedAt: `127.0.0.1:${closed}`,
        ports: { [closed]: `http://127.0.0.1:${closed}` },
      });
  });

  it('may be another than one that nobody listens on', async () => {
    const [open, closed] = await twoPorts();
    const both = { ...own(open), ports: [{ number: open }, { number: closed }] };
    expect((await reachPod(both, 1, here, open, partsOf(false))).refusedAt).toBeUndefined();
    expect((await reachPod(both, 1, here, undefined, partsOf(false))).refusedAt).toBeUndefined();
  });

  it('is not known to refuse where pods on a node elsewhere send to a loopback address of theirs', async () => {
    const [, closed] = await twoPorts();
    const found = await reachPod(own(closed), 1, here, closed, partsOf(true));
    expect(found).toMatchObject({ refusedAt: undefined, ports: { [closed]: `http://127.0.0.1:${closed}` } });
  });

  it('is that of the node where only a Service leads to pods', async () => {
    const [open, closed] = await twoPorts();
    const door = { service: 'web', port: 80, targetPort: 8080, addresses: [] };
    const through = (nodePort: number) => {
      const doors = new Map([['api', [{ ...door, nodePort }]]]);
      return reachPod(workload, 1, pod, 80, { ...partsOf(false), doors, nodes: ['127.0.0.1'] });
    };
    expect(await through(open)).toMatchObject({ refusedAt: undefined, isStraight: false });
    expect(await through(closed)).toMatchObject({
      refusedAt: `127.0.0.1:${closed}`,
      ports: { '80': `http://127.0.0.1:${closed}` },
    });
  });

  it('refuses where what stands before it takes connections and hangs up', async () => {
    const server = createServer((socket) => socket.destroy());
    await once(server.listen(0, '127.0.0.1'), 'listening');
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    expect((await reachPod(own(port), 1, here, port, partsOf(false))).refusedAt).toBe(`127.0.0.1:${port}`);
  });
});
