/** Routes that a Go program registers: net/http with Go 1.22 patterns, chi, gin, echo, gorilla/mux, fiber, httprouter; pure. */
import { type Call, chainedCall, type GoFile, type Span, textAt, wordsOf } from './syntax.ts';

/** One route. */
export interface Route {
  /** `GET`, or `*` for any. */
  readonly method: string;
  /** From the root, as far as groups are to be seen in its file. */
  readonly path: string;
  /** Whether a group that came from elsewhere may stand before it. */
  readonly isWhole: boolean;
  readonly handler: 'own' | 'metrics' | 'pprof' | 'vars' | 'files';
  readonly file: string;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE']);

/** All of a file. */
export function routesOf(file: GoFile): Route[] {
  const groups = groupsOf(file);
  return file.calls.flatMap((call) => {
    const found = routeOf(file, call);
    if (!found) return [];
    const { prefix, isWhole } = prefixOf(file, call, groups);
    const path = joined(prefix, found.path);
    return [{ method: found.method, path, isWhole, handler: handlerOf(file, call, path), file: file.path }];
  });
}

/** Whether a route has places for values, which nobody knows. */
export function hasPlaces(path: string): boolean {
  return /[{}*:<>]/.test(path);
}

interface FoundRoute {
  readonly method: string;
  readonly path: string;
}

const registering = /^(?:Handle|HandleFunc|HandlerFunc|Handler|Method|MethodFunc|Add)$/;

function routeOf(file: GoFile, call: Call): FoundRoute | undefined {
  const { name, args } = call;
  if (registering.test(name)) return registered(file, call);
  const path = textAt(file, args[0]);
  if (path === undefined || args.length < 2 || (path !== '' && !path.startsWith('/'))) return undefined;
  const upper = name.toUpperCase();
  if (methods.has(upper)) return { method: upper, path };
  if (/^(?:Any|All)$/.test(name)) return { method: '*', path };
  return name === 'Mount' && args.length === 2 ? { method: '*', path: `${path.replace(/\/$/, '')}/*` } : undefined;
}

/** By a pattern alone, or by method and path: `r.Handle("GET", "/", h)`, `e.Add(http.MethodGet, "/", h)`. */
function registered(file: GoFile, call: Call): FoundRoute | undefined {
  const { name, args } = call;
  const first = textAt(file, args[0]);
  const second = textAt(file, args[1]);
  if (/^Handle(?:Func)?$/.test(name) && first !== undefined && args.length === 2) return patternOf(file, call, first);
  if (!second?.startsWith('/') || args.length < 3 || args[0] === undefined) return undefined;
  const constant = /^Method([A-Z][a-z]+)$/.exec(wordsOf(file, args[0]).at(-1)?.text ?? '')?.[1];
  const method = first ?? constant?.toUpperCase() ?? '';
  return methods.has(method) ? { method, path: second } : undefined;
}

/** `GET example.com/items/{id}` (package net/http, "Patterns"); gorilla names its methods behind. */
function patternOf(file: GoFile, call: Call, pattern: string): FoundRoute | undefined {
  const [, method, path] = /^(?:([A-Z]+)[ \t]+)?[\w.:-]*(\/\S*)$/.exec(pattern) ?? [];
  if (path === undefined) return undefined;
  let said = method;
  for (let next = chainedCall(file, call); next; next = chainedCall(file, next)) {
    if (next.name !== 'Methods') continue;
    const words = next.args
      .flatMap((arg) => wordsOf(file, arg))
      .map(({ text }) => text.replace(/^Method/, '').toUpperCase());
    said = words.includes('GET') ? 'GET' : words.find((word) => methods.has(word));
  }
  return { method: said ?? '*', path: path.replace(/\{\$\}$/, '') };
}

interface Groups {
  /** Variables that hold a group, with its path; undefined where that is not known. */
  readonly held: ReadonlyMap<string, string | undefined>;
  /** Functions such as that of chi's `r.Route("/api", func(r chi.Router) { ... })`, with the path before what is in them. */
  readonly within: readonly (Span & { readonly path: string })[];
}

function groupsOf(file: GoFile): Groups {
  const held = new Map<string, string | undefined>();
  const within: (Span & { path: string })[] = [];
  for (const call of file.calls) {
    const path = textAt(file, call.args[0]);
    const isPath = path !== undefined && (path === '' || path.startsWith('/'));
    if (call.name === 'Route' && call.args.length === 2 && isPath) within.push({ from: call.from, to: call.to, path });
    if ((call.name === 'Group' || call.name === 'PathPrefix') && isPath) {
      const name = file.tokens[call.from - 2];
      const isAssigned = /^:?=$/.test(file.tokens[call.from - 1]?.text ?? '') && name?.kind === 'name';
      if (isAssigned) held.set(name.text, joined(held.get(call.receiver) ?? '', path));
    }
  }
  for (const name of handedRouters(file)) if (!held.has(name)) held.set(name, undefined);
  return { held, within };
}

/** Parameters of functions that are groups already, or may be: `func users(g *gin.RouterGroup)`. */
function handedRouters({ tokens }: GoFile): string[] {
  return tokens.flatMap(({ kind, text }, at) => {
    if (kind !== 'name' || !/^(?:RouterGroup|IRouter|IRoutes|Router|Group)$/.test(text) || tokens[at - 1]?.text !== '.')
      return [];
    const name = tokens[tokens[at - 3]?.text === '*' ? at - 4 : at - 3];
    return name?.kind === 'name' ? [name.text] : [];
  });
}

function prefixOf(file: GoFile, call: Call, { held, within }: Groups): { prefix: string; isWhole: boolean } {
  const around = within.filter(({ from, to }) => from < call.from && call.to < to);
  const outer = around.map(({ path }) => path).reduce(joined, '');
  const isInner = around.length > 0;
  const name = call.receiver.split('.').at(-1) ?? '';
  if (call.receiver === '') return { prefix: outer, isWhole: chainStart(file, call) };
  if (!held.has(name) || isInner) return { prefix: outer, isWhole: true };
  const own = held.get(name);
  return { prefix: own ?? '', isWhole: own !== undefined };
}

/** A call after another, `r.With(auth).Get("/x", h)`, has the group of the first; after `Group("/x")` it is not followed. */
function chainStart({ tokens }: GoFile, { from }: Span): boolean {
  return tokens[from - 1]?.text !== '.';
}

function joined(before: string, path: string): string {
  if (before === '') return path === '' ? '/' : path;
  return path === '' || path === '/' ? before : `${before.replace(/\/$/, '')}/${path.replace(/^\//, '')}`;
}

function handlerOf(file: GoFile, { args }: Call, path: string): Route['handler'] {
  const words = args
    .slice(1)
    .flatMap((arg) => wordsOf(file, arg).slice(0, 40))
    .map(({ text }) => text);
  if (words.includes('promhttp') || words.includes('prometheus') || /^\/(?:-\/)?metrics$/.test(path)) return 'metrics';
  if (words.includes('pprof') || words.includes('Profiler') || path.startsWith('/debug/pprof')) return 'pprof';
  if (words.includes('expvar') || path === '/debug/vars') return 'vars';
  return words.includes('FileServer') || words.includes('FileServerFS') ? 'files' : 'own';
}
