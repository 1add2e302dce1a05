/** Unix sockets as people write them where a URL is wanted. */

/** The path of a socket, or why none is named, as the end of a sentence that begins with its key. */
export type NamedSocket = { readonly path: string } | { readonly mistake: string };

const wanted = 'the path of a Unix socket stands alone, as unix:///run/api.sock';

/**
 * Reads `unix:///run/api.sock` and `unix:/run/api.sock`, as Docker and gRPC write them, with what a URL escapes. Says of the forms of
 * others, which have the path of requests in them, how it is written here. Undefined where no Unix socket is meant.
 */
export function socketOf(text: string): NamedSocket | undefined {
  const { scheme = '', rest = '' } = /^(?<scheme>[a-z][a-z\d+.-]*):(?<rest>.*)$/is.exec(text)?.groups ?? {};
  const kind = scheme.toLowerCase();
  if (kind === 'unix') return socketAt(rest.replace(/^\/\/(?=\/)/, ''));
  // As nginx writes one in proxy_pass, and got in a URL: http://unix:/run/api.sock:/path.
  const [, nginx] = /^https?:\/\/unix:(.*)$/is.exec(text) ?? [];
  // As Python's requests-unixsocket and others do: http+unix://%2Frun%2Fapi.sock/path.
  const [, escaped] = /^(?:https?\+unix|https?):\/\/(%2f[^/?#]*)/i.exec(text) ?? [];
  if (nginx === undefined && escaped === undefined && !/^https?\+unix$/.test(kind)) return undefined;
  const path = nginx?.split(':')[0] ?? unescaped(escaped ?? '') ?? '';
  const behind = nginx === undefined ? /^[^:]*:\/\/[^/]*(\/.*)$/s.exec(text)?.[1] : /:(\/.*)$/s.exec(nginx)?.[1];
  return { mistake: `names a Unix socket, whose requests have their path elsewhere: ${written(path, behind)}` };
}

function socketAt(rest: string): NamedSocket {
  const path = unescaped(rest);
  if (path === undefined) return { mistake: `has a % that begins no escape: ${wanted}` };
  if (/[?#]|:\//.test(rest) || path.endsWith('/'))
    return {
      mistake: `names more than a Unix socket: ${written(rest.split(/[?#]|:(?=\/)/)[0] ?? '', /:(\/.*)$/s.exec(rest)?.[1])}`,
    };
  if (path.startsWith('//') || !path.startsWith('/'))
    return {
      mistake: `names no absolute path: ${wanted}; target: { socket: api.sock } counts from the folder of the scenario`,
    };
  return /\p{Cc}/u.test(path) ? { mistake: `has control characters: ${wanted}` } : { path };
}

/** How a socket and the path of requests are written apart. */
function written(path: string, ofRequests = '/'): string {
  const socket = /^\/[^\s\p{Cc}]+$/u.test(path) ? path.replace(/\/+$/, '') : '/run/api.sock';
  return `unix://${socket} here, and ${JSON.stringify(ofRequests)} in load.request.path`;
}

function unescaped(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
