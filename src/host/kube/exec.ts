/** A command in a container, over the WebSocket that the API server offers for it (RFC 6455; subprotocol v4.channel.k8s.io). */
import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { environmentError } from '../../model/errors.ts';
import type { KubeContainer, KubeExit } from './cluster.ts';
import { queryOf } from './resources.ts';
import type { KubeTransport } from './transport.ts';

/** First byte of a message: what it carries (apimachinery, pkg/util/httpstream/wsstream; remotecommand). */
const channels = { stdout: 1, stderr: 2, status: 3 } as const;

/** A message of a WebSocket, put together from its frames. */
interface Message {
  readonly opcode: number;
  readonly data: Buffer;
}

const opcodes = { continuation: 0, close: 8 } as const;
/** A command that prints more is none of ours. */
const mostBytes = 4 * 1024 * 1024;

/** Runs it to its end; rejects with an environmentError where it cannot be started or the container does not answer any more. */
export async function execIn(
  transport: Pick<KubeTransport, 'upgrade'>,
  { namespace, pod, container }: KubeContainer,
  command: readonly string[],
  signal: AbortSignal,
): Promise<KubeExit> {
  const asked = `run a command in container ${container} of pod ${namespace}/${pod}`;
  const words = command.map((word) => `&command=${encodeURIComponent(word)}`).join('');
  const path = `/api/v1/namespaces/${encodeURIComponent(namespace)}/pods/${encodeURIComponent(pod)}/exec`;
  const { socket, head } = await transport.upgrade({
    asked,
    path: `${path}${queryOf({ container, stdout: true, stderr: true })}${words}`,
    headers: {
      upgrade: 'websocket',
      'sec-websocket-key': randomBytes(16).toString('base64'),
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'v4.channel.k8s.io',
    },
    signal,
  });
  return await exitOf(socket, head, asked, signal);
}

async function exitOf(socket: Duplex, head: Buffer, asked: string, signal: AbortSignal): Promise<KubeExit> {
  const said: Record<number, Buffer[]> = {};
  const text = (channel: number) => Buffer.concat(said[channel] ?? []).toString('utf8');
  const reader = createMessageReader(({ opcode, data }) => {
    if (opcode === opcodes.close) return;
    const channel = data[0] ?? -1;
    said[channel] ??= [];
    said[channel].push(data.subarray(1));
  });
  const stop = () => socket.destroy();
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    reader(head);
    for await (const chunk of socket as AsyncIterable<Buffer>) {
      reader(chunk);
      // Whoever waits for the other side to hang up waits for its idle limit.
      if (said[channels.status]) break;
    }
  } catch (error) {
    signal.throwIfAborted();
    throw environmentError('kube-failed', `the cluster broke off when it was asked to ${asked}`, undefined, error);
  } finally {
    signal.removeEventListener('abort', stop);
    socket.destroy();
  }
  signal.throwIfAborted();
  return { ...readExit(text(channels.status), asked), stdout: text(channels.stdout), stderr: text(channels.stderr) };
}

interface Status {
  readonly status?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] };
}

/** What the last message says of the end (meta/v1, Status). */
function readExit(text: string, asked: string): Pick<KubeExit, 'code'> {
  const read = readStatus(text);
  if (read?.status === 'Success') return { code: 0 };
  const code = read?.details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
  if (read?.reason === 'NonZeroExitCode' && code !== undefined) return { code: Number(code) };
  const why = read?.message ?? 'it did not say how the command ended';
  throw environmentError('kube-refused', `the cluster could not ${asked}: ${why.split('\n')[0]}`);
}

function readStatus(text: string): Status | undefined {
  try {
    return JSON.parse(text) as Status;
  } catch {
    return undefined;
  }
}

/** Feed it bytes as they come; calls back with each whole message. Servers do not mask (RFC 6455, 5.1). */
export function createMessageReader(onMessage: (message: Message) => void): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  let parts: Buffer[] = [];
  let begun = 0;
  return (chunk) => {
    rest = Buffer.concat([rest, chunk]);
    if (rest.length > mostBytes) throw new Error(`more than ${mostBytes} bytes`);
    for (let frame = readFrame(rest); frame; frame = readFrame(rest)) {
      rest = rest.subarray(frame.length);
      const { opcode, isLast, data } = frame;
      if (opcode >= opcodes.close) {
        onMessage({ opcode, data });
        continue;
      }
      if (opcode !== opcodes.continuation) begun = opcode;
      parts.push(data);
      if (!isLast) continue;
      onMessage({ opcode: begun, data: Buffer.concat(parts) });
      parts = [];
    }
  };
}

/** One frame at the beginning of bytes (RFC 6455, 5.2); undefined while it is not whole. */
function readFrame(bytes: Buffer) {
  const [first, second] = bytes;
  if (first === undefined || second === undefined) return undefined;
  const short = second & 0x7f;
  const headBytes = { 126: 4, 127: 10 }[short] ?? 2;
  if (bytes.length < headBytes) return undefined;
  const long = short === 126 ? bytes.readUInt16BE(2) : Number(short === 127 && bytes.readBigUInt64BE(2));
  const dataBytes = short < 126 ? short : long;
  if (bytes.length < headBytes + dataBytes) return undefined;
  const data = bytes.subarray(headBytes, headBytes + dataBytes);
  return { opcode: first & 0x0f, isLast: (first & 0x80) !== 0, data, length: headBytes + dataBytes };
}
