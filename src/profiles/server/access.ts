/** Whether a request carries the token, as a bearer or as the password of a user of any name, which URLs and browsers can give. */
import { randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import { isSameSecret } from '../../host/page-guard.ts';
import { ApiError } from './api-error.ts';

/** Names the token in the environment. */
export const tokenVariable = 'RAMPART_PROFILES_TOKEN';

/** A token that nobody can guess. */
export function newToken(): string {
  return randomBytes(24).toString('base64url');
}

/** Throws an ApiError when the token is missing or another; where there is none, everybody has access. */
export function checkToken({ authorization = '' }: IncomingHttpHeaders, token: string | undefined): void {
  if (token === undefined || isSameSecret(givenToken(authorization), token)) return;
  throw new ApiError(
    401,
    authorization === ''
      ? 'this server wants its token: Authorization: Bearer TOKEN, or http://:TOKEN@HOST:PORT/...'
      : 'this is not the token of this server',
    { headers: { 'www-authenticate': 'Basic realm="rampart profiles", charset="UTF-8"' } },
  );
}

function givenToken(authorization: string): string {
  const [, scheme = '', value = ''] = /^(\S+) +(\S+)$/.exec(authorization.trim()) ?? [];
  if (scheme.toLowerCase() === 'bearer') return value;
  if (scheme.toLowerCase() !== 'basic') return '';
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return pair.includes(':') ? pair.slice(pair.indexOf(':') + 1) : '';
}
