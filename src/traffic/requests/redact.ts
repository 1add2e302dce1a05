/** What no scenario should hold: secrets and people in query strings and paths, put out of sight before anything is kept. */
import { isSecretName } from '../../model/secret-names.ts';

const stand = 'redacted';

/** Words in the name of a parameter whose value is a person, or lets one act as a person, beside those of secrets. */
const people = new Set(['csrf', 'cvv', 'email', 'iban', 'login', 'msisdn', 'phone', 'ssn', 'username', 'xsrf']);
/** Words of both, written together with others. */
const within = /token|secret|passw|signature|apikey|e-?mail|session|sessid|credential|authoriz/i;

/** Whether the value of a parameter of this name is put out of sight: more than is secret in a scenario, for nobody chose what a log holds. */
export function isPrivateName(name: string): boolean {
  if (within.test(name) || isSecretName(name)) return true;
  const parts = name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return parts.some((part) => people.has(part));
}

/** Values that are secrets or people whatever they are called: JSON web tokens and e-mail addresses. */
const telling = /eyJ[\w-]{8,}\.[\w-]{8,}|[^/?&=@\s]+(?:@|%40)[\w-]+(?:\.[\w-]+)+/i;
const tellingAll = new RegExp(telling.source, 'gi');

/** The target without them; `told` hears what was put out of sight, as the name of its parameter or what it is. */
export function redacted(target: string, told: (what: string) => void): string {
  const isTelling = telling.test(target);
  const at = target.indexOf('?');
  if (at < 0 && !isTelling) return target;
  const path = at < 0 ? target : target.slice(0, at);
  const plainPath = isTelling ? withoutTelling(path, told) : path;
  return at < 0 ? plainPath : `${plainPath}?${redactedQuery(target.slice(at + 1), told)}`;
}

function redactedQuery(query: string, told: (what: string) => void): string {
  return query
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      if (equals < 0) return telling.test(pair) ? withoutTelling(pair, told) : pair;
      const name = pair.slice(0, equals);
      if (equals + 1 === pair.length) return pair;
      if (isPrivateName(decoded(name))) {
        told(`the parameter ${decoded(name).slice(0, 40)}`);
        return `${name}=${stand}`;
      }
      return telling.test(pair) ? withoutTelling(pair, told) : pair;
    })
    .join('&');
}

function withoutTelling(text: string, told: (what: string) => void): string {
  return text.replace(tellingAll, (found) => {
    told(found.startsWith('eyJ') ? 'JSON web tokens' : 'e-mail addresses');
    return stand;
  });
}

function decoded(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
