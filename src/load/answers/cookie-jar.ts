/** The cookies of one client (RFC 6265): by domain, path, Secure, Expires and Max-Age; nothing is known of public suffixes. */
import { isIP } from 'node:net';
import { cookieDateMs } from './cookie-date.ts';

/** Where a request goes, as far as cookies ask. */
export interface CookiePlace {
  /** Lower case, IPv6 in brackets. */
  readonly host: string;
  /** Without its query. */
  readonly path: string;
  /** Whether cookies that say `Secure` may go there: TLS, or loopback, as browsers and curl have it. */
  readonly isSecure: boolean;
}

/** The jar of one client. */
export interface CookieJar {
  /** How often a value in it changed. */
  readonly changes: number;
  /** Takes in the value of a Set-Cookie field of an answer from there. */
  set(written: string, place: CookiePlace): void;
  /** The value of the Cookie field of a request to there; empty without any. */
  cookiesFor(place: CookiePlace): string;
}

interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly domain: string;
  readonly isHostOnly: boolean;
  readonly path: string;
  readonly isSecure: boolean;
  readonly expiresMs: number;
}

/** A longer name and value, and more cookies, are not kept; browsers have such limits, too. */
const mostBytes = 4096;
const mostCookies = 100;

/** An empty jar; `wallMs` gives milliseconds since 1970. */
export function createCookieJar(wallMs: () => number): CookieJar {
  let cookies: readonly Cookie[] = [];
  let changes = 0;
  return {
    get changes() {
      return changes;
    },
    set(written, place) {
      const cookie = parseCookie(written, place, wallMs);
      if (!cookie) return;
      const isIt = ({ name, domain, path }: Cookie) =>
        name === cookie.name && domain === cookie.domain && path === cookie.path;
      const at = cookies.findIndex(isIt);
      const isGone = cookie.expiresMs <= wallMs();
      if (isGone ? at >= 0 : cookies[at]?.value !== cookie.value) changes++;
      // One that is set again keeps its place in the order of creation.
      if (isGone) cookies = cookies.filter((each) => !isIt(each));
      else if (at >= 0) cookies = cookies.with(at, cookie);
      else cookies = [...cookies, cookie].slice(-mostCookies);
    },
    cookiesFor(place) {
      if (cookies.length === 0) return '';
      return cookies
        .filter((cookie) => belongs(cookie, place) && (cookie.expiresMs === never || cookie.expiresMs > wallMs()))
        .toSorted((a, b) => b.path.length - a.path.length)
        .map(({ name, value }) => `${name}=${value}`)
        .join('; ');
    },
  };
}

const never = Number.POSITIVE_INFINITY;

function belongs({ domain, isHostOnly, path, isSecure }: Cookie, place: CookiePlace): boolean {
  const isDomain = isHostOnly ? domain === place.host : domainMatches(place.host, domain);
  return isDomain && pathMatches(place.path, path) && (place.isSecure || !isSecure);
}

function domainMatches(host: string, domain: string): boolean {
  return host === domain || (host.endsWith(`.${domain}`) && !isAddress(host));
}

function isAddress(host: string): boolean {
  return isIP(host.replace(/^\[|\]$/g, '')) !== 0;
}

function pathMatches(path: string, own: string): boolean {
  return path === own || (path.startsWith(own) && (own.endsWith('/') || path[own.length] === '/'));
}

/** The cookie in a field; undefined when it is none, or none that this host may set. */
function parseCookie(written: string, { host, path }: CookiePlace, wallMs: () => number): Cookie | undefined {
  const [pair = '', ...attributes] = written.split(';');
  const equals = pair.indexOf('=');
  const name = pair.slice(0, Math.max(equals, 0)).trim();
  const value = pair.slice(equals + 1).trim();
  if (name === '' || name.length + value.length > mostBytes || !/^[^\p{Cc}]*$/u.test(name + value)) return undefined;
  const given = attributesOf(attributes);
  const domain = (given.get('domain') ?? '').replace(/^\./, '').toLowerCase();
  if (domain !== '' && !domainMatches(host, domain)) return undefined;
  // A domain of one label is a whole registry: only the host of that very name may set it.
  if (domain !== host && domain !== '' && !domain.includes('.')) return undefined;
  const ownPath = given.get('path') ?? '';
  return {
    name,
    value,
    domain: domain === '' ? host : domain,
    isHostOnly: domain === '',
    path: ownPath.startsWith('/') ? ownPath : defaultPath(path),
    isSecure: given.has('secure'),
    expiresMs: expiryOf(given, wallMs),
  };
}

/** Names in lower case; of several the last counts. */
function attributesOf(attributes: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    attributes.map((attribute) => {
      const equals = attribute.indexOf('=');
      const end = equals < 0 ? attribute.length : equals;
      return [attribute.slice(0, end).trim().toLowerCase(), attribute.slice(end + 1).trim()];
    }),
  );
}

/** The path up to its last slash (RFC 6265, 5.1.4). */
function defaultPath(path: string): string {
  const slash = path.lastIndexOf('/');
  return path.startsWith('/') && slash > 0 ? path.slice(0, slash) : '/';
}

/** `Max-Age` counts before `Expires` (RFC 6265, 5.3). */
function expiryOf(given: ReadonlyMap<string, string>, wallMs: () => number): number {
  const maxAge = given.get('max-age') ?? '';
  if (/^-?\d+$/.test(maxAge)) return Number(maxAge) <= 0 ? 0 : wallMs() + Number(maxAge) * 1000;
  const expires = given.get('expires');
  return expires === undefined ? never : (cookieDateMs(expires) ?? never);
}
