/** The body of a recorded request: as text, as bytes, or made of the fields of a form; passwords and tokens in it come from outside. */
import { type OutsideValue, outsideValue, plain, reference } from '../requests/imported-request.ts';
import { isPrivateName } from '../requests/redact.ts';

type Outside = (value: OutsideValue) => void;

/** What a recording keeps of a body. */
export interface PostData {
  readonly mimeType: string;
  readonly text?: string | undefined;
  readonly encoding?: string | undefined;
  readonly params?: readonly { readonly name: string; readonly value: string }[] | undefined;
}

/** A body as text in which `${` is a place, or as bytes that are no text; neither where there was none. */
export interface HarBody {
  readonly text?: string;
  readonly bytes?: Buffer;
  readonly notes: readonly string[];
}

/** The body of these data; `outside` hears what has to come from outside. */
export function harBody(data: PostData | undefined, outside: Outside): HarBody {
  if (!data) return { notes: [] };
  const { mimeType, text, encoding, params = [] } = data;
  if (text !== undefined && text !== '') {
    if (encoding !== 'base64') return { text: withoutSecrets(text, mimeType, outside), notes: [] };
    const bytes = Buffer.from(text, 'base64');
    const decoded = bytes.toString('utf8');
    return Buffer.from(decoded, 'utf8').equals(bytes)
      ? { text: withoutSecrets(decoded, mimeType, outside), notes: [] }
      : { bytes, notes: [] };
  }
  if (params.length === 0) return { notes: [] };
  if (/multipart/i.test(mimeType))
    return { notes: ['Its body of several parts is not in the recording: bodyFile takes one.'] };
  const form = params.map(({ name, value }) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).join('&');
  return { text: withoutSecrets(form, 'application/x-www-form-urlencoded', outside), notes: [] };
}

function withoutSecrets(text: string, mimeType: string, outside: Outside): string {
  if (/json/i.test(mimeType)) return jsonWithoutSecrets(text, outside);
  return /urlencoded/i.test(mimeType) ? formWithoutSecrets(text, outside) : plain(text);
}

function placeFor(name: string, outside: Outside): string {
  const value = outsideValue(name, `the value of the field ${name}`);
  outside(value);
  return reference(value);
}

/** Only the values of secret fields are others, the rest is sent as it was. */
function jsonWithoutSecrets(text: string, outside: Outside): string {
  const field = /"((?:[^"\\]|\\.)*)"(\s*:\s*)"(?:[^"\\]|\\.)*"/g;
  let made = '';
  let from = 0;
  for (const match of text.matchAll(field)) {
    const [whole, name = '', between = ''] = match;
    if (!isPrivateName(name)) continue;
    made += `${plain(text.slice(from, match.index))}"${plain(name)}"${between}"${placeFor(name, outside)}"`;
    from = match.index + whole.length;
  }
  return made + plain(text.slice(from));
}

function formWithoutSecrets(text: string, outside: Outside): string {
  return text
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      const name = pair.slice(0, equals);
      if (equals < 0 || !isPrivateName(name)) return plain(pair);
      return `${plain(name)}=${placeFor(name, outside)}`;
    })
    .join('&');
}
