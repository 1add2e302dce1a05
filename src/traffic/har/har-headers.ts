/** Which headers of a recorded request are sent again. */

import { type OutsideValue, outsideValue, plain, reference } from '../requests/imported-request.ts';
import { isPrivateName } from '../requests/redact.ts';

/** Of one connection (RFC 9110, 7.6.1), or made anew for each request. */
const ofConnection = [
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect',
  'content-length',
  'host',
];
/** Of the browser's cache and its rules: with them an answer would be another than the recorded one. */
const ofBrowser = [
  'if-none-match',
  'if-modified-since',
  'if-match',
  'if-unmodified-since',
  'if-range',
  'cache-control',
  'pragma',
  'dnt',
  'priority',
  'upgrade-insecure-requests',
];

/** The headers without those; where a value is one that nobody should keep, it comes from outside, and `outside` hears which. */
export function harHeaders(
  given: readonly { readonly name: string; readonly value: string }[],
  outside: (value: OutsideValue) => void,
): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const { name, value } of given) {
    const lower = name.toLowerCase();
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name) || !/^[\t\x20-\x7e]*$/.test(value)) continue;
    if (ofConnection.includes(lower) || ofBrowser.includes(lower) || lower.startsWith('sec-')) continue;
    if (lower.startsWith('proxy-')) continue;
    if (lower !== 'cookie' && !isPrivateName(name)) {
      headers[name] = plain(value);
      continue;
    }
    const from = outsideValue(name, `the value of the header ${name}`);
    outside(from);
    headers[name] = reference(from);
  }
  return headers;
}
