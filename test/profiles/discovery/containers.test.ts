/** Containers of an engine that is only in memory. */
import { describe, expect, it } from 'vitest';
import type { ContainerEvent, InspectedContainer } from '../../../src/host/docker-engine.ts';
import { type ContainerChoice, containerDiscovery } from '../../../src/profiles/discovery/containers.ts';
import type { Found } from '../../../src/profiles/discovery/discovery.ts';
import { fakeContainer, fakeEngine, fakeStream } from '../../helpers/fake-engine.ts';

const project = 'com.docker.compose.project';
const service = 'com.docker.compose.service';
const number = 'com.docker.compose.container-number';

function container(name: string, changes: Partial<InspectedContainer> = {}, labels: Record<string, string> = {}) {
  const [, kind = name, count = '1'] = /^(.*)-(\d+)$/.exec(name) ?? [];
  return fakeContainer({
    id: `id-${name}`,
    name: `shop-${name}`,
    networks: [{ name: 'shop_default', address: '172.18.0.9' }],
    ...changes,
    labels: { [project]: 'shop', [service]: kind, [number]: count, ...labels },
  });
}

const published = (port: number, host: string) => ({
  number: port,
  protocol: 'tcp',
  bindings: [{ address: '127.0.0.1', port: host }],
});
const exposed = (port: number) => ({ number: port, protocol: 'tcp', bindings: [] });

interface World {
  containers: InspectedContainer[];
  error?: Error;
  /** What the engine says of a container, where it is not what it lists. */
  inspect?: () => InspectedContainer;
  answers: string[];
}

async function opened(world: World, choice: ContainerChoice = { project: 'shop', labels: [] }, isLinux = true) {
  const told: Found[] = [];
  const probed: string[][] = [];
  let nowMs = 0;
  let look = async () => {};
  let soon = 0;
  const lives = fakeStream<ContainerEvent>();
  const docker = fakeEngine({
    containers: async () => {
      if (world.error) throw world.error;
      return world.containers.map(({ id, name, labels, ports }) => ({
        ...{ id, name, labels },
        ports: ports.map((port) => ({ container: port.number, host: Number(port.bindings[0]?.port) || undefined })),
      }));
    },
    inspect: async (id) => {
      if (world.inspect) return world.inspect();
      const found = world.containers.find((each) => each.id === id);
      if (!found) throw new Error(`no such container: ${id}`);
      return found;
    },
    ping: async () => {
      throw new Error('the Docker engine does not answer');
    },
    events: async ({ signal }) => lives.open(signal ?? new AbortController().signal),
  });
  const discovery = containerDiscovery('shop', choice, {
    docker,
    isLinux,
    nowMs: () => nowMs,
    probe: async (urls) => {
      probed.push([...urls]);
      const pprofUrl = urls.find((url) => world.answers.includes(new URL(url).host));
      return { pprofUrl, asked: urls.filter((url) => url !== pprofUrl).map((url) => `${url}: 404`) };
    },
    again: (_, next) => {
      look = next;
      return { soon: () => soon++, end: () => undefined };
    },
  });
  const open = await discovery.open((found) => told.push(found));
  return {
    told,
    probed,
    lives,
    open,
    found: () => told.at(-1),
    soon: () => soon,
    later: async (ms: number) => {
      nowMs += ms;
      await look();
    },
  };
}

describe('containers of a compose project', () => {
  it('are all replicas that show pprof, each with how it is reached and what it is labelled with', async () => {
    const world: World = {
      containers: [
        container(
          'web-2',
          { ports: [published(6060, '4002')] },
          { 'org.opencontainers.image.version': '1.2.0', 'rampart.label.team': 'pay' },
        ),
        container('web-1', {
          ports: [exposed(8080)],
          networks: [
            { name: 'back', address: '172.18.0.2' },
            { name: 'front', address: '172.19.0.2' },
          ],
        }),
        container('api-1', { networkMode: 'host', networks: [] }, { 'rampart.profile.port': '7070' }),
        container('job-1', {}, { 'com.docker.compose.oneoff': 'True' }),
        container('off-1', {}, { 'rampart.profile.enable': 'false' }),
      ],
      answers: ['127.0.0.1:4002', '172.18.0.2:8080'],
    };
    const { found, probed, open } = await opened(world);
    expect(found()?.targets.map(({ id, url, how, service: called }) => [id, called, url, how])).toEqual([
      ['shop/api-1', 'api', 'http://127.0.0.1:7070/debug/pprof', "the host's network"],
      ['shop/web-1', 'web', 'http://172.18.0.2:8080/debug/pprof', 'container address on network back'],
      ['shop/web-2', 'web', 'http://127.0.0.1:4002/debug/pprof', 'published port 6060'],
    ]);
    expect(found()?.targets[2]?.labels).toEqual({
      instance: 'web-2',
      project: 'shop',
      image: 'sha256:1',
      version: '1.2.0',
      team: 'pay',
    });
    expect(found()?.targets[2]?.meta).toMatchObject({
      __meta_docker_container_name: '/shop-web-2',
      __meta_docker_container_label_com_docker_compose_service: 'web',
      __meta_docker_port_private: '6060',
      __meta_docker_network_name: 'shop_default',
    });
    expect(probed.flat()).not.toContain('http://127.0.0.1:7070/debug/pprof');
    open.close();
  });

  it('are reached by what is published alone where no route leads to containers', async () => {
    const world = {
      containers: [
        container('web-1', { ports: [exposed(6060)] }),
        container('web-2', { ports: [published(8080, '4002')] }),
      ],
      answers: ['127.0.0.1:4002'],
    };
    const { found } = await opened(world, undefined, false);
    expect(found()?.targets.map(({ id }) => id)).toEqual(['shop/web-2']);
    expect(found()?.notes).toEqual(['web-1: no port of it is published on a loopback address']);
  });

  it('in the network of another are reached as that one, at the port that their label says', async () => {
    const world = {
      containers: [
        container('web-1', { ports: [published(6060, '4001'), published(7070, '4003')] }),
        container('sidecar-1', { networkMode: 'container:id-web-1', networks: [] }, { 'rampart.profile.port': '7070' }),
        container('silent-1', { networkMode: 'container:id-web-1', networks: [] }),
      ],
      answers: ['127.0.0.1:4001'],
    };
    const { found } = await opened(world);
    expect(found()?.targets.map(({ id, url }) => [id, url])).toEqual([
      ['shop/sidecar-1', 'http://127.0.0.1:4003/debug/pprof'],
      ['shop/web-1', 'http://127.0.0.1:4001/debug/pprof'],
    ]);
    expect(found()?.notes).toEqual([expect.stringMatching(/^silent-1: it is in the network of another container/)]);
  });

  it('that show nothing are asked again more and more rarely, and say what was asked', async () => {
    const world = { containers: [container('db-1', { ports: [exposed(5432)] })], answers: [] as string[] };
    const { found, probed, later } = await opened(world);
    expect(found()?.notes).toEqual([
      expect.stringMatching(/^db-1: no pprof \(asked http:\/\/172\.18\.0\.9:6060.*; http:\/\/172\.18\.0\.9:5432/),
    ]);
    for (let second = 0; second < 3600; second += 5) await later(5000);
    expect(probed.length).toBeLessThan(15);
    world.answers.push('172.18.0.9:6060');
    for (let second = 0; second < 600; second += 5) await later(5000);
    expect(found()?.targets.map(({ id }) => id)).toEqual(['shop/db-1']);
    expect(found()?.notes).toEqual([]);
  });

  it('that come, go and move are told at once', async () => {
    const world: World = {
      containers: [container('web-1', { ports: [published(6060, '4001')] })],
      answers: ['127.0.0.1:4001', '127.0.0.1:4009'],
    };
    const { found, lives, soon, later, told } = await opened(world);
    await later(5000);
    expect(told).toHaveLength(1);
    world.containers = [container('web-1', { ports: [published(6060, '4009')], startedS: 2000 })];
    lives.give({ action: 'start', containerId: 'id-web-1', attributes: {} });
    await expect.poll(soon).toBe(1);
    await later(0);
    expect(found()?.targets.map(({ url }) => new URL(url).host)).toEqual(['127.0.0.1:4009']);
    world.containers = [];
    await later(5000);
    expect(found()).toEqual({ targets: [], notes: ['no container of this project is running'], stale: undefined });
  });

  it('stay as they were while the engine does not answer, which is told', async () => {
    const world: World = {
      containers: [container('web-1', { ports: [published(6060, '4001')] })],
      answers: ['127.0.0.1:4001'],
    };
    const { found, later } = await opened(world);
    world.error = new Error('connect ECONNREFUSED');
    await later(5000);
    expect(found()?.targets).toHaveLength(1);
    expect(found()?.stale).toBe('the Docker engine does not answer');
    delete world.error;
    await later(5000);
    expect(found()?.stale).toBeUndefined();
  });

  it('that end between the list and the look at them are none; what the engine cannot say of another leaves all as they were', async () => {
    const first = container('web-1', { ports: [published(6060, '4001')] });
    const world: World = { containers: [first], answers: ['127.0.0.1:4001'] };
    const { found, later } = await opened(world);
    const failing = (statusCode: number) =>
      Object.defineProperty(container('api-1'), 'labels', {
        get: () => {
          throw Object.assign(new Error(`answered ${statusCode}`), { statusCode });
        },
      });
    world.inspect = () => failing(404);
    world.containers = [first, container('api-1')];
    await later(5000);
    expect(found()).toMatchObject({ targets: [{ id: 'shop/web-1' }], notes: [], stale: undefined });
    world.inspect = () => failing(500);
    await later(5000);
    expect(found()).toMatchObject({ targets: [{ id: 'shop/web-1' }], stale: 'the Docker engine does not answer' });
  });

  it('with labels that cannot be read are collected from, and told of', async () => {
    const world = {
      containers: [
        container(
          'web-1',
          { ports: [published(6060, '4001')] },
          { 'rampart.profile.port': 'x', 'rampart.profile.hepa': 'on' },
        ),
      ],
      answers: ['127.0.0.1:4001'],
    };
    const { found } = await opened(world);
    expect(found()?.targets).toHaveLength(1);
    expect(found()?.notes.join('\n')).toMatch(
      /rampart.profile.hepa is unknown[\s\S]*rampart.profile.port must be a port/,
    );
  });
});

it('without a project or labels only containers that ask for it are collected from', async () => {
  const world = {
    containers: [
      container('plain-1', { ports: [published(6060, '4001')] }),
      container('own-1', { ports: [published(6060, '4002')] }, { 'rampart.profile.enable': 'true' }),
      container('old-1', { ports: [published(6060, '4003')] }, { 'profefe.com/enable': 'true' }),
    ],
    answers: ['127.0.0.1:4001', '127.0.0.1:4002', '127.0.0.1:4003'],
  };
  const { found } = await opened(world, { labels: [] });
  expect(found()?.targets.map(({ id }) => id)).toEqual(['shop/old-1', 'shop/own-1']);
  const named = await opened(world, { labels: ['app=shop'] });
  expect(named.found()?.targets).toHaveLength(3);
});
