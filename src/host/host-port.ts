/** HOST:PORT as people write it. */

/** An address or name with a port. */
export interface HostPort {
  readonly host: string;
  readonly port: number;
}

/** Undefined when a text is no HOST:PORT; an IPv6 address stands in brackets. */
export function parseHostPort(text: string): HostPort | undefined {
  const [, bracketed, plain, digits = ''] =
    /^(?:\[([\da-f:.]+)\]|([a-z\d_](?:[\w.-]*[a-z\d_])?)):(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  return host === undefined || port > 65_535 ? undefined : { host, port };
}

/** As `parseHostPort` reads it: `[::]:8080`, `127.0.0.1:8080`. */
export function hostPortText({ host, port }: HostPort): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}
