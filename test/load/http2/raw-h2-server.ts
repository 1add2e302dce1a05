/** An HTTP/2 server whose frames a test writes one by one (RFC 9113, 4.1 and 6): node:http2 ends what it resets in good order. */
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';

const prefaceBytes = 24;
const frameHeadBytes = 9;
const types = { data: 0, headers: 1, resetStream: 3, settings: 4, goAway: 7 };
const ackFlag = 1;
const endStreamFlag = 1;
const endHeadersFlag = 4;

/** One stream that a client opened. */
export interface RawStream {
  readonly socket: Socket;
  /** The head of an answer with status 200, and these bytes of its body, without an end. */
  begin(body: string): void;
  /** A whole answer with status 302 that sends the request there. */
  redirect(to: string): void;
  /** The last frame of the answer, empty. */
  end(): void;
  /** RST_STREAM with this code. */
  reset(code: number): void;
  /** GOAWAY without an error: the streams after this one are not looked at any more. */
  goAway(): void;
}

function frame(type: number, flags: number, stream: number, payload: Buffer): Buffer {
  const head = Buffer.alloc(frameHeadBytes);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

function streamOn(socket: Socket, id: number, goAway: () => void): RawStream {
  return {
    goAway,
    socket,
    begin(body) {
      // Index 8 of the static table of HPACK is `:status: 200` (RFC 7541, A).
      socket.write(frame(types.headers, endHeadersFlag, id, Buffer.from([0x88])));
      socket.write(frame(types.data, 0, id, Buffer.from(body)));
    },
    redirect(to) {
      // Literals without indexing whose names are in the static table: 8 is `:status`, 46 is `location` (RFC 7541, 6.2.2).
      const fields = Buffer.concat([
        Buffer.from([0x08, 3]),
        Buffer.from('302'),
        Buffer.from([0x0f, 46 - 15, to.length]),
        Buffer.from(to),
      ]);
      socket.write(frame(types.headers, endHeadersFlag | endStreamFlag, id, fields));
    },
    end() {
      socket.write(frame(types.data, endStreamFlag, id, Buffer.alloc(0)));
    },
    reset(code) {
      const payload = Buffer.alloc(4);
      payload.writeUInt32BE(code);
      socket.write(frame(types.resetStream, 0, id, payload));
    },
  };
}

/** Speaks HTTP/2 on a socket and calls `answer` for each stream that is taken up, `ignored` for each that came after a GOAWAY. */
export function speakH2(socket: Socket, answer: (stream: RawStream) => void, ignored = () => {}): void {
  let highest = 0;
  let isGoing = false;
  const goAway = () => {
    if (isGoing) return;
    isGoing = true;
    const payload = Buffer.alloc(8);
    payload.writeUInt32BE(highest);
    socket.write(frame(types.goAway, 0, 0, payload));
  };
  socket.write(frame(types.settings, 0, 0, Buffer.alloc(0)));
  let bytes = Buffer.alloc(0);
  let skip = prefaceBytes;
  socket.on('data', (more) => {
    bytes = Buffer.concat([bytes, more]);
    if (bytes.length < skip + frameHeadBytes) return;
    bytes = bytes.subarray(skip);
    skip = 0;
    while (bytes.length >= frameHeadBytes && bytes.length >= frameHeadBytes + bytes.readUIntBE(0, 3)) {
      const [type, flags, id] = [bytes[3], bytes[4], bytes.readUInt32BE(5)];
      if (type === types.settings && flags !== ackFlag && !socket.writableEnded)
        socket.write(frame(types.settings, ackFlag, 0, Buffer.alloc(0)));
      if (type === types.headers && isGoing) ignored();
      if (type === types.headers && !isGoing) {
        highest = id;
        answer(streamOn(socket, id, goAway));
      }
      bytes = bytes.subarray(frameHeadBytes + bytes.readUIntBE(0, 3));
    }
  });
}

/** Starts a server on 127.0.0.1 that calls `answer` for each stream; `close` also destroys its connections. */
export async function startRawH2(answer: (stream: RawStream) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
    speakH2(socket, answer);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
