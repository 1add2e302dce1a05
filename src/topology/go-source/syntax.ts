/** What a Go file is made of, as far as `rampart init` asks: imports, calls with their arguments, literals of structs; pure. */
import { type Token, tokensOf } from './tokens.ts';

/** A part of a file: the words from one place up to another. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** A call such as `mux.HandleFunc("/", home)`. */
export interface Call extends Span {
  /** What stands before the last dot, as far as it is names and dots: `mux`, `s.router`; empty after another call. */
  readonly receiver: string;
  readonly name: string;
  readonly args: readonly Span[];
}

/** A literal such as `http.Server{Addr: ":8080"}`, or a block that looks like one. */
export interface Literal extends Span {
  /** `http.Server`; without its package where it has none. */
  readonly type: string;
  readonly fields: ReadonlyMap<string, Span>;
}

/** One file, read once. */
export interface GoFile {
  readonly path: string;
  readonly package: string;
  readonly tokens: readonly Token[];
  /** Import paths, with the name each has here where that is said. */
  readonly imports: ReadonlyMap<string, string | undefined>;
  readonly calls: readonly Call[];
  readonly literals: readonly Literal[];
}

/** Reads a file, whatever is in it. */
export function readGoFile(path: string, source: string): GoFile {
  const tokens = tokensOf(source);
  const closing = closingBrackets(tokens);
  const calls: Call[] = [];
  const literals: Literal[] = [];
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'sign' || (token.text !== '(' && token.text !== '{')) continue;
    const before = tokens[at - 1];
    if (before?.kind !== 'name') continue;
    const { receiver, from } = receiverBefore(tokens, at - 1);
    const to = closing.get(at) ?? tokens.length;
    const parts = splitAt(tokens, { from: at + 1, to }, ',', closing);
    if (token.text === '(') calls.push({ receiver, name: before.text, from, to: to + 1, args: parts });
    else {
      const type = receiver === '' ? before.text : `${receiver}.${before.text}`;
      literals.push({ type, from, to: to + 1, fields: fieldsOf(tokens, parts) });
    }
  }
  const [first, second] = tokens;
  const name = first?.text === 'package' && second?.kind === 'name' ? second.text : '';
  return { path, package: name, tokens, imports: importsOf(tokens), calls, literals };
}

/** The words of a span. */
export function wordsOf({ tokens }: Pick<GoFile, 'tokens'>, { from, to }: Span): readonly Token[] {
  return tokens.slice(from, to);
}

/** The text of a span that is one string, else undefined. */
export function textAt(file: Pick<GoFile, 'tokens'>, span: Span | undefined): string | undefined {
  if (!span || span.to - span.from !== 1) return undefined;
  const token = file.tokens[span.from];
  return token?.kind === 'text' ? token.text : undefined;
}

/** The call that goes on after another, `.Methods("GET")` after `r.HandleFunc("/", home)`; undefined when it ends there. */
export function chainedCall({ tokens, calls }: GoFile, { to }: Span): Call | undefined {
  if (tokens[to]?.text !== '.') return undefined;
  return calls.find((call) => call.from === to + 1);
}

const pairs: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };

/** The place of the bracket that closes each opening one. */
function closingBrackets(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const closing = new Map<number, number>();
  const open: { readonly at: number; readonly closes: string }[] = [];
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind !== 'sign') continue;
    const closes = pairs[text];
    if (closes !== undefined) open.push({ at, closes });
    else if (open.at(-1)?.closes === text) closing.set(open.pop()?.at ?? 0, at);
  }
  return closing;
}

function receiverBefore(tokens: readonly Token[], at: number): { receiver: string; from: number } {
  const names: string[] = [];
  let from = at;
  while (tokens[from - 1]?.text === '.' && tokens[from - 2]?.kind === 'name') {
    from -= 2;
    names.unshift(tokens[from]?.text ?? '');
  }
  return { receiver: tokens[from - 1]?.text === '.' ? '' : names.join('.'), from };
}

function splitAt(
  tokens: readonly Token[],
  { from, to }: Span,
  sign: string,
  closing: ReadonlyMap<number, number>,
): Span[] {
  const parts: Span[] = [];
  let start = from;
  for (let at = from; at < to; at += 1) {
    const end = tokens[at]?.kind === 'sign' ? closing.get(at) : undefined;
    if (end !== undefined) at = end;
    else if (tokens[at]?.kind === 'sign' && tokens[at]?.text === sign) {
      parts.push({ from: start, to: at });
      start = at + 1;
    }
  }
  if (start < to) parts.push({ from: start, to });
  return parts;
}

function fieldsOf(tokens: readonly Token[], parts: readonly Span[]): ReadonlyMap<string, Span> {
  const fields = new Map<string, Span>();
  for (const { from, to } of parts) {
    const name = tokens[from];
    if (name?.kind === 'name' && tokens[from + 1]?.text === ':' && from + 2 < to)
      fields.set(name.text, { from: from + 2, to });
  }
  return fields;
}

/** They stand before everything else, each alone or in a list. */
function importsOf(tokens: readonly Token[]): ReadonlyMap<string, string | undefined> {
  const found = new Map<string, string | undefined>();
  let inList = false;
  for (const [at, { kind, text }] of tokens.entries()) {
    if (kind === 'name' && /^(?:func|type|var|const)$/.test(text)) break;
    if (kind === 'name' && text === 'import') inList = tokens[at + 1]?.text === '(';
    if (kind !== 'text') continue;
    const before = tokens[at - 1];
    const isNamed = before && before.line === tokens[at]?.line && (before.kind === 'name' || before.text === '.');
    if (!inList && before?.text !== 'import' && tokens[at - 2]?.text !== 'import') continue;
    found.set(text, isNamed && before.text !== 'import' ? before.text : undefined);
  }
  return found;
}
