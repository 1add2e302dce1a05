/** Who hears what of a pool's connections, over sockets in memory. */
import type { OnReadOpts, Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { createArrival } from '../../../src/load/accounts/arrival.ts';
import { Windows } from '../../../src/load/accounts/windows.ts';
import type { Connection } from '../../../src/load/http1/connection.ts';
import { Http1Pool } from '../../../src/load/http1/pool.ts';
import { wireRequest } from '../../../src/load/requests/wire-request.ts';
import { plainRequest } from '../load-run.ts';
import { response } from '../raw-server.ts';

const request = wireRequest(plainRequest, Buffer.from('GET / HTTP/1.1\r\n\r\n'), '', 0);

class MemorySocket extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
}

/** A pool whose one connection is open and has carried one exchange, and what it told in its order. */
async function openPool(most: { readonly maxQueue?: number } = {}) {
  const told: string[] = [];
  const socket = new MemorySocket();
  let onread: OnReadOpts | undefined;
  let closing = () => {};
  const dial = (_to: unknown, opts?: OnReadOpts, beforeClose = () => {}) => {
    onread = opts;
    closing = beforeClose;
    return socket as unknown as Socket;
  };
  const readBuffer = Buffer.alloc(1024);
  const tell = (what: string) => () => void told.push(what);
  const events = {
    ...{ sending: tell('sending'), answered: tell('answered'), failed: tell('failed'), unread: tell('unread') },
    ...{ opened: tell('opened'), redialled: tell('redialled'), turnedAway: tell('turned away') },
  };
  const to = { host: '127.0.0.1', port: 1 };
  const routes = { addresses: [to], next: () => [to], moveTo: () => {} };
  const dialer = { readyEvent: 'connect', isTcp: true, dial, routes } as const;
  const limits = { maxConnections: 1, maxQueue: Number.POSITIVE_INFINITY, timeoutUs: 1000, ...most };
  const pool = new Http1Pool({ dialer, readBuffer, ...limits }, events, () => 0);
  pool.onHeard(tell('heard'));
  const hear = (text: string) => onread?.callback(readBuffer.write(text), readBuffer);
  pool.dispatch(createArrival(0, new Windows().plan(0, 0), request));
  await new Promise((resolve) => setImmediate(resolve));
  socket.emit('connect');
  hear(response(200));
  return { pool, told, hear, close: () => closing() };
}

it('tells its listener that a connection was heard when all that came of it is dealt with', async () => {
  const { told } = await openPool();
  expect(told).toEqual(['opened', 'sending', 'heard', 'answered', 'heard']);
});

it('tells who borrowed a connection, and nobody else, what happens to it while it is lent for an arrival', async () => {
  const { pool, told, hear, close } = await openPool();
  const heard: string[] = [];
  const borrower = {
    lentHeard: (connection: Connection) => {
      heard.push(`heard for ${connection.lentFor}`);
      connection.lentFor = -1;
      pool.carry(connection, createArrival(0, new Windows().plan(0, 0), request), 0, request.bytes.length);
    },
    lentClosing: ({ lentFor }: Connection) => void heard.push(`closing for ${lentFor}`),
    yieldLast: () => false,
  };
  const lent = pool.lendTo(borrower)!;
  expect(pool.lendTo(borrower)).toBeUndefined();
  lent.lentFor = 7;
  hear(response(200));
  expect(heard).toEqual(['heard for 7']);
  expect(told.slice(5)).toEqual(['sending', 'answered', 'heard']);
  expect(pool.lendTo(borrower)).toBe(lent);
  lent.lentFor = 8;
  close();
  expect(heard).toEqual(['heard for 7', 'closing for 8']);
});

it('takes a connection back from who borrowed it for later, before anybody waits or is turned away', async () => {
  const { pool, told } = await openPool({ maxQueue: 0 });
  const arrival = () => createArrival(0, new Windows().plan(0, 0), request);
  const borrower = {
    lentHeard: () => {},
    lentClosing: () => {},
    yieldLast: () => {
      told.push('yields');
      if (lent) pool.giveBack(lent);
      const had = lent !== undefined;
      lent = undefined;
      return had;
    },
  };
  let lent = pool.lendTo(borrower);
  expect(lent).toBeDefined();
  pool.dispatch(arrival());
  pool.dispatch(arrival());
  expect(told.slice(5)).toEqual(['yields', 'sending', 'yields', 'turned away']);
});
