/** What a secret may look like where somebody else has written it down: escaped, encoded, or line by line; pure. */

/** Shorter texts stand in too many others to be looked for. */
export const fewestSecretCharacters = 4;

/** Lines of a value of several lines are secrets of their own when they have as many characters; shorter ones are fences and braces. */
const fewestLineCharacters = 8;

/** The fences of PEM stand around every key there is. */
const fence = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/;

/** Every text under which a value is looked for, none shorter than `fewestSecretCharacters`. */
export function secretForms(value: string): string[] {
  const lines = value.split(/\r\n|\r|\n/).map((line) => line.trim());
  const parts =
    lines.length > 1 ? lines.filter((line) => line.length >= fewestLineCharacters && !fence.test(line)) : [];
  const all = [value, value.trim(), ...parts].flatMap((part) => [...written(part), ...encoded(part)]);
  return [...new Set(all)].filter((form) => form.length >= fewestSecretCharacters);
}

/** As it stands in JSON (also of Go, also within JSON), YAML, HTML, Go's %q and a shell's quotes. */
function written(text: string): string[] {
  const json = inner(text);
  const ascii = json.replace(/[^\0-\x7f]/g, (unit) => `\\u${hex4(unit)}`);
  const go = json.replace(/[<>&\u2028\u2029]/g, (unit) => `\\u${hex4(unit)}`);
  return [
    text,
    ...[json, ascii, go].flatMap((form) => [form, inner(form), form.replaceAll('/', '\\/')]),
    text.replaceAll("'", "''"),
    text.replaceAll("'", "'\\''"),
    ...['&#39;', '&#x27;', "'", '&apos;'].flatMap((quote) =>
      ['&quot;', '&#34;', '"'].map((double) =>
        text
          .replaceAll('&', '&amp;')
          .replaceAll('<', '&lt;')
          .replaceAll('>', '&gt;')
          .replaceAll('"', double)
          .replaceAll("'", quote),
      ),
    ),
  ];
}

/** Without the quotes around it. */
function inner(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function hex4(unit: string): string {
  return unit.charCodeAt(0).toString(16).padStart(4, '0');
}

/** In URLs and forms, in base64 wherever it stands in what was encoded, and in hexadecimal. */
function encoded(text: string): string[] {
  const bytes = Buffer.from(text, 'utf8');
  const hex = bytes.toString('hex');
  return [...percentEncoded(text), ...base64Forms(bytes), ...(bytes.length > 3 ? [hex, hex.toUpperCase()] : [])];
}

/** What is kept as it is differs: by encodeURIComponent, RFC 3986, forms, Go's paths, and what only encodes what must be. */
function percentEncoded(text: string): string[] {
  const kept = [/[^A-Za-z0-9\-_.~!*'()]/g, /[^A-Za-z0-9\-_.~]/g, /[^A-Za-z0-9\-_.*]/g, /[^A-Za-z0-9\-_.~$&+=:@]/g];
  const strict = kept.map((others) => percent(text, others));
  const loose = percent(text, /[^\x21\x22\x24-\x7e]/g);
  const all = [...strict, loose];
  return [...all, ...all.map((form) => form.replaceAll('%20', '+'))].flatMap((form) => [form, lowerHex(form)]);
}

function percent(text: string, others: RegExp): string {
  return text.replace(new RegExp(others.source, 'gu'), (character) =>
    Array.from(Buffer.from(character, 'utf8'), (byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join(
      '',
    ),
  );
}

function lowerHex(form: string): string {
  return form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
}

/** Fewer bytes leave too little of what depends on nothing but them. */
const fewestBytesWithin = 6;

/** Whole, without what pads it; and what is left of it at each of the three places that bytes have in a longer text. */
function base64Forms(bytes: Buffer): string[] {
  const whole = bytes.toString('base64').replace(/=+$/, '');
  const within =
    bytes.length < fewestBytesWithin
      ? []
      : [0, 1, 2].map((before) => {
          const text = Buffer.concat([Buffer.alloc(before), bytes])
            .toString('base64')
            .replace(/=+$/, '');
          const isCut = (before + bytes.length) % 3 !== 0;
          return text.slice(Math.ceil((before * 8) / 6), isCut ? -1 : undefined);
        });
  return [whole, ...within].flatMap((form) => [form, form.replaceAll('+', '-').replaceAll('/', '_')]);
}
