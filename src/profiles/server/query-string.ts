/** A query string to its parameters, as Go's net/url and profefe read them; pure. */

/** The first value of each parameter. */
export type Parameters = ReadonlyMap<string, string>;

/** Parameters that are not understood are kept, for nobody looks at them; a pair with a bad escape or a semicolon is none, as in Go. */
export function parseQuery(query: string): Parameters {
  const found = new Map<string, string>();
  for (const pair of query.split('&')) {
    if (pair === '' || pair.includes(';')) continue;
    const [name = '', ...rest] = pair.split('=');
    const [key, value] = [formDecoded(name), formDecoded(rest.join('='))];
    if (key !== undefined && value !== undefined && !found.has(key)) found.set(key, value);
  }
  return found;
}

const badEscape = /%(?![0-9a-f]{2}).{0,2}/is;

/** The first escape in a text that is none, such as `%GG`; undefined when all are good. */
export function badEscapeIn(text: string): string | undefined {
  return badEscape.exec(text)?.[0];
}

/** Undoes form encoding once; undefined when an escape is none. Bytes that are no UTF-8 become U+FFFD. */
export function formDecoded(text: string): string | undefined {
  if (badEscapeIn(text) !== undefined) return undefined;
  return percentDecoded(text.replaceAll('+', ' '));
}

/** Undoes percent encoding once, where all escapes are good; a plus stays one. */
export function percentDecoded(text: string): string {
  return text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString('utf8'));
}
