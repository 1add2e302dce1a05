/** The metrics of a page that count requests, and what takes the time of them. */
import type { Exposition, MetricSample } from '../goruntime/metrics/exposition.ts';
import { plainName } from './go-metric-names.ts';
import { keyOf, whyNoSum } from './label-sets.ts';
import { codeOf } from './request-codes.ts';
import { codedCounterName, counterName, durationName, type RequestName } from './request-names.ts';

/** One set of labels of such a metric. */
interface Part {
  /** The labels as text. */
  readonly key: string;
  readonly value: number;
  /** How these requests ended, where the labels say. */
  readonly code: string | undefined;
}

/** One metric that counts requests: a counter, or the count of a histogram or summary. */
export interface RequestFamily extends RequestName {
  /** As a page without any escapes writes it, without `_count`. */
  readonly name: string;
  readonly isDuration: boolean;
  readonly hasCodes: boolean;
  readonly counts: readonly Part[];
  /** The time that they took, in seconds; empty where that is not told. */
  readonly sums: readonly Part[];
}

/** The metrics that count requests, and why others that seem to are left out, which goes on from the address of the page. */
export interface RequestFamilies {
  readonly families: readonly RequestFamily[];
  readonly doubts: readonly string[];
}

/** What may be a name that is read, before its words are. */
const mayCount = /req|resp|rpc|http|retr/i;
/** Who asks for metrics and profiles are we: no traffic of the service. Some write the whole address, or a `*` before the path. */
const ownLooks = /^(?:\w+:\/\/[^/]*|\*)?(?:\/metrics|\/debug\/(?:pprof|vars)(?:\/.*)?)\/?(?:\?.*)?$/;

/** All of a page of one process whose metrics endpoint has this path. */
export function requestFamilies(
  { samples, types }: Pick<Exposition, 'samples' | 'types'>,
  metricsPath: string | undefined,
): RequestFamilies {
  const byName = new Map<string, MetricSample[]>();
  for (const sample of samples) {
    if (!(mayCount.test(sample.name) || hasStatus(sample)) || !Number.isFinite(sample.value)) continue;
    const same = byName.get(sample.name);
    if (same) same.push(sample);
    else byName.set(sample.name, [sample]);
  }
  const families: RequestFamily[] = [];
  const doubts: string[] = [];
  for (const [raw, found] of byName) {
    const meant = meaningOf(raw, byName, types, found.every(hasStatus));
    if (!meant) continue;
    const { about, name, sum, isDuration } = meant;
    const why = whyNoSum(samples, name, found);
    if (why !== undefined) {
      doubts.push(`${why}; its requests are left out`);
      continue;
    }
    const isRpc = about.protocol === 'rpc';
    const counts = partsOf(found, 1, isRpc, metricsPath);
    const sums = about.unitS === undefined ? [] : partsOf(byName.get(sum) ?? [], about.unitS, isRpc, metricsPath);
    families.push({
      ...about,
      name,
      isDuration,
      hasCodes: counts.some(({ code }) => code !== undefined),
      counts,
      sums,
    });
  }
  return { families, doubts };
}

interface Meaning {
  readonly about: RequestName;
  readonly name: string;
  /** The metric of the sum, if there is one. */
  readonly sum: string;
  readonly isDuration: boolean;
}

function meaningOf(
  raw: string,
  byName: ReadonlyMap<string, unknown>,
  types: ReadonlyMap<string, string>,
  hasStatuses: boolean,
): Meaning | undefined {
  const base = raw.replace(/_count$/, '');
  const sum = `${base}_sum`;
  const plain = plainName(raw);
  if (base !== raw && byName.has(sum)) {
    const name = plainName(base);
    const about = durationName(name);
    return about && { about, name, sum, isDuration: true };
  }
  const type = types.get(raw) ?? types.get(raw.replace(/_total$/, ''));
  const isCounter =
    type === 'counter' || ((type === undefined || /^un(typed|known)$/.test(type)) && /_(?:total|count)$/.test(plain));
  const about = isCounter ? (counterName(plain) ?? (hasStatuses ? codedCounterName(plain) : undefined)) : undefined;
  return about && { about, name: plain, sum, isDuration: false };
}

/** Whether one of the plainest labels is an HTTP status code. */
function hasStatus({ labels }: MetricSample): boolean {
  return /^[1-5]\d\d$/.test(labels['code'] ?? labels['status'] ?? labels['status_code'] ?? labels['http_status'] ?? '');
}

function partsOf(
  found: readonly MetricSample[],
  unitS: number,
  isRpc: boolean,
  metricsPath: string | undefined,
): Part[] {
  return found.flatMap(({ labels, value }) => {
    const isOwnLook = Object.values(labels).some((text) => text === metricsPath || ownLooks.test(text));
    if (isOwnLook) return [];
    const plain = Object.fromEntries(Object.entries(labels).map(([label, text]) => [plainName(label), text]));
    return [{ key: keyOf(labels), value: value * unitS, code: codeOf(plain, isRpc) }];
  });
}
