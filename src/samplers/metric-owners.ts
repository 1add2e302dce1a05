/**
 * Whose samples a page of metrics holds. A process exposes each metric of its Go runtime once, or once for each value of the labels that
 * belong to that metric (`le`, `quantile`); all its other labels are the same everywhere, or missing. A page of several processes
 * (federation, a push gateway, pages put together) holds them several times, and their sum is nobody's.
 */
import type { MetricSample } from '../goruntime/metrics/exposition.ts';
import { ownLabelsOf, plainName, startTime } from './go-metric-names.ts';

/** What is of one process. */
export interface OwnSamples {
  /** Of metrics that are read, with plain names; each at most once for each value of its own labels. */
  readonly samples: readonly MetricSample[];
  /** What was left out because nobody can tell what it is of; each goes on from the address of the page. */
  readonly doubts: readonly string[];
  /** Whether the page is of one process. */
  readonly isOfOne: boolean;
}

interface Owned {
  readonly sample: MetricSample;
  /** The metric without `_bucket`, `_sum` and `_count`. */
  readonly family: string;
  /** Labels that are not its own: what may tell one process from another. */
  readonly labels: Readonly<Record<string, string>>;
  /** Those labels as text; empty for none. */
  readonly owner: string;
}

type Families = ReadonlyMap<string, readonly Owned[]>;

/** A start as the kernel counts it and as a client library computes it may differ by rounding, seconds. */
export const startRoundingS = 1.5;
const shown = 3;

/**
 * The samples of the one process that a page is of. Of several it is the one that started at `startS` (seconds since 1970) where that is
 * known, else none; a single metric whose label sets cannot be told apart is left out alone.
 */
export function ownSamples(all: readonly MetricSample[], startS?: number): OwnSamples {
  const runtime = all.flatMap((sample) => owned(sample) ?? []);
  const families = familiesOf(runtime);
  const repeated = [...families].filter(([, own]) => hasRepeats(own)).map(([family]) => family);
  const isLabelled = hasTellingLabel(families);
  if (isLabelled || repeated.length > 1) return ofSeveral(runtime, isLabelled ? [] : repeated, startS);
  const doubts: string[] = [];
  const samples = [...families].flatMap(([family, own]) => {
    const why = repeated.includes(family) ? 'more than once' : whyUnclear(own);
    if (why === undefined) return own.map(({ sample }) => sample);
    doubts.push(`has ${family} ${why}; it is left out`);
    return [];
  });
  return { samples, doubts, isOfOne: true };
}

function owned(sample: MetricSample): Owned | undefined {
  const name = plainName(sample.name);
  const own = ownLabelsOf(name);
  // A series that is no number has ended, or has not begun.
  if (own === undefined || Number.isNaN(sample.value)) return undefined;
  const labels = Object.fromEntries(
    Object.entries(sample.labels)
      .map(([label, value]) => [plainName(label), value] as const)
      .sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  const others = Object.entries(labels).filter(
    // An empty label is as good as none, and the library that measured is not the process it measured.
    ([label, value]) => value !== '' && own !== 'all' && !own.includes(label) && !label.startsWith('otel_scope_'),
  );
  return {
    sample: { ...sample, name, labels },
    family: name.replace(/_(?:bucket|sum|count)$/, ''),
    labels: Object.fromEntries(others),
    owner: others.map(([label, value]) => `${label}=${JSON.stringify(value)}`).join(', '),
  };
}

function familiesOf(runtime: readonly Owned[]): Families {
  const families = new Map<string, Owned[]>();
  for (const one of runtime) {
    const own = families.get(one.family) ?? [];
    families.set(one.family, own);
    own.push(one);
  }
  return families;
}

/** Whether the same sample stands there twice. */
function hasRepeats(own: readonly Owned[]): boolean {
  const keys = own.map(({ sample: { name, labels }, owner }) => {
    const dimensions = ownLabelsOf(name) ?? [];
    return JSON.stringify([name, owner, dimensions === 'all' ? [] : dimensions.map((label) => labels[label])]);
  });
  return new Set(keys).size < keys.length;
}

/**
 * Whether a label tells processes apart: it has several values, or is there and not there, in each of several metrics; or it has different
 * values in different metrics. One with several values in a single metric may be a part of that metric.
 */
function hasTellingLabel(families: Families): boolean {
  const values = new Map<string, Map<string, Set<string | undefined>>>();
  for (const { family, labels } of [...families.values()].flat()) {
    for (const [label, value] of Object.entries(labels)) {
      const perFamily = values.get(label) ?? new Map<string, Set<string | undefined>>();
      values.set(label, perFamily);
      perFamily.set(family, (perFamily.get(family) ?? new Set()).add(value));
    }
  }
  return [...values].some(([label, perFamily]) => {
    const different = new Set([...perFamily.values()].flatMap((own) => [...own]));
    if (perFamily.size > 1 && different.size > 1) return true;
    const varying = [...perFamily].filter(
      ([family, own]) => own.size > 1 || families.get(family)?.some(({ labels }) => labels[label] === undefined),
    );
    return varying.length > 1;
  });
}

function whyUnclear(own: readonly Owned[]): string | undefined {
  const owners = new Set(own.map(({ owner }) => owner));
  if (owners.size < 2) return undefined;
  return `with several sets of labels (${ownersText(own)}), which may be parts of one value or values of several processes`;
}

function ofSeveral(runtime: readonly Owned[], repeated: readonly string[], startS: number | undefined): OwnSamples {
  const what =
    repeated.length > 0
      ? `has metrics of several processes: ${repeated.slice(0, shown).join(', ')} and others stand there more than once`
      : `has metrics of several processes (${ownersText(runtime)})`;
  const owner = startS === undefined ? undefined : ownerStarted(runtime, startS);
  // What a process has once says by none of its labels whose it is.
  const own = runtime.filter((one) => one.owner === owner && ownLabelsOf(one.sample.name) !== 'all');
  if (owner === undefined || hasRepeats(own)) {
    const way = 'give the address at which that process alone tells its metrics';
    const doubt = `${what}, and nobody can tell which of them is the target's, so none is taken: ${way}`;
    return { samples: [], doubts: [doubt], isOfOne: false };
  }
  const which = owner === '' ? 'those without such labels are taken' : `those with ${owner} are taken`;
  const doubt = `${what}; ${which}, because their ${startTime} is when the target's process began`;
  return { samples: own.map(({ sample }) => sample), doubts: [doubt], isOfOne: false };
}

/** The labels of the one process that began then; undefined when there is none or more than one. */
function ownerStarted(runtime: readonly Owned[], startS: number): string | undefined {
  const began = runtime.filter(
    ({ sample: { name, value } }) => name === startTime && Math.abs(value - startS) <= startRoundingS,
  );
  return began.length === 1 ? began[0]?.owner : undefined;
}

function ownersText(own: readonly Owned[]): string {
  const telling = own.filter(({ sample }) => ownLabelsOf(sample.name) !== 'all');
  const owners = [...new Set(telling.map(({ owner }) => owner || 'none'))];
  const rest = owners.length - shown;
  return `${owners.slice(0, shown).join('; ')}${rest > 0 ? `; and ${rest} more` : ''}`;
}
