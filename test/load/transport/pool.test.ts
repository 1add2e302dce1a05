import { Socket } from 'node:net';
import { expect, it } from 'vitest';
import { type Arrival, createArrival } from '../../../src/load/accounts/arrival.ts';
import { Windows } from '../../../src/load/accounts/windows.ts';
import { Http1Pool } from '../../../src/load/http1/pool.ts';
import { h2Target } from '../../../src/load/http2/message.ts';
import { H2Pool } from '../../../src/load/http2/pool.ts';
import { wireRequest } from '../../../src/load/requests/wire-request.ts';
import { plainRequest } from '../load-run.ts';

const request = wireRequest(plainRequest, Buffer.from('GET / HTTP/1.1\r\n\r\n'), '', 0);
const window = new Windows().plan(0, 0);
const nothing = () => {};
const events = {
  ...{ sending: nothing, answered: nothing, failed: nothing, unread: nothing, opened: nothing },
  ...{ redialled: nothing, turnedAway: nothing },
};
const to = { host: '127.0.0.1', port: 1 };
const routes = { addresses: [to], next: () => [to], moveTo: nothing };
/** Its sockets never connect. */
const dialer = { readyEvent: 'connect', isTcp: true, dial: () => new Socket(), routes } as const;
const limits = { dialer, maxConnections: 100, maxQueue: Number.POSITIVE_INFINITY, timeoutUs: 1000 };

const pools = {
  'HTTP/1.1': (clock: () => number) => new Http1Pool({ ...limits, readBuffer: Buffer.alloc(64) }, events, clock),
  'HTTP/2': (clock: () => number) => new H2Pool({ ...limits, ...h2Target({ host: 'a', port: 1 }) }, events, clock),
};

it.each(Object.entries(pools))(
  'over %s, calls what waited for a connection to open timed out, also right after the dials of others were given up',
  async (_, poolOn) => {
    let nowUs = 0;
    const pool = poolOn(() => nowUs);
    const arrivals = Array.from({ length: 40 }, (): Arrival => createArrival(0, window, request));
    for (const arrival of arrivals) pool.dispatch(arrival);
    await new Promise((resolve) => setImmediate(resolve));
    nowUs = 1000;
    // A busy generator does its housekeeping twice before it gets round to anything else.
    const first = arrivals.slice(0, 20).map((arrival) => pool.expire(arrival));
    pool.expireDials(nowUs);
    const then = arrivals.slice(20).map((arrival) => pool.expire(arrival));
    expect(new Set([...first, ...then])).toEqual(new Set(['timedOut']));
    expect(pool.waiting).toBe(0);
    pool.close();
  },
);
