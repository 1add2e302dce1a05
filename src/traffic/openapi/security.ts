/** What an operation wants of its callers: nobody's secrets are in a description, so they come from outside. */
import { type OutsideValue, outsideValue, reference } from '../requests/imported-request.ts';
import { isMap, type Map_ } from './documents.ts';

/** What is added to a request, what has to be set for it, and what nothing can be added for. */
export interface Security {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: readonly string[];
  readonly basicAuth?: { readonly user: string; readonly password: string };
  readonly outside: readonly OutsideValue[];
  readonly notes: readonly string[];
}

const nothing: Security = { headers: {}, query: [], outside: [], notes: [] };

/** What the first of the ways to be let in asks for; nothing where one of them is open. */
export function securityOf(operation: Map_, root: Map_): Security {
  const ways = operation['security'] ?? root['security'];
  if (!Array.isArray(ways) || ways.some((way) => isMap(way) && Object.keys(way).length === 0)) return nothing;
  const [first] = ways;
  if (!isMap(first)) return nothing;
  const components = isMap(root['components']) ? root['components'] : {};
  const schemes = components['securitySchemes'] ?? root['securityDefinitions'];
  return Object.keys(first)
    .map((name) => schemeOf(isMap(schemes) ? schemes[name] : undefined, name))
    .reduce(
      (all, next) =>
        ({
          headers: { ...all.headers, ...next.headers },
          query: [...all.query, ...next.query],
          ...(all.basicAuth || next.basicAuth ? { basicAuth: next.basicAuth ?? all.basicAuth } : {}),
          outside: [...all.outside, ...next.outside],
          notes: [...all.notes, ...next.notes],
        }) as Security,
      nothing,
    );
}

function schemeOf(scheme: unknown, name: string): Security {
  if (!isMap(scheme)) return { ...nothing, notes: [`It wants ${name}, which the description does not describe.`] };
  const { type, in: place, name: key, scheme: kind } = scheme;
  const isBasic = type === 'basic' || (type === 'http' && String(kind).toLowerCase() === 'basic');
  if (isBasic) {
    const user = outsideValue(`${name} user`, `the user of ${name}`);
    const password = outsideValue(`${name} password`, `the password of ${name}`);
    return {
      ...nothing,
      basicAuth: { user: reference(user), password: reference(password) },
      outside: [user, password],
    };
  }
  if (type === 'mutualTLS')
    return { ...nothing, notes: [`It wants a client certificate (${name}): target.tls.cert and key.`] };
  const value = outsideValue(name, type === 'apiKey' ? `the ${String(key)} of ${name}` : `the bearer token of ${name}`);
  const outside = [value];
  if (type !== 'apiKey') return { ...nothing, headers: { Authorization: `Bearer ${reference(value)}` }, outside };
  if (place === 'query')
    return { ...nothing, query: [`${encodeURIComponent(String(key))}=${reference(value)}`], outside };
  const header =
    place === 'cookie' ? { Cookie: `${String(key)}=${reference(value)}` } : { [String(key)]: reference(value) };
  return { ...nothing, headers: header, outside };
}
