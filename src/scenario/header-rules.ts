/** Header fields that say how a request is framed, or that belong to its connection: used where rampart can, else refused. */

/** A field that cannot be sent, by its name as the user wrote it, and why. */
interface HeaderMistake {
  readonly name: string;
  readonly message: string;
}

type Rule = (value: string) => string | undefined;

const remove = 'remove it';

/** By lower-case name; the message says why a value cannot be sent, undefined when it can. */
const rules: Readonly<Record<string, Rule>> = {
  'content-length': (value) =>
    /^\d+$/.test(value) ? undefined : `must be the length of the body in bytes; rampart counts it itself: ${remove}`,
  'transfer-encoding': (value) =>
    value.toLowerCase() === 'chunked' ? undefined : 'must be chunked, the only transfer coding that rampart can make',
  te: (value) =>
    value.toLowerCase() === 'trailers' ? undefined : 'must be trailers: rampart reads no other transfer coding',
  connection: (value) => {
    const options = value.split(',').map((option) => option.trim().toLowerCase());
    const isKnown = options.every((option) => ['close', 'keep-alive', 'te'].includes(option));
    if (isKnown && !(options.includes('close') && options.includes('keep-alive'))) return undefined;
    return 'must be close or keep-alive, perhaps with TE';
  },
  upgrade: () => `must not be given: rampart speaks HTTP on a connection from beginning to end; ${remove}`,
  'http2-settings': () =>
    `must not be given: rampart changes no connection to HTTP/2 (load: { http: 2 } begins with it)`,
  trailer: () => `must not be given: it announces fields behind the body, and rampart sends none; ${remove}`,
};

/** Every field of a request that cannot go out as it stands, whatever the version of HTTP. */
export function headerMistakes(headers: Readonly<Record<string, string>>): HeaderMistake[] {
  const names = Object.keys(headers);
  const lower = names.map((name) => name.toLowerCase());
  const mistakes = Object.entries(headers).flatMap(([name, value], index) => {
    const first = lower.indexOf(name.toLowerCase());
    if (first !== index) return [{ name, message: `is the same header as ${names[first]}: give it once` }];
    const message = rules[name.toLowerCase()]?.(value);
    return message === undefined ? [] : [{ name, message: `${message}, got ${JSON.stringify(value)}` }];
  });
  const coding = lower.indexOf('transfer-encoding');
  const length = names[lower.indexOf('content-length')];
  if (coding >= 0 && length !== undefined)
    mistakes.push({
      name: length,
      message: `must not be given beside ${names[coding]}: which of the two says where the body ends?`,
    });
  return mistakes;
}

/** Fields that belong to one connection, which HTTP/2 has no place for (RFC 9113, 8.2.2); `te: trailers` is allowed there. */
const connectionFields = ['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'];

/** Every field of a request that HTTP/2 does not have. */
export function http2HeaderMistakes(headers: Readonly<Record<string, string>>): HeaderMistake[] {
  return Object.entries(headers).flatMap(([name, value]) => {
    if (connectionFields.includes(name.toLowerCase()))
      return [
        { name, message: `must not be given with load.http: 2, which does not have it: ${remove}, or the http key` },
      ];
    if (name.toLowerCase() === 'host' && value === '')
      return [{ name, message: 'must not be empty with load.http: 2 (RFC 9113, 8.3.1)' }];
    return [];
  });
}
