/** Containers as targets: where each can be reached from this machine. */
import { expect, it } from 'vitest';
import { inspectContainer, listContainers } from '../../../src/topology/docker/containers.ts';
import { fakeContainer, fakeEngine } from '../../helpers/fake-engine.ts';

it.each([
  ['127.0.0.1', '127.0.0.1:4000'],
  ['127.0.0.9', '127.0.0.9:4000'],
  ['0.0.0.0', '127.0.0.1:4000'],
  ['', '127.0.0.1:4000'],
  ['::', '127.0.0.1:4000'],
  ['::1', '[::1]:4000'],
  ['10.0.0.7', undefined],
  ['127.example.com', undefined],
])('a port that is published on "%s" is reached at %s', async (address, reached) => {
  const ports = [{ number: 8080, protocol: 'tcp', bindings: [{ address, port: '4000' }] }];
  const container = await inspectContainer(fakeEngine({ inspect: async () => fakeContainer({ ports }) }), 'c1');
  expect(container.addressOf(8080)).toBe(reached);
  expect(container.containerPorts).toEqual(reached === undefined ? [] : [8080]);
});

it('ports of another protocol, or that are not published, are no addresses', async () => {
  const ports = [
    { number: 53, protocol: 'udp', bindings: [{ address: '', port: '4000' }] },
    { number: 80, protocol: 'tcp', bindings: [] },
  ];
  const container = await inspectContainer(fakeEngine({ inspect: async () => fakeContainer({ ports }) }), 'c1');
  expect(container.containerPorts).toEqual([]);
});

it('those of a project come by service and number, without one-off commands', async () => {
  const service = 'com.docker.compose.service';
  const labels = (name: string, number: number) => ({
    [service]: name,
    'com.docker.compose.container-number': `${number}`,
  });
  const made = [labels('web', 10), labels('web', 2), { ...labels('db', 1), 'com.docker.compose.oneoff': 'True' }, {}];
  const containers = await listContainers(
    fakeEngine({
      containers: async (choice) => {
        expect(choice).toEqual({ labels: ['com.docker.compose.project=shop'], stopped: true });
        return made.map((own, at) => ({ id: `${at}`, name: `n${at}`, labels: own, ports: [] }));
      },
      inspect: async (id) => fakeContainer({ id, labels: made[Number(id)] ?? {} }),
    }),
    'shop',
  );
  expect(containers.map(({ target }) => target)).toEqual(['web-2', 'web-10']);
});

it('one that Compose did not make goes by its name', async () => {
  const engine = fakeEngine({
    inspect: async () => fakeContainer({ name: 'api', labels: {}, environment: { GODEBUG: 'x=1' } }),
  });
  expect(await inspectContainer(engine, 'c1')).toMatchObject({ target: 'api', service: 'api', goDebug: 'x=1' });
});
