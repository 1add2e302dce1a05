/** The status of a collector on 127.0.0.1: a page that a browser loads again by itself, and JSON. */
import { type ListeningServer, type ListenPlace, listen } from '../../host/http-server.ts';
import { foreignAsk, foreignRead } from '../../host/page-guard.ts';
import type { CollectStatus } from '../../model/collect-status.ts';
import type { Caller } from '../../model/host.ts';
import { collectPage } from '../../report/html/collect/page.ts';

/** How often a browser asks anew; seconds. */
const refreshS = 5;

const safetyHeaders: Readonly<Record<string, string>> = {
  'content-security-policy':
    "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; style-src 'unsafe-inline'",
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-store',
};

/** Serves it; rejects with an environment error when the port cannot be listened on. Before there is a status it answers 503. */
export async function openStatusPage(
  place: ListenPlace,
  status: () => CollectStatus | undefined,
  { version }: Pick<Caller, 'version'>,
): Promise<ListeningServer> {
  return await listen(place, (request, response) => {
    request.resume();
    const { method = '', headers, url = '/' } = request;
    const send = (code: number, contentType: string, body: string) => {
      response.writeHead(code, { ...safetyHeaders, 'content-type': contentType });
      response.end(method === 'HEAD' ? undefined : body);
    };
    const refusal = foreignAsk({ method, headers }) ?? foreignRead({ method, headers });
    if (refusal) return send(refusal.status, 'text/plain; charset=utf-8', `${refusal.why}\n`);
    const now = status();
    const [path] = url.split('?');
    if (!now) return send(503, 'text/plain; charset=utf-8', 'Nothing is known yet; ask again.\n');
    if (path === '/status.json') return send(200, 'application/json', `${JSON.stringify(now)}\n`);
    if (path !== '/') return send(404, 'text/plain; charset=utf-8', 'There is /, and /status.json.\n');
    response.setHeader('refresh', String(refreshS));
    return send(200, 'text/html; charset=utf-8', collectPage(now, `rampart ${version}`));
  });
}
