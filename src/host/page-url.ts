/** Addresses of pages: how they are shown, and one page's from another's; credentials and query stay what they were. */

/** An address fit to be shown and kept: without the name and password that may stand before its host. */
export function shownUrl(url: string): string {
  if (!URL.canParse(url)) return url;
  const parsed = new URL(url);
  if (parsed.username === '' && parsed.password === '') return url;
  parsed.username = '';
  parsed.password = '';
  return parsed.href;
}

/** The page at a path below an address, such as `goroutine` below `/debug/pprof`, with these parameters besides those it has. */
export function pageUnder(base: string, path: string, parameters: Readonly<Record<string, string>> = {}): string {
  const url = new URL(base);
  url.pathname = `${url.pathname.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

/** `/debug/vars` beside `/debug/pprof`; undefined when the address ends otherwise. */
export function varsBeside(pprofUrl: string): string | undefined {
  const url = new URL(pprofUrl);
  if (!/\/pprof\/?$/.test(url.pathname)) return undefined;
  url.pathname = url.pathname.replace(/pprof\/?$/, 'vars');
  return url.href;
}
