/** A stream that only two who know the same token can speak over: TLS 1.3 with a pre-shared key (RFC 8446, 2.2) and no certificates. */
import { hkdfSync } from 'node:crypto';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect, createSecureContext, TLSSocket } from 'node:tls';

const identity = 'rampart';
/** Node gives the key of a callback to OpenSSL's interface of TLS 1.2, which takes it for one of SHA-256. */
const options = { ciphers: 'TLS_AES_128_GCM_SHA256', minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' } as const;
const keyBytes = 32;

/** How a stream is sealed: the token of both ends, and for what, so that one token makes several keys. */
export interface Seal {
  readonly token: string;
  readonly purpose: string;
  /** Whether this end opened the stream. */
  readonly isDialler: boolean;
  /** How long the other end may take. */
  readonly ms: number;
}

/** The other end went, or said nothing: what key it has is not known. */
class GoneError extends Error {}

/** Whether a stream could not be sealed because the other end went or said nothing, and not because of its key. */
export function isGone(error: unknown): boolean {
  return error instanceof GoneError || ['ECONNRESET', 'EPIPE'].includes((error as NodeJS.ErrnoException).code ?? '');
}

/** The sealed stream; rejects, and destroys what it was given, when the other end has another token or none, or takes too long. */
export function sealed(stream: Duplex, { token, purpose, isDialler, ms }: Seal): Promise<Duplex> {
  const psk = Buffer.from(hkdfSync('sha256', token, '', purpose, keyBytes));
  const inside = isDialler ? dialled(stream, psk) : accepted(stream, psk);
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => {
      clearTimeout(timer);
      stream.destroy();
      inside.destroy();
      reject(error);
    };
    const timer = setTimeout(() => fail(new GoneError(`the other end said nothing within ${ms / 1000} s`)), ms);
    const closed = () => fail(new GoneError('the other end hung up'));
    const ready = () => {
      clearTimeout(timer);
      inside.off('close', closed);
      inside.off('end', closed);
      inside.off('error', fail);
      // Its end is told by `close`.
      inside.on('error', () => inside.destroy());
      stream.on('error', () => inside.destroy());
      resolve(inside);
    };
    inside.once('close', closed);
    inside.once('end', closed);
    inside.once('error', fail);
    inside.once(isDialler ? 'secureConnect' : 'secure', ready);
  });
}

function dialled(stream: Duplex, psk: Buffer): TLSSocket {
  return connect({
    socket: stream,
    ...options,
    pskCallback: () => ({ psk, identity }),
    // Who shows a certificate, be it a good one, has not shown the key.
    checkServerIdentity: (_, certificate) =>
      Object.keys(certificate ?? {}).length > 0 ? new Error('a certificate was shown instead of the key') : undefined,
  });
}

function accepted(stream: Duplex, psk: Buffer): TLSSocket {
  const secureContext = createSecureContext(options);
  // Node's types have this option for servers only (TLSSocket in lib/_tls_wrap.js takes it).
  const accepting = {
    isServer: true,
    secureContext,
    pskCallback: (_: TLSSocket, named: string) => (named === identity ? psk : null),
  };
  return new TLSSocket(stream instanceof Socket ? stream : (stream as Socket), accepting);
}
