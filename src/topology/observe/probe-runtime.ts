/** Finds pprof, Prometheus and expvar endpoints by asking for them, and keeps what each question was answered. */
import { metricsTypes, readMetricsPage } from '../../goruntime/metrics/page.ts';
import { createHttpGetter, type HttpPage } from '../../host/http.ts';
import { pageUnder, shownUrl, varsBeside } from '../../host/page-url.ts';
import { askHttp } from '../../host/probe.ts';
import { messageOf } from '../../model/errors.ts';

/** Where a process shows its runtime, and what was asked to find out. */
export interface RuntimeEndpoints {
  readonly pprofUrl?: string | undefined;
  readonly metricsUrl?: string | undefined;
  /** Whether package expvar publishes MemStats beside pprof; not asked where there are metrics. */
  readonly hasVars?: boolean;
  /** `http://127.0.0.1:6060/debug/pprof: 404 page not found`, of everything that was asked in vain. */
  readonly asked: readonly string[];
}

const patienceMs = 2000;
const mostMetricsBytes = 32 * 1024 * 1024;
const pprofPath = '/debug/pprof';
const metricsPath = '/metrics';

/** Asks under a URL: the address itself where it has a path or a query, then the usual paths below it and at its root. */
export async function probeUrl(url: string): Promise<RuntimeEndpoints> {
  const { pathname, search } = new URL(url);
  const own = pathname === '/' && search === '' ? [] : [withoutSlash(url)];
  const root = new URL(url);
  root.pathname = '/';
  const under = (path: string) => [...new Set([...own, pageUnder(url, path), pageUnder(root.href, path)])];
  return await probe(under(pprofPath), under(metricsPath));
}

function withoutSlash(url: string): string {
  const parsed = new URL(url);
  if (parsed.pathname !== '/') parsed.pathname = parsed.pathname.replace(/\/+$/, '');
  return parsed.href;
}

/** Asks the usual paths of several addresses, `host:port` each. */
export async function probeAddresses(addresses: readonly string[]): Promise<RuntimeEndpoints> {
  const at = (path: string) => addresses.map((address) => `http://${address}${path}`);
  return await probe(at(pprofPath), at(metricsPath));
}

/** Asks for pprof at the first list of URLs and for metrics at the second; the first that answers is taken. */
export async function probe(pprof: readonly string[], metrics: readonly string[]): Promise<RuntimeEndpoints> {
  const [shown, told] = await Promise.all([first(pprof, askPprof), first(metrics, askMetrics)]);
  const varsUrl = shown.url === undefined || told.url !== undefined ? undefined : varsBeside(shown.url);
  const hasVars = varsUrl === undefined ? false : await answersVars(varsUrl);
  return { pprofUrl: shown.url, metricsUrl: told.url, hasVars, asked: [...shown.asked, ...told.asked] };
}

async function first(urls: readonly string[], ask: (url: string) => Promise<string | undefined>) {
  const asked: string[] = [];
  for (const url of urls) {
    const refusal = await ask(url).catch(describe);
    if (refusal === undefined) return { url, asked };
    asked.push(`${shownUrl(url)}: ${refusal}`);
  }
  return { url: undefined, asked };
}

/** Undefined when pprof answers; a service that answers every path with 200 is not taken for it. */
async function askPprof(url: string): Promise<string | undefined> {
  const { status, firstLine } = await askHttp(
    pageUnder(url, 'goroutine', { debug: '1' }),
    AbortSignal.timeout(patienceMs),
  );
  if (status === 200 && firstLine.startsWith('goroutine profile: total')) return undefined;
  return status === 200 ? 'answers, but with no goroutine profile' : `${status} ${firstLine}`.trim();
}

async function askMetrics(url: string): Promise<string | undefined> {
  const { body, contentType } = await read(url, metricsTypes);
  const page = readMetricsPage(body.toString('utf8'), contentType);
  return 'why' in page ? page.why : undefined;
}

async function answersVars(url: string): Promise<boolean> {
  return await read(url).then(
    ({ body }) => /^"memstats": \{/m.test(body.toString('utf8')),
    () => false,
  );
}

async function read(url: string, accept?: string): Promise<HttpPage> {
  const getter = createHttpGetter();
  try {
    const signal = AbortSignal.timeout(patienceMs);
    return await getter.get(url, { maxBytes: mostMetricsBytes, signal, accept });
  } finally {
    getter.close();
  }
}

function describe(error: unknown): string {
  const isLate = error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError');
  return isLate ? 'no answer within 2s' : messageOf(error).replace(/^http:\S+ answered /, '');
}
