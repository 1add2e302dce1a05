/** Servers that count what they read, and end exchanges in every way that leaves no doubt about what was read. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { seededUniform } from '../../src/model/random.ts';
import { speakH2 } from './http2/raw-h2-server.ts';
import { response } from './raw-server.ts';

/** What a server has seen. */
export interface FaultyServer extends AsyncDisposable {
  readonly port: number;
  /** Requests of which it has read the whole head, and in HTTP/2 taken up the stream. */
  readonly read: number;
  /** Connections that it has accepted. What a client sends on one that it opened and that was not, is lost with a restart. */
  readonly accepted: number;
  /** Requests that came after it had said that it takes up no more. */
  readonly ignored: number;
  /** How often each fate befell one. */
  readonly fates: Readonly<Record<string, number>>;
  /** Resolves when every connection is gone, so that nothing is still to be read. */
  quiet(): Promise<void>;
}

/** A request that a server has read, and how it can end. */
interface Exchange {
  answer(): void;
  readonly socket: Socket;
  /** Ways to end it that only its protocol has. */
  readonly others: Readonly<Record<string, () => void>>;
}

/** Reads what comes on a socket and calls `take` for each request. */
export type Protocol = (socket: Socket, take: (exchange: Exchange) => void, ignore: () => void) => void;

/** How long without a closed connection makes sure that nobody is connecting anew. */
const calmMs = 20;
const downMs = 60;

/**
 * A server of this protocol whose fates are drawn from a seed. It never closes what it has not read: it ends its side and reads
 * on, or resets behind the only request. It restarts when all `connections` that its clients may have are open, so that as a rule none waits to be accepted.
 */
export async function startFaulty(protocol: Protocol, seed: number, connections: number): Promise<FaultyServer> {
  const uniform = seededUniform(seed);
  const sockets = new Set<Socket>();
  const fates: Record<string, number> = {};
  const shares = { fault: 0.02 + 0.15 * uniform(), restart: 0.02 };
  let read = 0;
  let accepted = 0;
  let ignored = 0;
  let troubledMs = performance.now();
  let isDown = false;

  const restart = () => {
    isDown = true;
    for (const socket of sockets) socket.end();
    server.close();
    setTimeout(() => {
      server = createServer(serve);
      server.listen(port, '127.0.0.1', () => {
        isDown = false;
      });
    }, downMs);
  };
  const fateOf = (others: readonly string[]) => {
    const isCalm = sockets.size === connections && performance.now() - troubledMs > calmMs;
    if (!isDown && isCalm && uniform() < shares.restart) return 'restart';
    if (uniform() >= shares.fault) return 'answer';
    const all = ['silence', 'end', ...others];
    return all[Math.floor(uniform() * all.length)] ?? 'answer';
  };
  const settle = (exchange: Exchange, fate: string) => {
    const { socket, others } = exchange;
    if (socket.destroyed || socket.writableEnded) return;
    if (fate !== 'answer') troubledMs = performance.now();
    const ways: Readonly<Record<string, () => void>> = {
      answer: exchange.answer,
      restart,
      silence: () => {},
      end: () => void socket.end(),
      ...others,
    };
    ways[fate]?.();
  };
  const serve = (socket: Socket) => {
    accepted++;
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('error', () => {});
    socket.on('close', () => {
      sockets.delete(socket);
      troubledMs = performance.now();
    });
    const take = (exchange: Exchange) => {
      read++;
      if (socket.writableEnded) return;
      const fate = fateOf(Object.keys(exchange.others));
      fates[fate] = (fates[fate] ?? 0) + 1;
      setTimeout(() => settle(exchange, fate), 2 + 10 * uniform());
    };
    protocol(socket, take, () => ignored++);
  };
  let server = createServer(serve);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    port,
    fates,
    get read() {
      return read;
    },
    get accepted() {
      return accepted;
    },
    get ignored() {
      return ignored;
    },
    async quiet() {
      while (sockets.size > 0 || isDown) await new Promise((resolve) => setTimeout(resolve, 5));
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** HTTP/1.1, one request at a time. */
export const http1: Protocol = (socket, take) => {
  let text = '';
  socket.on('data', (bytes) => {
    text += bytes.toString('latin1');
    for (let end = text.indexOf('\r\n\r\n'); end >= 0; end = text.indexOf('\r\n\r\n')) {
      const head = text.slice(0, end);
      const length = Number(/content-length: (\d+)/i.exec(head)?.[1] ?? 0);
      if (text.length < end + 4 + length) return;
      text = text.slice(end + 4 + length);
      const circle = response(302, 'round', ['Location: /circle']);
      take({
        socket,
        answer: () => void socket.write(/^GET \/circle /.test(head) ? circle : response(200)),
        others: {
          reset: () => void socket.resetAndDestroy(),
          halfHead: () => void socket.end('HTTP/1.1 2'),
          halfBody: () => void socket.end('HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nok'),
          answerAndEnd: () => void socket.end(response(200)),
          redirect: () => void socket.write(response(302, 'moved', ['Location: elsewhere?x=1'])),
          circle: () => void socket.write(circle),
        },
      });
    }
  });
};

const codes = { internal: 2, refused: 7, cancel: 8 };

/** HTTP/2, as many requests at a time as come. */
export const http2: Protocol = (socket, take, ignore) => {
  speakH2(
    socket,
    (stream) => {
      const answer = () => {
        stream.begin('ok');
        stream.end();
      };
      take({
        socket,
        answer,
        others: {
          internal: () => stream.reset(codes.internal),
          refused: () => stream.reset(codes.refused),
          cancel: () => stream.reset(codes.cancel),
          halfBody() {
            stream.begin('o');
            stream.reset(codes.internal);
          },
          redirect: () => stream.redirect('/elsewhere'),
          circle: () => stream.redirect('/circle'),
          goAway() {
            stream.goAway();
            answer();
          },
        },
      });
    },
    ignore,
  );
};
