/** Counters of a network namespace as rates. */
import { expect, it } from 'vitest';
import { networkValues } from '../../src/samplers/network-values.ts';

const look = (seconds: number, count: number, network = 'net:[1]') => ({
  atUs: seconds * 1e6,
  network,
  counters: {
    listenOverflows: count,
    retransmits: 2 * count,
    dials: 3 * count,
    failedDials: count,
    accepts: 4 * count,
  },
});

it('counters are rates over the time between two looks', () => {
  expect(networkValues(look(3, 10), look(1, 0))).toEqual({
    'net.listen_overflows_per_second': 5,
    'net.retransmits_per_second': 10,
    'net.dials_per_second': 15,
    'net.failed_dials_per_second': 5,
    'net.accepts_per_second': 20,
  });
});

it.each([
  ['the first look', undefined],
  ['another namespace', look(1, 0, 'net:[2]')],
  ['counters that have fallen', look(1, 99)],
  ['no time', look(3, 0)],
])('with %s there are none', (_, before) => {
  expect(networkValues(look(3, 10), before)).toEqual({});
});

it('what was not counted in one of the looks has no rate', () => {
  const now = { ...look(3, 10), counters: { ...look(3, 10).counters, listenOverflows: undefined } };
  expect(Object.keys(networkValues(now, look(1, 0)))).not.toContain('net.listen_overflows_per_second');
});
