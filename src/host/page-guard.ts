/**
 * Who may ask the pages and the API of this machine; pure. Only its own names are answered to, so that no site can have its own name point here
 * (DNS rebinding), and what another site's page asks for is refused.
 */
import { timingSafeEqual } from 'node:crypto';

/** What a request says of where it comes from; header names in lower case. */
export interface Asked {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}

/** Why a request is refused. */
export interface Refusal {
  readonly status: number;
  readonly why: string;
}

const ownNames = /^(?:127(?:\.\d{1,3}){3}|localhost|\[::1\])(?::\d{1,5})?$/i;

/** Why nobody may have an answer to this; undefined where one may. Forwarded ports keep their name, whatever their number. */
export function foreignAsk(asked: Asked): Refusal | undefined {
  const host = headerText(asked.headers['host']);
  if (!ownNames.test(host)) {
    return { status: 403, why: `This page answers to 127.0.0.1 and localhost only, not to ${JSON.stringify(host)}.` };
  }
  return foreignOrigin(asked, ['http']);
}

/** Why the page that asks this is of another site, whatever this one is called. */
export function foreignOrigin({ headers }: Asked, schemes: readonly string[]): Refusal | undefined {
  const [host, origin] = [headerText(headers['host']), headerText(headers['origin'])].map((name) => name.toLowerCase());
  if (origin === '' || schemes.some((scheme) => origin === `${scheme}://${host}`)) return undefined;
  return otherSite;
}

const otherSite: Refusal = { status: 403, why: 'Other sites may not ask here.' };

/** Why this may not read along. */
export function foreignRead(asked: Asked): Refusal | undefined {
  return isRead(asked) ? foreignSite(asked) : { status: 405, why: 'Only GET is answered here.' };
}

/** Why the browser says that another site asks this; a link that somebody follows to here is none of those. */
export function foreignSite(asked: Asked): Refusal | undefined {
  const [site, mode, into] = ['site', 'mode', 'dest'].map((name) => headerText(asked.headers[`sec-fetch-${name}`]));
  if (site === '' || site === 'same-origin' || site === 'none') return undefined;
  return isRead(asked) && mode === 'navigate' && into === 'document' ? undefined : otherSite;
}

function isRead({ method }: Asked): boolean {
  return method === 'GET' || method === 'HEAD';
}

/** A header that came once; empty when it did not. */
export function headerText(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Compared in a time that tells nothing of where they differ. */
export function isSameSecret(given: string, token: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}
