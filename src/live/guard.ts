/**
 * Who may do what at the live page; pure. Only names of this machine are answered to, so that no site can have its own name point here (DNS
 * rebinding); what another site's page asks for is refused; and to stop the run takes the token that the terminal printed.
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

/** The header that carries the token: no form of another site can send it. */
const tokenHeader = 'x-rampart-token';

const ownNames = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/** Why nobody may have an answer to this; undefined where one may. Forwarded ports keep their name, whatever their number. */
export function foreignAsk({ headers }: Asked): Refusal | undefined {
  const host = textOf(headers['host']);
  if (!ownNames.test(host)) {
    return { status: 403, why: `This page answers to 127.0.0.1 and localhost only, not to ${JSON.stringify(host)}.` };
  }
  const origin = textOf(headers['origin']);
  if (origin !== '' && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return { status: 403, why: 'Other sites may not ask here.' };
  }
  return undefined;
}

/** Why this may not read along; a link that somebody follows to here is none of those. */
export function foreignRead({ method, headers }: Asked): Refusal | undefined {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405, why: 'Only GET is answered here.' };
  const site = textOf(headers['sec-fetch-site']);
  if (site === '' || site === 'same-origin' || site === 'none') return undefined;
  if (textOf(headers['sec-fetch-mode']) === 'navigate' && textOf(headers['sec-fetch-dest']) === 'document')
    return undefined;
  return { status: 403, why: 'Other sites may not ask here.' };
}

/** Why this may not stop the run. */
export function refusedStop(asked: Asked, token: string): Refusal | undefined {
  if (asked.method !== 'POST') return { status: 405, why: 'To stop the run takes a POST.' };
  const site = textOf(asked.headers['sec-fetch-site']);
  if (site !== '' && site !== 'same-origin') return { status: 403, why: 'Other sites may not stop the run.' };
  if (!isSame(textOf(asked.headers[tokenHeader]), token)) {
    return {
      status: 403,
      why: 'To stop the run takes the address that its terminal printed, whole: its token is behind the #.',
    };
  }
  return undefined;
}

function textOf(value: string | readonly string[] | undefined): string {
  return typeof value === 'string' ? value : '';
}

/** Compared in a time that tells nothing of where they differ. */
function isSame(given: string, token: string): boolean {
  const [left, right] = [Buffer.from(given), Buffer.from(token)];
  return left.length === right.length && timingSafeEqual(left, right);
}
