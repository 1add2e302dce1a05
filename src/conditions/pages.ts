/** Which page of a replica answers a question. */
import { metricsTypes } from '../goruntime/metrics/page.ts';
import type { Target } from '../model/topology.ts';
import type { PageQuestion } from './answer.ts';

/** What is asked for; questions with the same key are answered by the same page. */
export interface Page {
  readonly key: string;
  readonly maxBytes: number;
  readonly accept?: string;
  readonly followsRedirects: boolean;
  /** Where it is on this replica now, or why it has none. */
  urlOf(target: Target): PageUrl;
}

type PageUrl = { readonly url: string } | { readonly why: string };

/** Pages of metrics are long. */
const mostMetricsBytes = 32 * 1024 * 1024;
const mostBytes = 1024 * 1024;

/** The page that answers it. */
export function pageOf(question: PageQuestion): Page {
  if (question.kind === 'metric')
    return {
      key: 'metrics',
      maxBytes: mostMetricsBytes,
      accept: metricsTypes,
      followsRedirects: true,
      urlOf: metricsUrlOf,
    };
  const { path, port } = question;
  // Whoever waits for a redirect wants to see it.
  const followsRedirects = !(question.kind === 'http' && question.status >= 300 && question.status < 400);
  return {
    key: [path, port ?? '', followsRedirects].join(' '),
    maxBytes: mostBytes,
    followsRedirects,
    urlOf: (target) => urlAt(target, path, port),
  };
}

function metricsUrlOf({ metricsUrl }: Target): PageUrl {
  return metricsUrl === undefined ? { why: 'has no page of metrics that is known of' } : { url: metricsUrl };
}

function urlAt({ ports, metricsUrl, pprofUrl }: Target, path: string, port: number | undefined): PageUrl {
  const offered = Object.keys(ports);
  // Of what runs already only the addresses of such pages are known.
  const known = metricsUrl ?? pprofUrl;
  if (offered.length === 0 && known !== undefined) return { url: besides(known, path, port) };
  const key = port === undefined ? (offered.length === 1 ? offered[0] : undefined) : String(port);
  const base = key === undefined ? undefined : ports[key];
  if (base !== undefined) return { url: new URL(path, base).href };
  const has = offered.length > 0 ? `offers ${offered.join(', ')}` : 'offers no port';
  return { why: port === undefined ? `${has}: say which with port` : `has no published port ${port}; it ${has}` };
}

/** Another page of the same host. */
function besides(known: string, path: string, port: number | undefined): string {
  const url = new URL(path, known);
  if (port !== undefined) url.port = String(port);
  return url.href;
}
