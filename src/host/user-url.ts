/** URLs that a user gives: on hosts that rampart may talk to, and without parts that nothing would use. */
import { isIP } from 'node:net';
import type { AllowedHost } from '../model/scenario.ts';
import { allowedByAddress, allowedByName, namesAddresses, plainName } from './allowed-hosts.ts';
import { isLoopback } from './loopback.ts';
import { socketOf } from './socket-url.ts';

/** What a URL may be; where user name and password go instead, unless they may stand in it. */
interface UrlRule {
  readonly schemes: readonly ('http' | 'https')[];
  readonly credentials?: string;
  /** Whether it has to be on this machine; else `hostMistake` says. */
  readonly isLocal: boolean;
  /** Whether it may be that of a Unix socket. */
  readonly takesSockets?: boolean;
}

/** The places that take a URL: that of the load, those of what is looked at beside it, and those of an observation. */
const rules = {
  load: {
    schemes: ['http', 'https'],
    isLocal: false,
    takesSockets: true,
    credentials: `they go into load.request, as basicAuth: { user: anna, password: "\${env.PASSWORD}" }`,
  },
  beside: { schemes: ['http'], isLocal: false },
  observed: { schemes: ['http'], isLocal: true },
} as const satisfies Readonly<Record<string, UrlRule>>;

/** What a URL is for. */
export type UrlPurpose = keyof typeof rules;

/** Why a text is no URL for this purpose, as the end of a sentence that begins with its key; undefined when it is one. */
export function urlMistake(text: string, purpose: UrlPurpose): string | undefined {
  const { schemes, credentials, isLocal, takesSockets = false }: UrlRule = rules[purpose];
  const wanted = `must be an ${schemes.join(' or ')} URL${isLocal ? ' on a loopback address' : ''}`;
  const [, scheme, authority = '', rest = ''] = /^([A-Za-z][A-Za-z\d+.-]*):\/\/([^/?#]*)(.*)$/s.exec(text) ?? [];
  const socket = takesSockets ? socketOf(text) : undefined;
  if (socket) return 'mistake' in socket ? socket.mistake : undefined;
  if (credentials !== undefined && authority.includes('@'))
    return `must have no user name and password in it: ${credentials}`;
  if (/[\0-\x20\x7f\\]/.test(text)) return `${wanted} without blanks, control characters and backslashes`;
  if (!schemes.some((each) => each === scheme?.toLowerCase()) || !URL.canParse(text))
    return wanted + meantBy(text, takesSockets);
  const { hostname, port } = new URL(text);
  if (isLocal && !isLoopback(hostname)) return wanted;
  if (port === '0') return 'must have a port from 1 to 65535';
  if (rest.includes('#')) return 'must have no fragment: what stands behind # is never sent (%23 is a plain #)';
  return undefined;
}

/** What a text that is no URL may have been meant to be. */
function meantBy(text: string, takesSockets: boolean): string {
  if (/^https?:\/\/\[[^\]]*%/i.test(text)) return '; an address of one link (%eth0) can stand in none';
  if (takesSockets && /^\/[^/]/.test(text)) return ` (did you mean the Unix socket unix://${text}?)`;
  const isHost = /^(?:[a-z\d][\w.-]*|\[[\da-f:.]+\])(?::\d+)?(?:[/?]|$)/i.test(text);
  return isHost && !text.includes('@') && URL.canParse(`http://${text}`) ? ` (did you mean http://${text}?)` : '';
}

/** What is done with a host that is not this machine only by consent. */
const onlyByConsent = { load: 'load goes to others', beside: 'others are looked at' } as const;

/**
 * Why rampart may not speak to the host of a URL, as the end of a sentence that begins with its key; undefined when it may, or when that hangs on
 * the addresses that its name stands for.
 */
export function hostMistake(
  url: string,
  allow: readonly AllowedHost[],
  purpose: keyof typeof onlyByConsent = 'load',
): string | undefined {
  const { hostname } = new URL(url);
  if (isLoopback(hostname) || allowedByName(hostname, allow)) return undefined;
  const host = plainName(hostname);
  if (host === '0.0.0.0' || host === '::')
    return `names ${host}, on which servers listen and to which nobody connects: give ${host === '::' ? '[::1]' : '127.0.0.1'}`;
  if (isIP(host) === 0 && allow.some(namesAddresses)) return undefined;
  return `names ${host}, which is not this machine, and ${onlyByConsent[purpose]} only by consent: ${howToAllow(host)}`;
}

/** Why load may not go to what a host stands for, in the words of `hostMistake`; undefined when it may go to each of its addresses. */
export function addressMistake(
  host: string,
  addresses: readonly string[],
  allow: readonly AllowedHost[],
): string | undefined {
  if (!isLoopback(host) && allowedByName(host, allow)) return undefined;
  const refused = addresses.filter((address) => !isLoopback(address) && !allowedByAddress(address, allow));
  const [first] = refused;
  if (first === undefined) return undefined;
  const isAll = addresses.length === refused.length;
  const none = refused.length > 1 ? 'and none of these is allowed' : 'and that is not allowed';
  const some = `of which ${refused.join(', ')} ${refused.length > 1 ? 'are' : 'is'} not allowed`;
  return `names ${host}, which stands for ${addresses.join(', ')}, ${isAll ? none : some}: ${howToAllow(first)}`;
}

/** The host of a URL as it is looked up and dialled, an IPv6 address without brackets. */
export function hostOf(url: string): string {
  return new URL(url).hostname.replace(/^\[|\]$/g, '');
}

/** What a user does to allow a host. */
function howToAllow(host: string): string {
  const quoted = /^[\w.-]+$/.test(host) ? host : JSON.stringify(host);
  return `--allow-host ${host}, or target: { allow: [${quoted}] }`;
}

/** A text as messages may show it: without what could be a user name and password. */
export function withoutCredentials(text: string): string {
  return text.replace(/^.*@/s, '…@');
}

/** Path and query of a URL exactly as they are written, `/` where there is no path; `new URL` would rewrite them. */
export function requestTargetOf(url: string): string {
  const written = /^[^:]*:\/\/[^/?#]*([^#]*)/s.exec(url)?.[1] ?? '';
  return written.startsWith('/') ? written : `/${written}`;
}
