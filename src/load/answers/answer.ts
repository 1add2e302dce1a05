/** What is kept of an answer that somebody wants to look into; it comes in pieces, in buffers that are used again. */

/** A field of an answer: its name in lower case, and its value. */
type Field = readonly [name: string, value: string];

/** An answer as far as it was kept. */
export interface Answer {
  readonly status: number;
  readonly fields: readonly Field[];
  /** As it came, with whatever content coding it has; undefined when it was not wanted or is longer than `mostBodyBytes`. */
  readonly body: Buffer | undefined;
  /** Whether the search that its request asked for found what it looked for. */
  readonly hasWantedBody: boolean;
}

/** A longer body is not kept: many arrivals are under way at a time. */
export const mostBodyBytes = 1024 * 1024;

/** Keeps one answer after the other. */
export class AnswerKeeper {
  private keepsBody = false;
  private lines: string[] = [];
  private pieces: Buffer[] = [];
  private bodyBytes = 0;

  start(keepsBody: boolean): void {
    this.keepsBody = keepsBody;
    this.lines = [];
    this.pieces = [];
    this.bodyBytes = 0;
  }

  /** A new head begins; one before it was only an interim answer's. */
  startHead(): void {
    this.lines = [];
  }

  /** A field line, without its end; one that begins with a blank goes on with the line before it. */
  takeField(bytes: Uint8Array, from: number, to: number): void {
    const line = Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
    const last = this.lines.length - 1;
    if (/^[ \t]/.test(line) && last >= 0) this.lines[last] += ` ${line.trim()}`;
    else this.lines.push(line);
  }

  /** The bytes of the body from `from` to `to`, which are gone when it returns. */
  take(bytes: Uint8Array, from: number, to: number): void {
    this.bodyBytes += to - from;
    if (this.keepsBody && this.bodyBytes <= mostBodyBytes) this.pieces.push(Buffer.from(bytes.subarray(from, to)));
  }

  answer(status: number, hasWantedBody: boolean): Answer {
    return { status, hasWantedBody, fields: this.lines.map(fieldOf), body: this.body() };
  }

  private body(): Buffer | undefined {
    if (!this.keepsBody || this.bodyBytes > mostBodyBytes) return undefined;
    const [only, ...others] = this.pieces;
    return only && others.length === 0 ? only : Buffer.concat(this.pieces);
  }
}

function fieldOf(line: string): Field {
  const colon = line.indexOf(':');
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
}

/** The value of a field, those of several with commas between them; undefined when there is none. */
export function fieldNamed({ fields }: Pick<Answer, 'fields'>, name: string): string | undefined {
  const values = fields.flatMap(([each, value]) => (each === name ? [value] : []));
  return values.length === 0 ? undefined : values.join(', ');
}
