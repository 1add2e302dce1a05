/** One exchange as a fuzz case, what a client makes of it, and how two outcomes differ. */

/** The reads a client gets after its request, and whether the request was HEAD; the server closes behind the last read. */
export interface Exchange {
  readonly reads: readonly Uint8Array[];
  readonly isHead: boolean;
}

/**
 * How an exchange ended. `atEnd`: only the end of the connection decided, until then the client waited for more. `body` is
 * Latin-1, `why` the client's own word for a failure.
 */
export type Outcome =
  | {
      readonly kind: 'done';
      readonly atEnd: boolean;
      readonly status: number;
      readonly body: string;
      readonly reusable: boolean;
    }
  | { readonly kind: 'failed'; readonly atEnd: boolean; readonly why: string };

/** In what way our outcome differs from Node's; undefined when they mean the same. */
export function differenceOf(ours: Outcome, nodes: Outcome): string | undefined {
  if (ours.kind !== nodes.kind) return `ours ${verdictOf(ours)}, Node's ${verdictOf(nodes)}`;
  if (ours.atEnd !== nodes.atEnd) return `ours decided ${momentOf(ours)}, Node's ${momentOf(nodes)}`;
  if (ours.kind === 'failed' || nodes.kind === 'failed') return undefined;
  if (ours.status !== nodes.status) return 'status';
  if (ours.body !== nodes.body) return 'body';
  return ours.reusable === nodes.reusable ? undefined : `ours ${fateOf(ours)}, Node's ${fateOf(nodes)}`;
}

/** The outcome in one line. */
export function outcomeText(outcome: Outcome): string {
  if (outcome.kind === 'failed') return `failed ${momentOf(outcome)}: ${outcome.why}`;
  const { status, body } = outcome;
  return `done ${momentOf(outcome)}: status ${status}, ${body.length} body bytes "${escaped(body)}", ${fateOf(outcome)}`;
}

const verdictOf = (outcome: Outcome) => (outcome.kind === 'done' ? 'done' : `failed (${outcome.why})`);
const momentOf = ({ atEnd }: Outcome) => (atEnd ? 'at the end' : 'before the end');
const fateOf = ({ reusable }: { readonly reusable: boolean }) => (reusable ? 'kept' : 'given up');

/** Latin-1 text in visible ASCII without single quotes, to be put between them in a shell. */
export function escaped(text: string): string {
  return text.replace(/[^ !-&(-[\]-~]/g, (char) => {
    if (char === '\r') return '\\r';
    if (char === '\n') return '\\n';
    return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
  });
}

/** The text that `escaped` was given. */
export function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-f]{2})|(r)|(n))/g, (_, hex: string | undefined, cr: string | undefined) =>
    hex === undefined ? (cr === undefined ? '\n' : '\r') : String.fromCharCode(Number.parseInt(hex, 16)),
  );
}
