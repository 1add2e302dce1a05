/** Where a redirect leads, and whether it may be followed (RFC 9110, 15.4). */
import { shownUrl } from './page-url.ts';

/** As many as Go's and Prometheus's clients follow. */
const mostHops = 10;

/** Whether a status says that a GET is answered elsewhere. */
export function redirects(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/**
 * The next URL after those that were passed. It stays on the host that was named, because that is the one we may talk to and the one whose
 * numbers are wanted; its port and scheme may change, as for an upgrade to https. Credentials go to the same scheme, host and port only.
 * Throws an Error fit to be shown for another host, a circle, too many, or a location that is none.
 */
export function nextUrl(passed: readonly URL[], location: string | undefined): URL {
  const [first, last] = [passed[0], passed.at(-1)];
  if (first === undefined || last === undefined) throw new Error('nothing was asked before this redirect');
  const where = `${shownUrl(first.href)} redirects`;
  if (location === undefined || !URL.canParse(location, last.href)) {
    throw new Error(`${where} to ${location === undefined ? 'nowhere: it has no Location' : JSON.stringify(location)}`);
  }
  const next = new URL(location, last);
  next.username = next.origin === last.origin ? last.username : '';
  next.password = next.origin === last.origin ? last.password : '';
  next.hash = '';
  if (next.protocol !== 'http:' && next.protocol !== 'https:') {
    throw new Error(`${where} to ${JSON.stringify(location)}, which is no http address`);
  }
  if (next.hostname !== first.hostname) {
    throw new Error(
      `${where} to another host, ${shownUrl(next.href)}, and is not followed there; give the address that answers`,
    );
  }
  if (passed.some(({ href }) => href === next.href)) {
    throw new Error(`${where} in a circle: ${[...passed, next].map(({ href }) => shownUrl(href)).join(' to ')}`);
  }
  if (passed.length > mostHops) {
    throw new Error(`${where} more than ${mostHops} times, at last to ${shownUrl(next.href)}`);
  }
  return next;
}
