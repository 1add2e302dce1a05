/** Pieces of text for a terminal: colours, lines within a width, and curves of one row. */
import type { Tone } from '../words/state-words.ts';

/** Puts a text into a colour or weight of the terminal, or leaves it as it is. */
export type Paint = (style: Tone | 'bold' | 'dim', text: string) => string;

/** Select Graphic Rendition codes (ECMA-48), on and off. */
const codes = { good: [32, 39], warn: [33, 39], bad: [31, 39], info: [36, 39], bold: [1, 22], dim: [2, 22] } as const;
const escapeChar = String.fromCharCode(27);

/** Paint for a terminal that shows colour, or for one that does not. */
export function painter(color: boolean): Paint {
  return (style, text) => (color ? `${escapeChar}[${codes[style][0]}m${text}${escapeChar}[${codes[style][1]}m` : text);
}

/** Text of others on one line, without control characters: a name must not steer the terminal. */
export function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trimEnd();
}

/** The text on one line of at most `room` columns. */
export function clip(text: string, room: number): string {
  const line = plain(text);
  if (line.length <= room) return line;
  return room > 0 ? `${line.slice(0, room - 1)}…` : '';
}

/** A line of columns, cut to `room`: blanks stay, control characters do not. */
export function cut(text: string, room: number): string {
  const line = text.replace(/[\p{Cc}\p{Cf}]/gu, ' ').trimEnd();
  return line.length <= room ? line : `${line.slice(0, room - 1)}…`;
}

/** Lines of at most `room` columns, all after `indent`; a word longer than a line is cut in pieces. */
export function wrap(text: string, room: number, indent: string): string[] {
  const lines: string[] = [];
  let line = '';
  const space = room - indent.length;
  for (const word of plain(text).match(new RegExp(`\\S{1,${space}}|\\s+`, 'g')) ?? []) {
    if ((line + word).length > space) {
      lines.push(line.trimEnd());
      line = word.trimStart();
    } else line += word;
  }
  return [...lines, line].filter((one) => one !== '').map((one) => indent + one);
}
