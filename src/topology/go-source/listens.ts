/** Where a Go program listens, and for what, as far as its source says; pure. */
import type { Constants, Setting } from './settings.ts';
import { type Call, type GoFile, type Span, textAt, wordsOf } from './syntax.ts';

/** A place where it listens: a port that stands there, or the setting that says it. */
export interface Listen {
  readonly kind: 'http' | 'tcp';
  /** As written, or as its parts make it: `:8080`, `localhost:8080`; undefined when only a setting knows. */
  readonly address: string | undefined;
  readonly setting: Setting | undefined;
  readonly file: string;
}

/** Functions that listen, and which of their arguments is the address. */
const functions: Readonly<
  Record<string, { readonly at: number; readonly kind: Listen['kind']; readonly of?: RegExp }>
> = {
  ListenAndServe: { at: 0, kind: 'http' },
  ListenAndServeTLS: { at: 0, kind: 'http' },
  ListenAndServeQUIC: { at: 0, kind: 'http' },
  Listen: { at: 0, kind: 'http' },
  Run: { at: 0, kind: 'http' },
  RunTLS: { at: 0, kind: 'http' },
  Start: { at: 0, kind: 'http' },
  StartTLS: { at: 0, kind: 'http' },
};

/** All of a file; settings are those of the program. */
export function listensOf(file: GoFile, constants: Constants, settings: readonly Setting[]): Listen[] {
  const found: Listen[] = [];
  const add = (kind: Listen['kind'], span: Span | undefined, isSure: boolean) => {
    const said = span && addressOf(file, span, constants, settings);
    if (said ? said.address !== undefined || said.setting || isSure : isSure)
      found.push({ kind, address: said?.address, setting: said?.setting, file: file.path });
  };
  const isGin = file.imports.has('github.com/gin-gonic/gin') && file.calls.some(({ receiver }) => receiver === 'gin');
  for (const call of file.calls) {
    const known = functions[call.name];
    if (isNetListen(call)) add('tcp', call.args.at(call.receiver === 'net' ? 1 : 2), false);
    else if (known && !isDeclared(file, call)) addCall(call, known.at, known.kind, add);
    if (call.name === 'Run' && call.args.length === 0 && isGin) found.push(ginDefault(file));
  }
  for (const { type, fields } of file.literals)
    if (/^(?:http\.Server|Server|echo\.StartConfig)$/.test(type))
      add('http', fields.get('Addr') ?? fields.get('Address'), fields.has('Addr') && type === 'http.Server');
  return found;
}

/** `http.ListenAndServe` is sure of itself; `app.Listen` and `r.Run` only with an address. */
function addCall(
  call: Call,
  at: number,
  kind: Listen['kind'],
  add: (kind: Listen['kind'], span: Span | undefined, isSure: boolean) => void,
): void {
  const isSure = /^ListenAndServe/.test(call.name);
  // A server's own method has no address: that of its literal counts.
  const isMethod = !/^(?:http3?|fasthttp)$/.test(call.receiver) && [0, 2].includes(call.args.length);
  if (isSure && isMethod && (call.args.length === 0 || call.name !== 'ListenAndServe')) return;
  add(kind, call.args[at], isSure);
}

/** gin's `r.Run()` alone: the variable PORT, else 8080 (gin, utils.go, resolveAddress). */
function ginDefault(file: GoFile): Listen {
  const setting: Setting = {
    via: 'variable',
    name: 'PORT',
    preset: '8080',
    isRequired: false,
    held: undefined,
    file: file.path,
  };
  return { kind: 'http', address: ':8080', setting, file: file.path };
}

/** Whether something is a `func Run(`, not a call of it. */
function isDeclared({ tokens }: GoFile, { from, receiver }: Call): boolean {
  const before = tokens[from - 1];
  if (receiver !== '' || !before || before.line !== tokens[from]?.line) return false;
  return before.text === 'func' || before.text === ')';
}

/** `net.Listen("tcp", addr)` and `lc.Listen(ctx, "tcp", addr)`. */
function isNetListen({ receiver, name, args }: Call): boolean {
  return name === 'Listen' && ((receiver === 'net' && args.length === 2) || args.length === 3);
}

interface Said {
  readonly address: string | undefined;
  readonly setting: Setting | undefined;
}

const addressLike = /^(?:\[[\da-fA-F:]*\]|[\w.*-]*):(\d{1,5})$/;

/** The port of an address as Go's `net.Listen` takes it. */
export function portOf(address: string | undefined): number | undefined {
  const [, digits] = addressLike.exec(address?.trim() ?? '') ?? /^(\d{1,5})$/.exec(address?.trim() ?? '') ?? [];
  const port = Number(digits);
  return digits !== undefined && port >= 1 && port <= 65_535 ? port : undefined;
}

/** What an expression such as `":" + port`, `*addr`, `cfg.Addr` or `fmt.Sprintf(":%d", port)` comes to. */
function addressOf(file: GoFile, span: Span, constants: Constants, settings: readonly Setting[]): Said | undefined {
  const words = wordsOf(file, span);
  const literal = textAt(file, span);
  if (literal !== undefined) return addressLike.test(literal) ? { address: literal, setting: undefined } : undefined;
  const inside = (each: Setting) =>
    each.via === 'variable' && words.some(({ kind, text }) => kind === 'text' && text === each.name);
  const held = new Set(words.flatMap(({ kind, text }) => (kind === 'name' ? [text] : [])));
  const setting = settings.find(inside) ?? settings.find((each) => each.held !== undefined && held.has(each.held));
  const parts = words.flatMap(({ kind, text }) => {
    if (kind === 'text') return [text];
    return kind === 'name' && constants.has(text) ? [constants.get(text) ?? ''] : [];
  });
  const joined = joinedAddress(parts, setting?.preset);
  if (joined === undefined && !setting) return undefined;
  return { address: joined, setting };
}

function joinedAddress(parts: readonly string[], preset: string | undefined): string | undefined {
  const whole = [...parts, ...(preset === undefined ? [] : [preset])].find((part) => addressLike.test(part));
  if (whole !== undefined) return whole;
  const port = [...parts, ...(preset === undefined ? [] : [preset])].find((part) => portOf(part) !== undefined);
  return port === undefined ? undefined : `:${portOf(port)}`;
}
