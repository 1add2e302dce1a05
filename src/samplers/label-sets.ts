/** Samples of one metric that are parts of one process's value: whether they can be added up. */
import type { MetricSample } from '../goruntime/metrics/exposition.ts';
import { plainName } from './go-metric-names.ts';

/** The labels by which Prometheus tells its targets apart ("Jobs and instances" in its documentation). */
const ofTargets: readonly string[] = ['job', 'instance'];
/** Labels of requests, which every sample of a small page may have: no process is told apart by them. */
const ofRequests =
  /(?:^|_)(?:code|status|method|verb|path|route|handler|url|uri|target|endpoint|operation|protocol|scheme|le|quantile|vmrange|state)$|^(?:grpc|rpc)_/;

/** Why the `found` samples of the metric `name` make no sum; goes on from the address of the page. Undefined where they do. */
export function whyNoSum(
  all: readonly MetricSample[],
  name: string,
  found: readonly MetricSample[],
): string | undefined {
  const apart = labelOfTargets(all, found);
  if (apart !== undefined) return `has ${name} of several processes, which label ${apart} tells apart`;
  if (isNested(name, found)) return `has ${name} by handlers that are one inside another`;
  const keys = new Set(found.map(({ labels }) => keyOf(labels)));
  const hasTotal = found.length > 1 && keys.has(noLabels);
  return hasTotal || keys.size < found.length ? `has ${name} as a whole and in parts, or twice` : undefined;
}

/** Label sets that are the same have the same key. */
export function keyOf(labels: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

const noLabels = keyOf({});

/** A label that tells targets apart: one of Prometheus's own, or one that every sample of the page has, as those that scraping adds. */
function labelOfTargets(all: readonly MetricSample[], found: readonly MetricSample[]): string | undefined {
  const several = (label: string) => new Set(found.map(({ labels }) => labels[label])).size > 1;
  const known = ofTargets.find(several);
  if (known !== undefined) return known;
  if (found.length === all.length) return undefined;
  const labels = new Set(found.flatMap((sample) => Object.keys(sample.labels)));
  return [...labels].find(
    (label) =>
      !ofRequests.test(plainName(label)) && several(label) && all.every((sample) => sample.labels[label] !== undefined),
  );
}

/**
 * Caddy counts a request once for each handler of its configuration that it passes (modules/caddyhttp/metrics.go), one around another: the
 * sum is more than there were.
 */
function isNested(name: string, found: readonly MetricSample[]): boolean {
  return name.startsWith('caddy_http_') && new Set(found.map(({ labels }) => labels['handler'])).size > 1;
}
