/** Waiting for readiness: all at once, and with a reason when it does not come. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import {
  askReadyPort,
  askReadyUrl,
  type ProbeAnswer,
  type ReadyCheck,
  waitReady,
} from '../../../src/topology/liveness/ready.ts';

const { signal } = new AbortController();
const never = new Promise<string>(() => undefined);

function check(target: string, ask: () => Promise<ProbeAnswer>, more: Partial<ReadyCheck> = {}): ReadyCheck {
  return { target, ask, stopped: never, lastLines: () => [], ...more };
}

const ready = async (): Promise<ProbeAnswer> => ({ isReady: true });

describe('waitReady', () => {
  it('asks again until all are ready', async () => {
    let asked = 0;
    const third = async (): Promise<ProbeAnswer> => {
      asked += 1;
      return asked === 3 ? { isReady: true } : { isReady: false, said: 'soon' };
    };
    await waitReady([check('a', ready), check('b', third)], 10_000, signal);
    expect(asked).toBe(3);
  });

  it('has nothing to wait for when there is nothing', async () => {
    await waitReady([], 1, signal);
  });

  it('names only those that are missing, with their last answer and lines', async () => {
    const slow = check('b-1', async () => ({ isReady: false, said: '503: warming up' }), {
      lastLines: () => ['x', 'y'],
    });
    const mute = check('c-1', () => Promise.reject(new Error('connect ECONNREFUSED')));
    await expect(waitReady([check('a-1', ready), slow, mute], 60, signal)).rejects.toMatchObject({
      code: 'not-ready',
      exitCode: 3,
      message: [
        '2 of 3 targets not ready after 60ms',
        'b-1: 503: warming up',
        '    | x',
        '    | y',
        'c-1: connect ECONNREFUSED',
        '    | (it printed nothing)',
      ].join('\n'),
    });
  });

  it('does not wait for the time-out when a target dies', async () => {
    const dying = check('a-1', async () => ({ isReady: false, said: 'no' }), {
      stopped: Promise.resolve('a-1 exited with code 2'),
      lastLines: () => ['panic: no'],
    });
    await expect(waitReady([dying], 60_000, signal)).rejects.toMatchObject({
      code: 'target-died',
      message: 'a-1 exited with code 2 before it was ready\n    | panic: no',
    });
  });

  it('says when it died before it says why', async () => {
    const dying = check('a-1', async () => ({ isReady: false, said: 'no' }), {
      stopped: Promise.resolve('a-1 exited with code 2: port 8080 on all addresses is taken; bind another'),
    });
    await expect(waitReady([dying], 60_000, signal)).rejects.toThrow(
      'a-1 exited with code 2 before it was ready: port 8080 on all addresses is taken; bind another',
    );
  });

  it('ends with the reason of an abort, and aborts the look that is under way', async () => {
    const abort = new AbortController();
    let seen: AbortSignal | undefined;
    const hanging: ReadyCheck = {
      ...check('a', ready),
      ask: (stop) => {
        seen = stop;
        return new Promise((_resolve, reject) => stop.addEventListener('abort', () => reject(stop.reason)));
      },
    };
    const waiting = waitReady([hanging], 60_000, abort.signal);
    abort.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    expect(seen?.aborted).toBe(true);
  });
});

describe('probes', () => {
  it('a URL is ready at 200 to 299 and otherwise says status and first line', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/ok') response.end('fine');
      else if (request.url === '/nothing') response.writeHead(204).end();
      else response.writeHead(503).end('2 of 3 downstreams registered\nmore');
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    expect(await askReadyUrl(`${base}/ok`, signal)).toEqual({ isReady: true });
    expect(await askReadyUrl(`${base}/nothing`, signal)).toEqual({ isReady: true });
    expect(await askReadyUrl(`${base}/no`, signal)).toEqual({
      isReady: false,
      said: `${base}/no answered 503: 2 of 3 downstreams registered`,
    });
    expect(await askReadyPort(new URL(base).host, signal)).toEqual({ isReady: true });
    server.close();
    await once(server, 'close');
    await expect(askReadyPort(new URL(base).host, signal)).rejects.toThrow('ECONNREFUSED');
  });

  it('a port whose proxy hangs up at once is not open', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    server.on('connection', (socket) => socket.destroy());
    await once(server, 'listening');
    await expect(askReadyPort(`127.0.0.1:${(server.address() as AddressInfo).port}`, signal)).rejects.toThrow();
    server.close();
  });
});
