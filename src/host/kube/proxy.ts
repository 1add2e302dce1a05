/** A way for plain GETs to pods that this machine cannot reach: over the API server, with the user's credentials. */
import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { messageOf } from '../../model/errors.ts';
import { drained } from '../drained.ts';
import { listen } from '../http-server.ts';
import type { KubeCluster, PodPort } from './cluster.ts';
import { podProxyPath } from './connect.ts';

/** A server on 127.0.0.1; only who knows its secret path is let through. */
export interface KubeProxy {
  /** The root of a pod's port, without a slash at its end. */
  urlOf(pod: PodPort): string;
  close(): Promise<void>;
}

/** Headers that belong to one connection (RFC 9110, 7.6.1), or that the body of another length does not fit. */
const ownHeaders = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'trailer', 'te']);

/** Starts the server on a free port. */
export async function serveProxy(cluster: Pick<KubeCluster, 'podStream'>): Promise<KubeProxy> {
  const token = randomBytes(24).toString('base64url');
  const server = await listen({ port: 0, flag: 'another port' }, (request, response) => {
    forward(cluster, token, request, response).catch((error: unknown) => {
      if (response.headersSent) response.destroy();
      else response.writeHead(502, { 'content-type': 'text/plain' }).end(`${messageOf(error)}\n`);
    });
  });
  return {
    urlOf: ({ namespace, pod, port }) => `${server.url}/${token}/${namespace}/${pod}/${port}`,
    close: () => server.close(),
  };
}

async function forward(
  cluster: Pick<KubeCluster, 'podStream'>,
  token: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const place = /^\/([\w-]+)\/([\w.-]+)\/([\w.-]+)\/(\d+)(\/.*|\?.*|)$/.exec(request.url ?? '');
  if (place?.[1] !== token) return void response.writeHead(404).end();
  if (request.method !== 'GET') return void response.writeHead(405, { allow: 'GET' }).end();
  const [, , namespace = '', name = '', port = '', rest = ''] = place;
  const pod = { namespace, pod: name, port: Number(port) };
  const gone = new AbortController();
  response.once('close', () => gone.abort(new Error('whoever asked has gone')));
  const answer = await cluster.podStream(pod, rest.startsWith('/') ? rest : `/${rest}`, gone.signal);
  const kept = Object.entries(answer.headers).flatMap(([key, value]): [string, string | string[]][] =>
    value === undefined || ownHeaders.has(key) ? [] : [[key, typeof value === 'string' ? value : [...value]]],
  );
  const headers = Object.fromEntries(kept);
  const location = answer.headers['location'];
  if (typeof location === 'string')
    headers['location'] = ownPlace(location, pod, `/${token}/${namespace}/${name}/${port}`);
  response.writeHead(answer.status, headers);
  for await (const chunk of answer.body) if (!response.write(chunk)) await drained(response);
  response.end();
}

/** A redirect within the pod leads through this server again; the API server writes its own path before that of the pod. */
function ownPlace(location: string, pod: PodPort, root: string): string {
  const url = new URL(location, 'http://pod.invalid');
  const proxied = podProxyPath(pod, '');
  const path = url.pathname.startsWith(`${proxied}/`) ? url.pathname.slice(proxied.length) : url.pathname;
  const isOwn = url.host === 'pod.invalid' || url.pathname !== path;
  return isOwn ? `${root}${path}${url.search}` : location;
}
