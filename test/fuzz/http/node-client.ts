/** What Node's own HTTP client makes of a response, over a socket in memory. */
import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { setImmediate as turnOfLoop } from 'node:timers/promises';
import type { Outcome } from './outcome.ts';

/** The same limit as our reader's. */
const maxHeaderSize = 64 * 1024;
/** Node's streams hand things over within one turn of the event loop; one that needs more than this hangs. */
const maxTurns = 50;

/** A stream with the methods of a socket that Node's agent calls on it. */
class MemorySocket extends Duplex {
  override _read(): void {}
  override _write(_chunk: unknown, _encoding: string, done: () => void): void {
    done();
  }
  setKeepAlive(): this {
    return this;
  }
  setNoDelay(): this {
    return this;
  }
  setTimeout(): this {
    return this;
  }
  ref(): this {
    return this;
  }
  unref(): this {
    return this;
  }
}

interface Seen {
  status: number;
  body: string;
  isEnded: boolean;
  why: string;
}

/** Node's outcome; `why` starts with the error code of its parser, if it was the parser. */
export async function readNodes(bytes: Uint8Array, isHead: boolean): Promise<Outcome> {
  const socket = new MemorySocket();
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  agent.createConnection = () => socket as unknown as Socket;
  const req = request({ agent, method: isHead ? 'HEAD' : 'GET', maxHeaderSize, insecureHTTPParser: false });
  const seen = listen(req);
  socket.on('error', () => {});
  req.end();
  const isOver = () => seen.isEnded || seen.why !== '';
  await turns(2);
  socket.push(bytes);
  await turns(2);
  const reusable =
    !socket.destroyed && Object.values(agent.freeSockets).some((free) => free?.includes(asSocket(socket)));
  const atEnd = !isOver();
  if (atEnd) socket.push(null);
  for (let turn = 0; !isOver(); turn++) {
    if (turn > maxTurns) throw new Error("Node's client hangs");
    await turns(1);
  }
  agent.destroy();
  socket.destroy();
  const { status, body, why } = seen;
  return why === ''
    ? { kind: 'done', atEnd, status, body, reusable: reusable && !atEnd }
    : { kind: 'failed', atEnd, why };
}

const asSocket = (socket: Duplex) => socket as Socket;

function listen(req: ClientRequest): Seen {
  const seen: Seen = { status: 0, body: '', isEnded: false, why: '' };
  const fail = (error: Error & { code?: string; reason?: string }) => {
    seen.why ||= `${error.code ?? error.name} ${error.reason ?? error.message}`;
  };
  req.on('response', (response: IncomingMessage) => {
    seen.status = response.statusCode ?? 0;
    response.on('data', (part: Buffer) => {
      seen.body += part.toString('latin1');
    });
    response.on('end', () => {
      seen.isEnded = true;
    });
    response.on('error', fail);
  });
  req.on('upgrade', (response: IncomingMessage) => {
    seen.status = response.statusCode ?? 0;
    seen.isEnded = true;
  });
  req.on('error', fail);
  return seen;
}

async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn++) await turnOfLoop();
}
