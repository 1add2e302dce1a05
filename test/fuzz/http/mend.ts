/** Takes one oddity out of the text of a response, so that Node reads it as well. */

/** Changes the heads of a response, interim ones included, and leaves its body as it is. */
export function inHeads(text: string, change: (heads: string) => string): readonly string[] {
  const size = sizeOfHeads(text);
  return [change(text.slice(0, size)) + text.slice(size)];
}

/** Ends the lines of all heads with CR and LF; the second text also those of what may be trailers or the end of a body. */
export function withWholeLineEnds(text: string): readonly string[] {
  const size = sizeOfHeads(text);
  const rest = text.slice(size);
  const last = [...rest.matchAll(/(?:^|\n)0+[ \t]*(?:;[^\n]*)?\r\n/g)].at(-1);
  const trailersAt = last ? last.index + last[0].length : rest.length;
  const whole = (lines: string) => lines.replace(/(?<!\r)\n/g, '\r\n');
  const heads = whole(text.slice(0, size));
  return [heads + rest, heads + rest.slice(0, trailersAt) + whole(rest.slice(trailersAt))];
}

/** Puts the fields of all heads on one line each; the second text also those of what may be trailers. */
export function withWholeFields(text: string): readonly string[] {
  const whole = (lines: string) => lines.replace(/\r?\n[ \t]+/g, ' ');
  return [...inHeads(text, whole), whole(text)];
}

/** Takes extensions and blanks from the chunk lines of a response in chunks. */
export function withPlainChunkSizes(text: string): readonly string[] {
  let at = sizeOfHeads(text);
  let plain = text.slice(0, at);
  for (;;) {
    const [line, digits, lineEnd] = /^([0-9a-f]+)[^\r\n]*(\r?\n?)/i.exec(text.slice(at)) ?? [];
    if (line === undefined || digits === undefined) return [plain + text.slice(at)];
    const size = Number.parseInt(digits, 16);
    const end = at + line.length + (size === 0 ? 0 : size + 2);
    plain += digits + lineEnd + text.slice(at + line.length, end);
    at = end;
    if (size === 0 || at >= text.length) return [plain + text.slice(at)];
  }
}

/** Takes all fields from interim responses. */
export function withPlainInterims(text: string): readonly string[] {
  return inHeads(text, (heads) => heads.replace(/HTTP\/1\.\d (1\d\d[^\n]*\n)(?:[^\r\n][^\n]*\n)*/g, 'HTTP/1.1 $1'));
}

function sizeOfHeads(text: string): number {
  const heads = /^(?:HTTP\/1\.\d 1[^\n]*\n(?:[^\r\n][^\n]*\n)*\r?\n)*(?:[^\r\n][^\n]*(?:\n|$))*(?:\r?\n)?/;
  return heads.exec(text)?.[0].length ?? 0;
}
