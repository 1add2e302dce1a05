/** URLs that a user gives: on this machine, and without parts that nothing would use. */
import { isLoopback } from './loopback.ts';

/** What a URL may be; where user name and password go instead, unless they may stand in it. */
interface UrlRule {
  readonly schemes: readonly ('http' | 'https')[];
  readonly credentials?: string;
}

/** The places that take a URL: that of the load, and those of what is observed. */
const rules = {
  load: {
    schemes: ['http', 'https'],
    credentials: 'they go into load.request, as basicAuth: { user: anna, password: secret }',
  },
  observed: { schemes: ['http'] },
} as const satisfies Readonly<Record<string, UrlRule>>;

/** What a URL is for. */
export type UrlPurpose = keyof typeof rules;

/** Why a text is no URL for this purpose, as the end of a sentence that begins with its key; undefined when it is one. */
export function urlMistake(text: string, purpose: UrlPurpose): string | undefined {
  const { schemes, credentials }: UrlRule = rules[purpose];
  const wanted = `must be an ${schemes.join(' or ')} URL on a loopback address`;
  const [, scheme, authority = '', rest = ''] = /^([A-Za-z][A-Za-z\d+.-]*):\/\/([^/?#]*)(.*)$/s.exec(text) ?? [];
  if (/^unix:/i.test(text)) return `${wanted}; a Unix socket is named by target: { socket: /run/api.sock }`;
  if (credentials !== undefined && authority.includes('@'))
    return `must have no user name and password in it: ${credentials}`;
  if (/[\0-\x20\x7f\\]/.test(text)) return `${wanted} without blanks, control characters and backslashes`;
  if (!schemes.some((each) => each === scheme?.toLowerCase()) || !URL.canParse(text)) return wanted;
  const { hostname, port } = new URL(text);
  if (!isLoopback(hostname)) return wanted;
  if (port === '0') return 'must have a port from 1 to 65535';
  if (rest.includes('#')) return 'must have no fragment: what stands behind # is never sent (%23 is a plain #)';
  return undefined;
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
