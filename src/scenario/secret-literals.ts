/** Secrets that stand in a scenario as they are, by the kind of place they stand in. */
import { isNamedSetting, isSecretName } from '../model/secret-names.ts';

type Path = readonly PropertyKey[];

/** Schemes of an Authorization header, and what follows them (RFC 9110, 11.4). */
const scheme = /^([A-Za-z][\w-]*) +(\S[\s\S]*)$/;

/** Maps whose keys name what their values are. */
const namedValues: ReadonlySet<PropertyKey> = new Set(['headers', 'env', 'buildArgs', 'cookies', 'query', 'form']);

/** Everything in a value that is secret by its place: what a header, variable or field of such a name holds, passwords of URLs and of `basicAuth`. */
export function secretLiterals(path: Path, value: string): string[] {
  const isTemplate = path[0] === 'load';
  const found = literals(path, value).flatMap((secret) => {
    if (!isTemplate) return [secret];
    // A place of a feeder, or of what a flow extracts, is none; `$${` is sent as `${`.
    return place.test(secret) ? [] : [secret, secret.replaceAll('$${', () => '${')];
  });
  return [...new Set(found)];
}

const place = /(?<!\$)\$\{[A-Za-z_][\w-]*(?:\.[\w-]+)?\}/;

function literals(path: Path, value: string): string[] {
  const [key = '', ...above] = path.toReversed();
  const name = String(key);
  return [
    ...(above[0] === 'basicAuth' && name === 'password' ? [value] : []),
    ...(isNamed(above, name) ? namedSecrets(name, value) : []),
    ...(path[0] === 'faults' ? headerSecrets(value) : []),
    ...userInfoSecrets(value),
    ...(name === 'path' || name === 'url' || name === 'http' ? querySecrets(value) : []),
    ...(name === 'body' ? bodySecrets(value) : []),
  ];
}

function isNamed([map, service]: Path, name: string): boolean {
  const isOfService = service === 'env' || service === 'buildArgs';
  return isSecretName(name) && ((map !== undefined && namedValues.has(map)) || isOfService);
}

function namedSecrets(name: string, value: string): string[] {
  if (/^(?:set-)?cookie$/i.test(name)) return [value, ...cookieValues(value)];
  const [, kind = '', rest = ''] = scheme.exec(value) ?? [];
  if (!/auth/i.test(name) || rest === '') return [value];
  return [rest, ...(kind.toLowerCase() === 'basic' ? basicSecrets(rest) : []), ...quotedSecrets(rest)];
}

/** A header as commands take it: `Authorization: Bearer …`. */
function headerSecrets(word: string): string[] {
  const [, name = '', value = ''] = /^([A-Za-z][\w-]*): *(\S[^\n]*)$/.exec(word) ?? [];
  return isSecretName(name) ? namedSecrets(name, value) : [];
}

function cookieValues(value: string): string[] {
  return value.split(/; */).map((pair) => pair.slice(pair.indexOf('=') + 1));
}

function basicSecrets(encoded: string): string[] {
  const text = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return colon < 0 || text.includes('\ufffd') ? [] : [text, text.slice(colon + 1)];
}

/** `response="…"` of Digest, `Signature=…` of AWS. */
function quotedSecrets(rest: string): string[] {
  return [...rest.matchAll(/\b(?:response|signature|token)="?([^",\s]+)/gi)].map(([, secret = '']) => secret);
}

/** The password of an address, or its only part before `@` (RFC 3986, 3.2.1), as written and decoded. */
export function userInfoSecrets(value: string): string[] {
  return [...value.matchAll(/[A-Za-z][A-Za-z\d+.-]*:\/\/([^/?#\s@]*)@/g)].flatMap(([, info = '']) => {
    const colon = info.indexOf(':');
    const part = colon < 0 ? info : info.slice(colon + 1);
    if (colon < 0) return [part, percentDecoded(part)];
    // It is sent as an Authorization header.
    return [part, percentDecoded(part), Buffer.from(percentDecoded(info), 'utf8').toString('base64')];
  });
}

function querySecrets(value: string): string[] {
  return pairSecrets(value.slice(value.indexOf('?') + 1).replace(/#.*$/s, ''));
}

function pairSecrets(text: string): string[] {
  return text.split('&').flatMap((pair) => {
    const equals = pair.indexOf('=');
    const [name, value] = [decoded(pair.slice(0, equals)), pair.slice(equals + 1)];
    return equals > 0 && isSecretName(name) && !isNamedSetting(name, value) ? both(value) : [];
  });
}

/** Fields of JSON and of forms, by their names. */
function bodySecrets(body: string): string[] {
  const fields = [...body.matchAll(/"((?:[^"\\]|\\.)*)"\s*:\s*"((?:[^"\\]|\\.)*)"/g)].flatMap(
    ([, name = '', text = '']) => (isSecretName(name) && !isNamedSetting(name, text) ? [unescaped(text)] : []),
  );
  return [...fields, ...(/^[^\s{<]+=/.test(body) ? pairSecrets(body) : [])];
}

function unescaped(text: string): string {
  try {
    return String(JSON.parse(`"${text}"`));
  } catch {
    return text;
  }
}

function both(text: string): string[] {
  return [text, decoded(text)];
}

function decoded(text: string): string {
  return percentDecoded(text.replaceAll('+', ' '));
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
