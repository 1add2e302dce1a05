/** How a connection to the target is opened: TCP or a Unix socket, with TLS or without. */
import { isIP, type NetConnectOpts, type OnReadOpts, Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { readText } from '../../host/files.ts';
import type { LoadPlan } from '../../model/load.ts';
import type { TlsSpec } from '../../model/scenario.ts';

/** Opens sockets that all lead to one target. */
export interface Dialer {
  /** The event after which a socket can carry requests. */
  readonly readyEvent: 'connect' | 'secureConnect';
  /** Whether its sockets are TCP, with TLS or without. */
  readonly isTcp: boolean;
  /**
   * Starts to connect; what is read goes to `onread`, or is for who takes the socket. A socket without TLS calls `closing`
   * before its file descriptor is closed and the number may become another file's.
   */
  dial(onread?: OnReadOpts, closing?: () => void): Socket;
}

/** The part of a plan that says where its target is. */
type Address = Pick<LoadPlan, 'host' | 'port' | 'addresses' | 'socket' | 'tls' | 'http'>;

/** The dialer of a plan, its certificates read; rejects when they cannot be used. */
export async function openDialer({ host, port, addresses = [], socket, tls, http }: Address): Promise<Dialer> {
  let next = 0;
  const to = () =>
    socket === undefined
      ? { host: addresses[next++ % addresses.length] ?? host, port, noDelay: true }
      : { path: socket };
  if (!tls) {
    return {
      readyEvent: 'connect',
      isTcp: socket === undefined,
      dial: (onread, closing) => {
        const options = { ...to(), ...(onread && { onread }) };
        return new PlainSocket(options, closing).connect(options);
      },
    };
  }
  const serverName = tls.serverName ?? (isIP(host) === 0 ? host : undefined);
  const options = {
    secureContext: await secureContextOf(tls),
    rejectUnauthorized: !tls.insecure,
    ...(http === 2 ? { ALPNProtocols: ['h2'] } : {}),
    // An address is no server name (RFC 6066, 3), but is held against the certificate all the same.
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
  return {
    readyEvent: 'secureConnect',
    isTcp: socket === undefined,
    // Node hands `onread` on to the socket (tls.connect in lib/_tls_wrap.js); its types do not say so.
    dial: (onread) => {
      const withReader: ConnectionOptions & { onread?: OnReadOpts } = {
        ...to(),
        ...options,
        ...(onread && { onread }),
      };
      return connectTls(withReader);
    },
  };
}

/** No event comes early enough: Node closes a broken socket first and tells of it in a later turn. */
class PlainSocket extends Socket {
  private readonly closing: (() => void) | undefined;

  constructor(options: NetConnectOpts, closing: (() => void) | undefined) {
    super(options);
    this.closing = closing;
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.closing?.();
    super._destroy(error, callback);
  }
}

/** The file descriptor of an open socket; -1 where there is none, for Node does not promise this property. */
export function descriptorOf(socket: Socket): number {
  const handle: unknown = Reflect.get(socket, '_handle');
  const fd: unknown = handle instanceof Object ? Reflect.get(handle, 'fd') : undefined;
  return typeof fd === 'number' ? fd : -1;
}

/** The texts of the PEM files of a target. */
interface Certificates {
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** Reads the PEM files of a target; rejects when one cannot be read. */
export async function readCertificates({ ca, cert, key }: TlsSpec): Promise<Certificates> {
  const read = async (file: string | undefined) => (file === undefined ? undefined : await readText(file));
  return { ca: await read(ca), cert: await read(cert), key: await read(key) };
}

/** What TLS needs of the PEM files of a target; rejects when one cannot be read or holds nothing that TLS can use. */
export async function secureContextOf(tls: TlsSpec): Promise<SecureContext> {
  const certificates = await readCertificates(tls);
  // OpenSSL passes over a list of authorities that has none in it.
  if (certificates.ca?.includes('-----BEGIN ') === false) throw new Error(`${tls.ca} holds no PEM certificate`);
  return createSecureContext(certificates);
}
