/** How a connection to the target is opened: TCP or a Unix socket, with TLS or without. */
import { isIP, type NetConnectOpts, type OnReadOpts, Socket } from 'node:net';
import { type ConnectionOptions, connect as connectTls, createSecureContext, type SecureContext } from 'node:tls';
import { dialRule } from '../../host/allowed-hosts.ts';
import { type GivenFiles, givenText } from '../../host/given-files.ts';
import type { DialAddress, LoadPlan } from '../../model/load.ts';
import type { TlsSpec } from '../../model/scenario.ts';

/** Where a dial goes to: an address, or the path of a Unix socket. */
export type DialTo = DialAddress | { readonly path: string };

/** The addresses of a target. */
export interface Routes {
  readonly addresses: readonly DialTo[];
  /** The same in the order in which the next connection tries them: each begins with another. */
  next(): readonly DialTo[];
  /** Connections are opened to these from now on; none is no news. */
  moveTo(addresses: readonly DialTo[]): void;
}

/** Opens sockets that all lead to one target. */
export interface Dialer {
  /** The event after which a socket can carry requests. */
  readonly readyEvent: 'connect' | 'secureConnect';
  /** Whether its sockets are TCP, with TLS or without. */
  readonly isTcp: boolean;
  readonly routes: Routes;
  /**
   * Starts to connect, or fails as `refusedDial` says where the plan does not allow the address; what is read goes to `onread`, or is for who takes the socket. A socket without TLS calls `closing`
   * before its file descriptor is closed and the number may become another file's.
   */
  dial(to: DialTo, onread?: OnReadOpts, closing?: () => void): Socket;
}

/** The part of a plan that says where its target is. */
type Address = Pick<
  LoadPlan,
  'host' | 'port' | 'addresses' | 'allowed' | 'consented' | 'socket' | 'tls' | 'http' | 'files'
>;

/** The dialer of a plan, its certificates read; rejects when they cannot be used. */
export async function openDialer({
  host,
  port,
  addresses = [],
  allowed = [],
  consented,
  socket,
  tls,
  http,
  files,
}: Address): Promise<Dialer> {
  const mayDial = dialRule(allowed);
  const isConsented = consented ? dialRule(consented) : () => true;
  const isRefused = (to: DialTo) => 'host' in to && !(mayDial(to.host) && isConsented(to.host));
  const usual: readonly DialTo[] = addresses.length > 0 ? addresses : [{ host, port }];
  const routes = createRoutes(socket === undefined ? usual : [{ path: socket }]);
  if (!tls) {
    return {
      routes,
      readyEvent: 'connect',
      isTcp: socket === undefined,
      dial: (to, onread, closing) => {
        if (isRefused(to)) return new Socket().destroy(refusedDial());
        const options = { ...optionsOf(to), ...(onread && { onread }) };
        return new PlainSocket(options, closing).connect(options);
      },
    };
  }
  const serverName = tls.serverName ?? (isIP(host) === 0 ? host : undefined);
  const options = {
    secureContext: await secureContextOf(tls, files),
    rejectUnauthorized: !tls.insecure,
    ...(http === 2 ? { ALPNProtocols: ['h2'] } : {}),
    // An address is no server name (RFC 6066, 3), but is held against the certificate all the same.
    ...(serverName === undefined ? {} : { servername: serverName }),
  };
  return {
    routes,
    readyEvent: 'secureConnect',
    isTcp: socket === undefined,
    // Node hands `onread` on to the socket (tls.connect in lib/_tls_wrap.js); its types do not say so.
    dial: (to, onread) => {
      if (isRefused(to)) return new Socket().destroy(refusedDial());
      const withReader: ConnectionOptions & { onread?: OnReadOpts } = {
        ...optionsOf(to),
        ...options,
        ...(onread && { onread }),
      };
      return connectTls(withReader);
    },
  };
}

/** How a dial to an address fails that the plan does not allow, before anything is sent; its kind is `connect not allowed`. */
export function refusedDial(): Error {
  return Object.assign(new Error('the address is not allowed'), { syscall: 'connect', code: 'not allowed' });
}

function createRoutes(first: readonly DialTo[]): Routes {
  let next = 0;
  let addresses = first;
  return {
    get addresses() {
      return addresses;
    },
    next() {
      const from = next++ % addresses.length;
      return from === 0 ? addresses : [...addresses.slice(from), ...addresses.slice(0, from)];
    },
    moveTo(others) {
      if (others.length > 0) addresses = others;
    },
  };
}

/** Two dials lead to the same place where this is the same. */
export function placeOf(to: DialTo): string {
  return 'path' in to ? to.path : `${to.host} ${to.port}`;
}

function optionsOf(to: DialTo): { path: string } | (DialAddress & { readonly noDelay: boolean }) {
  return 'path' in to ? to : { ...to, noDelay: true };
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
export async function readCertificates({ ca, cert, key }: TlsSpec, files?: GivenFiles): Promise<Certificates> {
  const read = async (file: string | undefined) => (file === undefined ? undefined : await givenText(file, files));
  return { ca: await read(ca), cert: await read(cert), key: await read(key) };
}

/** What TLS needs of the PEM files of a target; rejects when one cannot be read or holds nothing that TLS can use. */
export async function secureContextOf(tls: TlsSpec, files?: GivenFiles): Promise<SecureContext> {
  const certificates = await readCertificates(tls, files);
  // OpenSSL passes over a list of authorities that has none in it.
  if (certificates.ca?.includes('-----BEGIN ') === false) throw new Error(`${tls.ca} holds no PEM certificate`);
  return createSecureContext(certificates);
}
