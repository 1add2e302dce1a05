/** Request lines and targets as servers log them, to method, target and host. */

/** A line without a request in it: one that cannot be read, or that tells of something else, such as a TLS handshake on a plain port. */
export interface NoRequest {
  readonly kind: 'unreadable' | 'other';
  readonly why: string;
}

/** The method and the target of a request. */
export interface Asked {
  readonly method: string;
  readonly target: string;
  /** The host of a target that is a whole URL, as proxies are asked. */
  readonly host?: string;
}

/** A request line such as `GET /items?id=1 HTTP/1.1`; with `escapes` its bytes may be written as `\x22`, as nginx and Apache do. */
export function askedBy(line: string, escapes: boolean): Asked | NoRequest {
  const first = line.indexOf(' ');
  const method = line.slice(0, first);
  if (first < 1 || !/^[A-Z][A-Z-]*$/.test(method))
    return { kind: 'other', why: 'no HTTP request in it: an empty line, or bytes of another protocol' };
  const last = line.lastIndexOf(' ');
  const isVersion = last > first && line.startsWith('HTTP/', last + 1);
  return asked(method, line.slice(first + 1, isVersion ? last : undefined), escapes);
}

/** A method and a target that stand apart. */
export function asked(method: string, target: string, escapes: boolean): Asked | NoRequest {
  const encoded = /[^\x21\x22\x24-\x5b\x5d-\x7e]/.test(target) ? percentEncoded(target, escapes) : target;
  if (encoded.startsWith('/')) return { method, target: encoded };
  const url = /^https?:\/\/(?:[^/?#@]*@)?([^/?#]+)(.*)$/i.exec(encoded);
  if (url) {
    const [, host = '', rest = ''] = url;
    return { method, target: rest.startsWith('/') ? rest : `/${rest}`, host };
  }
  if (target.includes('\ufffd')) return { kind: 'unreadable', why: 'its path is no UTF-8' };
  return { kind: 'other', why: 'it asks for no path' };
}

/** With every byte that may not stand in a request target percent-encoded; what a log escapes and may stand there is itself again. */
function percentEncoded(text: string, escapes: boolean): string {
  const bytes = escapes
    ? text.replace(/\\(?:x([0-9a-fA-F]{2})|u00([0-9a-fA-F]{2})|([nrtbv"\\]))/g, (_, hex, json, one) =>
        hex || json ? ofByte(String(hex ?? json)) : (controls[String(one)] ?? String(one)),
      )
    : text;
  return bytes.replace(/[^\x21\x22\x24-\x7e]+/g, (characters) =>
    Array.from(Buffer.from(characters, 'utf8'), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  );
}

/** The byte of two hexadecimal digits as a target has it. */
function ofByte(hex: string): string {
  const character = String.fromCharCode(Number.parseInt(hex, 16));
  return /[\x21\x22\x24-\x7e]/.test(character) ? character : `%${hex.toUpperCase()}`;
}

const controls: Readonly<Record<string, string>> = {
  n: '%0A',
  r: '%0D',
  t: '%09',
  b: '%08',
  v: '%0B',
};
