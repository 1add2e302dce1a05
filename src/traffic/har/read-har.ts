/** HTTP archives (HAR 1.2), as browsers, mitmproxy and k6's recorder write them, to requests in the order in which they were sent. */
import { z } from 'zod';
import { createNames, type ImportedRequest, type OutsideValue, plain } from '../requests/imported-request.ts';
import { redacted } from '../requests/redact.ts';
import { asked } from '../requests/request-line.ts';
import { harBody } from './har-body.ts';
import { harHeaders } from './har-headers.ts';

const pair = z.looseObject({ name: z.string(), value: z.string().catch('') });

const entrySchema = z.looseObject({
  startedDateTime: z.string().catch(''),
  time: z.number().catch(0),
  request: z.looseObject({
    method: z.string(),
    url: z.string(),
    headers: z.array(pair).catch([]),
    postData: z
      .looseObject({
        mimeType: z.string().catch(''),
        text: z.string().optional().catch(undefined),
        encoding: z.string().optional().catch(undefined),
        params: z.array(pair).optional().catch(undefined),
      })
      .optional()
      .catch(undefined),
  }),
  response: z
    .looseObject({
      status: z.number().catch(0),
      content: z.looseObject({ mimeType: z.string().catch('') }).catch({ mimeType: '' }),
    })
    .catch({ status: 0, content: { mimeType: '' } }),
});

/** One exchange of an archive. */
type HarEntry = z.output<typeof entrySchema>;

const harSchema = z.looseObject({ log: z.looseObject({ entries: z.array(z.unknown()) }) });

/** What is taken from an archive. */
export interface HarTaking {
  readonly methods: ReadonlySet<string>;
  readonly skipStatic: boolean;
}

/** A request of an archive, and when it was sent, in seconds since 1970; NaN when that is not said. */
export interface HarRequest {
  readonly request: ImportedRequest;
  readonly atS: number;
  /** How long its answer took. */
  readonly tookS: number;
}

/** The requests of an archive to one host. */
export interface ReadHar {
  readonly host: string;
  /** In the order in which they were sent; the same request comes as often as it was. */
  readonly requests: readonly HarRequest[];
  readonly leftOut: ReadonlyMap<string, number>;
  readonly redacted: ReadonlyMap<string, number>;
  /** What has to come from outside, by its variable. */
  readonly outside: ReadonlyMap<string, OutsideValue>;
}

/** The archive in a text; throws an Error where it is none. */
export function readHar(text: string, { methods, skipStatic }: HarTaking): ReadHar {
  const { entries, broken } = entriesIn(text);
  const leftOut = new Map<string, number>();
  const hidden = new Map<string, number>();
  const outside = new Map<string, OutsideValue>();
  const need = (value: OutsideValue) => void outside.set(value.variable, value);
  const add = (to: Map<string, number>, what: string) => to.set(what, (to.get(what) ?? 0) + 1);
  if (broken > 0) leftOut.set('entries without a request', broken);
  const host = usualHost(entries);
  const nameFor = createNames();
  const names = new Map<string, string>();
  const ordered = entries
    .map((entry) => ({ entry, atS: Date.parse(entry.startedDateTime) / 1000 }))
    .sort((a, b) => a.atS - b.atS || 0);
  const requests = ordered.flatMap(({ entry, atS }): HarRequest[] => {
    const why = whyNot(entry, host, methods, skipStatic);
    if (why !== undefined) {
      add(leftOut, why);
      return [];
    }
    const { request } = entry;
    const found = asked(request.method, request.url, false);
    if ('kind' in found) {
      add(leftOut, found.why);
      return [];
    }
    const target = redacted(found.target, (what) => add(hidden, what));
    const headers = harHeaders(request.headers, need);
    const body = harBody(request.postData, need);
    const same = JSON.stringify([request.method, target, headers, body.text ?? body.bytes?.toString('base64')]);
    const name = names.get(same) ?? nameFor(`${request.method} ${target}`);
    names.set(same, name);
    return [
      {
        atS,
        tookS: Math.max(entry.time, 0) / 1000,
        request: madeOf(name, request.method, target, headers, body, entry.response.status),
      },
    ];
  });
  return { host, requests, leftOut, redacted: hidden, outside };
}

function entriesIn(text: string): { readonly entries: readonly HarEntry[]; readonly broken: number } {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    throw new Error(`it is no JSON: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  }
  const har = harSchema.safeParse(value);
  if (!har.success) throw new Error('it is no HAR file: log.entries is missing');
  const read = har.data.log.entries.map((entry) => entrySchema.safeParse(entry));
  const entries = read.flatMap((each) => (each.success ? [each.data] : []));
  return { entries, broken: read.length - entries.length };
}

/** The host that was asked most; of several, the first. */
function usualHost(entries: readonly HarEntry[]): string {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const host = hostOf(entry);
    if (host !== undefined) counts.set(host, (counts.get(host) ?? 0) + 1);
  }
  return [...counts].reduce((best, next) => (next[1] > best[1] ? next : best), ['', 0] as [string, number])[0];
}

function hostOf({ request: { url } }: HarEntry): string | undefined {
  return /^https?:\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(url)?.[1]?.toLowerCase();
}

const staticKinds = /^(?:image|font|video|audio)\/|css|javascript|ecmascript|wasm/i;

function whyNot(entry: HarEntry, host: string, methods: ReadonlySet<string>, skipStatic: boolean): string | undefined {
  const { request, response } = entry;
  const own = hostOf(entry);
  if (own === undefined) return 'no HTTP';
  if (own !== host) return `to ${own}`;
  if (entry['_fromCache'] !== undefined) return "answered from the browser's cache";
  if (response.status === 0) return 'never answered';
  if (response.status === 101) return 'upgraded to another protocol (101)';
  if (!methods.has(request.method)) return `method ${request.method}`;
  return skipStatic && staticKinds.test(response.content.mimeType) ? 'static files' : undefined;
}

function madeOf(
  name: string,
  method: string,
  target: string,
  headers: Readonly<Record<string, string>>,
  body: ReturnType<typeof harBody>,
  status: number,
): ImportedRequest {
  const { text, bytes, notes } = body;
  return {
    name,
    method,
    path: plain(target),
    ...(Object.keys(headers).length > 0 ? { headers } : {}),
    ...(text === undefined ? {} : { body: text }),
    ...(bytes === undefined ? {} : { bodyBytes: bytes }),
    ...(status >= 400 && status < 500 && status !== 429 && status !== 408 ? { statuses: [status] } : {}),
    ...(notes.length > 0 ? { notes } : {}),
  };
}
