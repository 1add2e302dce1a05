/** The first bytes of an input, already inflated, to what it is. */

/** What an input may be; `binary` is to be tried as a profile, `text` looked through for lines of the runtime. */
type InputForm = 'binary' | 'profile text' | 'hlog' | 'execution trace' | 'text';

/** Bytes that are enough to tell. */
export const headBytes = 64 * 1024;

/** A profile has lengths and small numbers from its first byte on; text has none. */
const tellingBytes = 64;

const profileText = /^(?:[\w/.-]{1,200} profile: total \d{1,18}$|heap profile: \d|--- (?:contention|mutex):$)/m;
const histogramLine = /^(?:Tag=[^,]{0,200},)?\d[\d.eE+-]*,\d[\d.eE+-]*,\d[\d.eE+-]*,HISTFA/m;
const histogramComment = /^#\[(?:Histogram log format|Logged with|StartTime:|BaseTime:)/m;

/** The form of the input that begins with these bytes. */
export function recognise(head: Uint8Array): InputForm {
  const text = latin1(head);
  if (/^go 1\.\d+ trace\0/.test(text)) return 'execution trace';
  const [firstLine = ''] = text.split('\n', 1);
  if (profileText.test(firstLine.trimEnd())) return 'profile text';
  if (histogramLine.test(text) || histogramComment.test(text)) return 'hlog';
  // A log that was truncated under its writer begins with a hole of zeros.
  const start = head.findIndex((byte) => byte !== 0);
  if (start < 0) return 'text';
  const first = head.subarray(start, start + tellingBytes);
  const odd = first.reduce((count, byte) => count + Number(byte < 9 || (byte > 13 && byte < 27)), 0);
  return odd > first.length / 10 ? 'binary' : 'text';
}

/** The beginning of an input for a message: its first line when it is text, else its first bytes. */
export function beginningOf(head: Uint8Array): string {
  const text = new TextDecoder().decode(head.subarray(0, headBytes));
  const line = (text.split('\n').find((each) => each.trim() !== '') ?? '').trimEnd().slice(0, 80);
  if (!/[\p{Cc}\ufffd]/u.test(line.replaceAll('\t', ' '))) return JSON.stringify(line);
  return `the bytes ${[...head.subarray(0, 12)].map((byte) => byte.toString(16).padStart(2, '0')).join(' ')}`;
}

/** One character for each byte, as far as ASCII goes. */
function latin1(bytes: Uint8Array): string {
  return new TextDecoder('latin1').decode(bytes.subarray(0, headBytes));
}
