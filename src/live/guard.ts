/** Who may stop the run at its live page: whoever has the token that the terminal printed; pure. */
import { type Asked, headerText, isSameSecret, type Refusal } from '../host/page-guard.ts';

/** The header that carries the token: no form of another site can send it. */
const tokenHeader = 'x-rampart-token';

/** Why this may not stop the run. */
export function refusedStop(asked: Asked, token: string): Refusal | undefined {
  if (asked.method !== 'POST') return { status: 405, why: 'To stop the run takes a POST.' };
  const site = headerText(asked.headers['sec-fetch-site']);
  if (site !== '' && site !== 'same-origin') return { status: 403, why: 'Other sites may not stop the run.' };
  if (!isSameSecret(headerText(asked.headers[tokenHeader]), token)) {
    return {
      status: 403,
      why: 'To stop the run takes the address that its terminal printed, whole: its token is behind the #.',
    };
  }
  return undefined;
}
