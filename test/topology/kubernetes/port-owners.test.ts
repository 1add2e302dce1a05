/** Whose sockets answer at addresses that a pod has in common with its node. */
import { expect, it } from 'vitest';
import type { ListeningSocket } from '../../../src/host/sockets.ts';
import { ownPorts, type Sight } from '../../../src/topology/kubernetes/port-owners.ts';
import type { Reached } from '../../../src/topology/kubernetes/reach.ts';
import { pod } from '../pods/pods.ts';

const shared = pod({ spec: { hostNetwork: true } });
const hints = { pprof: { port: 6060, path: '/debug/pprof' }, metrics: { port: 9090, path: '/metrics' } };
const reached: Reached = {
  isStraight: true,
  refusedAt: undefined,
  ports: { '80': 'http://127.0.0.2:80', http: 'http://127.0.0.2:80', '9090': 'http://127.0.0.2:9090' },
  pprofUrl: 'http://127.0.0.2:6060/debug/pprof',
  metricsUrl: 'http://127.0.0.2:9090/metrics',
};
const ofPod = { '127.0.0.2:80': 1, '127.0.0.2:6060': 1, '127.0.0.2:9090': 1 };

/** A machine on which processes listen, by address; process 1 is of the pod, a negative one cannot be seen. */
function sightOf(listening: Readonly<Record<string, number>>, isHere = true): Sight {
  const sockets = Object.entries(listening).map(([place, pid]): ListeningSocket => {
    const [address = '', port] = place.split(/:(?=\d+$)/);
    return { address, port: Number(port), inode: String(pid) };
  });
  return {
    isHere: () => isHere,
    sockets: () => sockets,
    ownersOf: (some) => new Map(some.flatMap(({ inode }) => (Number(inode) > 0 ? [[inode, Number(inode)]] : []))),
    isOf: (pid) => pid === 1,
    nameOf: () => 'nginx',
  };
}

const owned = (listening: Readonly<Record<string, number>>, wanted: number | undefined = 80) =>
  ownPorts(reached, { hints }, shared, wanted, sightOf(listening));

const clean = { ...reached, takenBy: undefined, unseenAt: undefined };

it('leaves everything as it was where the pod itself listens, beside others on all addresses', () => {
  expect(owned({ '0.0.0.0:80': 2, ...ofPod })).toEqual(clean);
});

it('says who answers where load is to go, and leaves that address out', () => {
  expect(owned({ ...ofPod, '127.0.0.2:80': 2 })).toEqual({
    ...clean,
    ports: { '9090': 'http://127.0.0.2:9090' },
    takenBy: '127.0.0.2:80 is answered by nginx (pid 2)',
  });
  const { '127.0.0.2:80': _own, ...others } = ofPod;
  expect(owned({ ...others, ':::80': 2 }).takenBy).toBe('127.0.0.2:80 is answered by nginx (pid 2)');
});

it('says so of pages of the runtime, too', () => {
  expect(owned({ ...ofPod, '127.0.0.2:9090': 2 })).toEqual({
    ...clean,
    ports: { '80': 'http://127.0.0.2:80', http: 'http://127.0.0.2:80' },
    metricsUrl: undefined,
    takenBy: '127.0.0.2:9090 is answered by nginx (pid 2)',
  });
});

it('leaves out a port that nobody asked for without a word', () => {
  const found = ownPorts(reached, { hints: {} }, shared, undefined, sightOf({ ...ofPod, '127.0.0.2:80': 2 }));
  expect(found).toEqual({ ...clean, ports: { '9090': 'http://127.0.0.2:9090' } });
});

it('says where nobody can see who answers load: a socket of another user, none, or a pod of another machine', () => {
  const unseen = { ...clean, unseenAt: '127.0.0.2:80' };
  expect(owned({ ...ofPod, '127.0.0.2:80': -1 })).toEqual(unseen);
  const { '127.0.0.2:80': _own, ...others } = ofPod;
  expect(owned(others)).toEqual(unseen);
  expect(ownPorts(reached, { hints }, shared, 80, sightOf(ofPod, false))).toEqual(unseen);
});

it('says nothing of what refuses, of other networks, and of ways through a node', () => {
  const refuses = { ...reached, refusedAt: '127.0.0.2:80' };
  const away = sightOf({}, true);
  expect(ownPorts(refuses, { hints }, shared, 80, away)).toEqual({
    ...refuses,
    takenBy: undefined,
    unseenAt: undefined,
  });
  expect(ownPorts(reached, { hints }, pod(), 80, away)).toEqual(clean);
  expect(ownPorts({ ...reached, isStraight: false }, { hints }, shared, 80, away)).toMatchObject({
    unseenAt: undefined,
  });
});

it('does not take the API server for a stranger, which leads to the pod', () => {
  const proxied = { ...reached, pprofUrl: 'http://127.0.0.1:4242/api-1/6060/debug/pprof' };
  expect(ownPorts(proxied, { hints }, shared, 80, sightOf({ ...ofPod, '127.0.0.1:4242': 2 }))).toEqual({
    ...clean,
    pprofUrl: proxied.pprofUrl,
  });
});
