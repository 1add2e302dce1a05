/** Addresses of pprof as people write them, to URLs. */

/** The URL, or why the text is no address. */
export type ReadAddress = { readonly url: string } | { readonly mistake: string };

const usualPath = '/debug/pprof';

/** `http://127.0.0.1:6060`, `host:6060` or with a path of its own; what it leaves out is filled in. */
export function readAddress(
  text: string,
  {
    scheme = 'http',
    path = usualPath,
  }: { readonly scheme?: string | undefined; readonly path?: string | undefined } = {},
): ReadAddress {
  const whole = text.includes('://') ? text : `${scheme}://${text}`;
  const wanted = 'must be an http or https URL or HOST:PORT (example: http://127.0.0.1:6060)';
  if (/[\0-\x20\x7f\\]/.test(text) || !/^https?:\/\/[^/?#]/i.test(whole) || !URL.canParse(whole))
    return { mistake: wanted };
  const url = new URL(whole);
  if (url.port === '0') return { mistake: 'must have a port from 1 to 65535' };
  if (/[?#]/.test(whole)) return { mistake: 'must have no query and no fragment: pprof takes its own' };
  if (url.pathname === '/') url.pathname = path.startsWith('/') ? path : `/${path}`;
  url.pathname = url.pathname.replace(/\/+$/, '');
  return { url: url.href.replace(/\/$/, '') };
}

/** `host:port` of a URL, the port also where it is the usual one. */
export function hostPortOf(url: string): string {
  const { hostname, port, protocol } = new URL(url);
  return `${hostname}:${port || (protocol === 'https:' ? 443 : 80)}`;
}

/** What stands for an address where nothing better is known: without the usual path. */
export function idOfAddress(url: string): string {
  const { pathname } = new URL(url);
  return pathname === usualPath || pathname === '/' ? hostPortOf(url) : `${hostPortOf(url)}${pathname}`;
}
