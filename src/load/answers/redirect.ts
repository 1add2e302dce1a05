/** What a redirect asks for next (RFC 9110, 15.4), with the choices of browsers (Fetch, 4.4) where that leaves any. */

/** A request as far as redirects change it. */
export interface RedirectedRequest {
  readonly method: string;
  /** Absolute, without a fragment. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Whether the body goes with it. */
  readonly hasBody: boolean;
}

const statuses = [301, 302, 303, 307, 308];

/** Whether a status says that the answer is elsewhere. */
export function isRedirect(status: number): boolean {
  return statuses.includes(status);
}

/** Fields that describe a body, and go with it. */
const bodyFields = [
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
  'content-location',
  'transfer-encoding',
  'expect',
];

/** Fields that are meant for one host only. */
const hostFields = ['authorization', 'cookie', 'proxy-authorization', 'host'];

/** The request that a redirect asks for; undefined where its Location is no place that HTTP leads to. */
export function redirected(sent: RedirectedRequest, status: number, location: string): RedirectedRequest | undefined {
  if (!URL.canParse(location, sent.url.href)) return undefined;
  const url = new URL(location, sent.url);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined;
  url.hash = '';
  const isGet = turnsToGet(sent.method, status);
  const left = [...(isGet ? bodyFields : []), ...(url.origin === sent.url.origin ? [] : hostFields)];
  const headers = Object.fromEntries(
    Object.entries(sent.headers).filter(([name]) => !left.includes(name.toLowerCase())),
  );
  return { method: isGet ? 'GET' : sent.method, url, headers, hasBody: sent.hasBody && !isGet };
}

/** A POST becomes a GET at 301 and 302, whatever is not GET or HEAD at 303; at 307 and 308 nothing changes. */
function turnsToGet(method: string, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return method === 'POST' && (status === 301 || status === 302);
}
