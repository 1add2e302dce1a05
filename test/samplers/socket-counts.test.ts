/** Whose sockets are whose. */
import { describe, expect, it } from 'vitest';
import type { TcpSocket } from '../../src/host/tcp-table.ts';
import * as counts from '../../src/samplers/socket-counts.ts';
import { indexOf } from '../../src/samplers/socket-index.ts';

type Holding = counts.Holding;

const loopback = '0100007F';
const other = '0200007F';
const any = '00000000';
const states = { established: '01', synSent: '02', timeWait: '06', closeWait: '08', listen: '0A' };

const socket = (state: keyof typeof states, inode: number, more: Partial<TcpSocket> = {}): TcpSocket => ({
  address: loopback,
  port: 8080,
  state: states[state],
  peerAddress: loopback,
  peerPort: 50000,
  receiveQueue: 0,
  inode: `${inode}`,
  ...more,
});

const holding = (...inodes: number[]): Holding => ({
  isAlone: false,
  holds: (inode) => inodes.map(String).includes(inode),
});

const socketValues = (
  sockets: readonly TcpSocket[],
  ...more: [Holding, ReadonlyMap<string, number>, counts.Neighbour[]?]
) => counts.socketValues(indexOf(sockets), ...more);

const none: ReadonlyMap<string, number> = new Map();

describe('socketValues', () => {
  it('counts what the target holds, by state', () => {
    const sockets = [
      socket('established', 1),
      socket('established', 2),
      socket('established', 99),
      socket('synSent', 3),
      socket('closeWait', 4),
      socket('closeWait', 98),
    ];
    expect(socketValues(sockets, holding(1, 2, 3, 4), none)).toEqual({
      'sock.established': 2,
      'sock.syn_sent': 1,
      'sock.close_wait': 1,
      'sock.time_wait': 0,
      'sock.time_wait_clients': 0,
    });
  });

  it('counts none that nobody holds as established, also in a namespace of its own: it waits to be accepted', () => {
    const values = socketValues([socket('established', 0)], { isAlone: true, holds: () => true }, none);
    expect(values['sock.established']).toBe(0);
  });

  it.each([
    ['at a port that it listens on', [socket('listen', 1), socket('timeWait', 0)], 1],
    [
      'at a port that it listens on at all addresses',
      [socket('listen', 1, { address: any }), socket('timeWait', 0)],
      1,
    ],
    ['at all addresses of IPv6', [socket('listen', 1, { address: any.repeat(4) }), socket('timeWait', 0)], 1],
    ['at the same port of another address', [socket('listen', 1, { address: other }), socket('timeWait', 0)], 0],
    [
      'at an address that another process has for itself',
      [socket('listen', 1, { address: any }), socket('listen', 99), socket('timeWait', 0)],
      0,
    ],
    [
      'at a port where another process listens as well',
      [socket('listen', 1), socket('listen', 99), socket('timeWait', 0)],
      0,
    ],
    ['at a port of its clients', [socket('listen', 1), socket('timeWait', 0, { port: 40000 })], 0],
  ])('a connection in TIME_WAIT %s', (_, sockets, expected) => {
    expect(socketValues(sockets, holding(1), none)['sock.time_wait']).toBe(expected);
  });

  it('has all connections in TIME_WAIT where nobody else is in its namespace', () => {
    const sockets = [socket('timeWait', 0, { port: 40000 }), socket('timeWait', 0)];
    expect(socketValues(sockets, { isAlone: true, holds: () => true }, none)['sock.time_wait']).toBe(2);
  });

  it('counts closed connections to its port that the other end has in TIME_WAIT as those of its clients', () => {
    const out = { port: 40000, peerPort: 8080 };
    const sockets = [
      socket('listen', 1),
      socket('timeWait', 0, out),
      socket('timeWait', 0, { ...out, peerAddress: other }),
      socket('timeWait', 0, { ...out, peerPort: 9090 }),
    ];
    expect(socketValues(sockets, holding(1), none)).toMatchObject({
      'sock.time_wait': 0,
      'sock.time_wait_clients': 1,
    });
  });

  it('does not take another machine with the same port for its own, though it listens at all addresses', () => {
    const far = '0300000A';
    const sockets = [
      socket('listen', 1, { address: any }),
      socket('timeWait', 0, { address: '0200000A', port: 40000, peerAddress: far, peerPort: 8080 }),
      socket('established', 2, { address: '0200000A', port: 40001, peerAddress: far, peerPort: 8080 }),
    ];
    const values = socketValues(sockets, holding(2), none, [{ id: 'api-2', holding: holding(1) }]);
    expect(values).toMatchObject({ 'sock.time_wait_clients': 0, 'sock.to.api-2': 0 });
    expect(socketValues(sockets, holding(1), none)).toMatchObject({ 'sock.time_wait_clients': 0 });
  });

  it('counts what it opened to each other target in its namespace', () => {
    const sockets = [
      socket('listen', 1),
      socket('listen', 50, { port: 9090 }),
      socket('established', 2, { port: 40000, peerPort: 9090 }),
      socket('synSent', 3, { port: 40001, peerPort: 9090 }),
      socket('established', 4, { peerPort: 40002 }),
      socket('established', 99, { port: 40003, peerPort: 9090 }),
      socket('established', 51, { port: 40002, peerPort: 8080 }),
    ];
    const values = socketValues(sockets, holding(1, 2, 3, 4), none, [{ id: 'db-1', holding: holding(50, 51) }]);
    expect(values['sock.to.db-1']).toBe(2);
  });

  it('tells the accept queue that is nearest to its limit', () => {
    const sockets = [
      socket('listen', 1, { port: 1, receiveQueue: 100 }),
      socket('listen', 2, { port: 2, receiveQueue: 5 }),
      socket('listen', 99, { port: 3, receiveQueue: 500 }),
    ];
    const limits = new Map([
      ['1', 4096],
      ['2', 5],
    ]);
    expect(socketValues(sockets, holding(1, 2), limits)).toMatchObject({
      'sock.accept_queue': 5,
      'sock.accept_queue_limit': 5,
    });
  });

  it('tells the longest accept queue where no limit is known', () => {
    const sockets = [socket('listen', 1, { receiveQueue: 1 }), socket('listen', 2, { port: 2, receiveQueue: 5 })];
    const values = socketValues(sockets, holding(1, 2), none);
    expect(values['sock.accept_queue']).toBe(5);
    expect(values).not.toHaveProperty(['sock.accept_queue_limit']);
  });

  it('has no accept queue of a target that listens nowhere', () => {
    expect(socketValues([socket('listen', 99)], holding(1), none)).not.toHaveProperty(['sock.accept_queue']);
  });
});
