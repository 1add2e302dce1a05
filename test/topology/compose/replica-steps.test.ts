/** How Compose is led to give each replica ports of its own. */
import { expect, it } from 'vitest';
import { replicaMistake } from '../../../src/topology/compose/host-ports.ts';
import type { ResolvedProject, ResolvedService } from '../../../src/topology/compose/project.ts';
import { plannedPortCount, type ReplicaWishes, replicaPlan } from '../../../src/topology/compose/replica-steps.ts';

const project: ResolvedProject = {
  services: {
    front: { ports: [{ target: 80, published: '8080' }, { target: 90 }] },
    back: { ports: [{ target: 80, published: '0' }] },
    range: { ports: [{ target: 80, published: '7000-7009' }] },
    quiet: {},
  },
};

function planOf({ atStart, most = {} }: Partial<ReplicaWishes> & Pick<ReplicaWishes, 'atStart'>) {
  const wishes = { names: ['front', 'back', 'range', 'quiet'], atStart, most: { ...atStart, ...most } };
  let next = 20_000;
  const { atStart: steps, later } = replicaPlan(project, wishes, () => next++);
  expect(next - 20_000).toBe(plannedPortCount(project, wishes));
  const shown = (one: ResolvedProject): Record<string, unknown> =>
    Object.fromEntries(
      Object.entries(one.services).map(([name, { deploy, ports = [] }]) => [
        name,
        [deploy?.replicas, ...ports.map(({ published }) => published)],
      ]),
    );
  return {
    atStart: steps.map((step) => shown(step.project)),
    later: later.map(({ services, project: changed }): Record<string, unknown> => ({ ...shown(changed), services })),
  };
}

it('is one step where every service has one replica', () => {
  expect(planOf({ atStart: { front: 1, back: 1, range: 1, quiet: 3 } })).toEqual({
    atStart: [{ front: [1, '8080', '20000'], back: [1, '20001'], range: [1, '7000'], quiet: [3] }],
    later: [],
  });
});

it('makes one more replica in each step, of those whose ports the engine would choose', () => {
  const { atStart } = planOf({ atStart: { front: 1, back: 3, range: 2, quiet: 3 } });
  expect(atStart).toMatchObject([
    { front: [1, '8080', '20000'], back: [1, '20001'], range: [1, '7000'], quiet: [3] },
    { back: [2, '20002'], range: [2, '7001'], front: [1, '8080', undefined], quiet: [3] },
    { back: [3, '20003'], range: [2, '7000-7009'], front: [1, '8080', undefined], quiet: [3] },
  ]);
});

it('makes what only a fault brings later, never fewer of others', () => {
  const { atStart, later } = planOf({
    atStart: { front: 1, back: 0, range: 2, quiet: 1 },
    most: { back: 1, range: 4, quiet: 2 },
  });
  expect(later.map((step) => step['front'])).toEqual(Array(2).fill([1, '8080', undefined]));
  expect(atStart.at(-1)).toMatchObject({ back: [0, '0'], range: [2, '7001'], quiet: [1] });
  expect(later).toMatchObject([
    { services: ['back', 'range', 'quiet'], back: [1, '20001'], range: [3, '7002'], quiet: [2] },
    { services: ['range'], back: [1, '0'], range: [4, '7003'], quiet: [2] },
  ]);
});

it.each<[ResolvedService, number, string | undefined]>([
  [{ ports: [{ target: 80 }] }, 9, undefined],
  [{ container_name: 'db' }, 1, undefined],
  [{ container_name: 'db' }, 2, 'its container_name db can be had by one replica only'],
  [
    { ports: [{ target: 80, published: 8080 }] },
    2,
    'port 80 is published at host port 8080, too few for 2 replicas: publish "127.0.0.1::80"',
  ],
  [
    { ports: [{ target: 80, published: '8080-8082' }] },
    4,
    'port 80 is published at host ports 8080-8082, too few for 4 replicas: publish "127.0.0.1::80"',
  ],
  [{ ports: [{ target: 80, published: '8080-8082' }] }, 3, undefined],
  [
    { networks: { default: null, inner: { ipv4_address: '10.0.0.5' } } },
    2,
    'its address 10.0.0.5 can be had by one replica only',
  ],
])('%j with %i replicas: %s', (service, count, mistake) => {
  expect(replicaMistake(service, count)).toBe(mistake);
});
