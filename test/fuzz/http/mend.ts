/** Takes one oddity out of the text of a response, so that Node reads it as well. */

/** Ends the lines of all heads with CR and LF; the second text also those of what may be trailers or the end of a body. */
export function withWholeLineEnds(text: string): readonly string[] {
  const heads =
    /^(?:HTTP\/1\.\d 1[^\n]*\n(?:[^\r\n][^\n]*\n)*\r?\n)*(?:[^\r\n][^\n]*(?:\n|$))*(?:\r?\n)?/.exec(text)?.[0] ?? '';
  const rest = text.slice(heads.length);
  const last = [...rest.matchAll(/(?:^|\n)0+[ \t]*(?:;[^\n]*)?\r\n/g)].at(-1);
  const trailersAt = last ? last.index + last[0].length : rest.length;
  const whole = (lines: string) => lines.replace(/(?<!\r)\n/g, '\r\n');
  return [whole(heads) + rest, whole(heads) + rest.slice(0, trailersAt) + whole(rest.slice(trailersAt))];
}

/** Takes extensions and blanks from what looks like a chunk line. */
export function withPlainChunkSizes(text: string): readonly string[] {
  return [text.replace(/\n([0-9a-f]+)[ \t]*(?:;[^\n]*)?(\r\n|\r?$)/gi, '\n$1$2')];
}

/** Takes all fields from interim responses. */
export function withPlainInterims(text: string): readonly string[] {
  return [text.replace(/HTTP\/1\.\d (1\d\d[^\n]*\n)(?:[^\r\n][^\n]*\n)*/g, 'HTTP/1.1 $1')];
}
