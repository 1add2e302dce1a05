/** The lines of a HdrHistogram log, one by one, to percentiles over time (format: HdrHistogram's HistogramLogReader). */
import type { Histogram } from 'hdr-histogram-js';
import { decodeHistogram } from '../model/histogram.ts';
import type { HistogramInspection, HistogramPoint, InspectedTag, Rejected } from '../model/inspection.ts';
import { noCounts } from './inspect-log.ts';

/** One interval of such a log, in the units of the log. */
interface HistogramInterval extends HistogramPoint {
  readonly tag: string;
}

/** Takes the lines of one log in their order. */
export interface HistogramLogInspector {
  line(text: string): HistogramInterval | undefined;
  finish(file: string, bytes: number): HistogramInspection;
}

interface Bin {
  readonly atS: number;
  endS: number;
  count: number;
  readonly histogram: Histogram;
}

interface Tag {
  bins: Bin[];
  perBin: number;
  intervals: number;
}

/** Histograms are large, so there are only so many of each tag, each merged from as many intervals as are needed. */
const maxBins = 120;
const interval = /^(?:Tag=([^,]{0,1000}),)?(\d[\d.eE+-]*),(\d[\d.eE+-]*),(\d[\d.eE+-]*),(\S+)$/;
const unitComment = /values? in (microseconds|nanoseconds)/i;
const startTime = /^#\[StartTime: (\d+(?:\.\d+)?)/;

/** An inspector of a log of which nothing was read yet. */
export function createHistogramLogInspector(): HistogramLogInspector {
  const tags = new Map<string, Tag>();
  const unit = createUnit();
  let startedAt: string | undefined;
  let rejected: Rejected = { kind: 'interval', count: 0, example: '' };
  let firstS: number | undefined;

  function comment(text: string): void {
    unit.comment(text);
    const start = startTime.exec(text)?.[1];
    if (start !== undefined) startedAt ??= new Date(Number(start) * 1000).toISOString();
  }

  function reject(text: string): undefined {
    const example = rejected.count === 0 ? text.slice(0, 160) : rejected.example;
    rejected = { ...rejected, count: rejected.count + 1, example };
  }

  return {
    line(text) {
      if (text.startsWith('#')) comment(text);
      const match = interval.exec(text.trimEnd());
      if (!match) return text === '' || text.startsWith('#') || text.startsWith('"') ? undefined : reject(text);
      const histogram = histogramIn(match[5] ?? '');
      if (!histogram) return reject(text);
      const [tag = '', at, length, max] = match.slice(1);
      firstS ??= Number(at);
      const [atS, lengthS] = [rounded(Number(at) - firstS), Number(length)];
      unit.maximum(histogram.maxValue, Number(max));
      addTo(tags, tag, { atS, endS: atS + lengthS, count: 1, histogram });
      return { tag, ...pointOf(histogram, atS, lengthS) };
    },
    finish: (file, bytes) => ({
      kind: 'hlog',
      file,
      bytes,
      counts: { ...noCounts, rejects: rejected.count },
      judgements: [],
      ...unit.found(),
      ...(startedAt === undefined ? {} : { startedAt }),
      tags: [...tags].map(([name, tag]) => inspectedTag(name, tag)),
      rejects: rejected.count > 0 ? [rejected] : [],
    }),
  };
}

function histogramIn(text: string): Histogram | undefined {
  try {
    return decodeHistogram(text);
  } catch {
    return undefined;
  }
}

function addTo(tags: Map<string, Tag>, name: string, bin: Bin): void {
  const tag = tags.get(name) ?? { bins: [], perBin: 1, intervals: 0 };
  tags.set(name, tag);
  tag.intervals += 1;
  const last = tag.bins.at(-1);
  if (last && last.count < tag.perBin) addBin(last, bin);
  else tag.bins.push(bin);
  if (tag.bins.length <= maxBins) return;
  tag.perBin *= 2;
  tag.bins = tag.bins.filter((each, at) => {
    if (at % 2 === 1) return false;
    const next = tag.bins[at + 1];
    if (next) addBin(each, next);
    return true;
  });
}

function addBin(into: Bin, other: Bin): void {
  into.histogram.autoResize = true;
  into.histogram.add(other.histogram);
  into.endS = Math.max(into.endS, other.endS);
  into.count += other.count;
}

function inspectedTag(name: string, { bins, intervals }: Tag): InspectedTag {
  const points = bins.map(({ histogram, atS, endS }) => pointOf(histogram, atS, endS - atS));
  const [first, ...rest] = bins;
  for (const bin of rest) if (first) addBin(first, bin);
  const whole = first && pointOf(first.histogram, first.atS, first.endS - first.atS);
  const none = { atS: 0, lengthS: 0, count: 0, p50: 0, p90: 0, p99: 0, p999: 0, max: 0 };
  return { tag: name, intervals, whole: whole ?? none, mean: rounded(first?.histogram.mean ?? 0), points };
}

function pointOf(histogram: Histogram, atS: number, lengthS: number): HistogramPoint {
  const at = (percentile: number) => histogram.getValueAtPercentile(percentile);
  return {
    atS,
    lengthS: rounded(lengthS),
    count: histogram.totalCount,
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max: histogram.maxValue,
  };
}

function rounded(value: number): number {
  return Math.round(value * 1000) / 1000;
}

/** A log does not have to say its unit; its column of maxima is in milliseconds by convention. */
function createUnit() {
  let said: 'us' | 'ns' | undefined;
  let [value, shown] = [0, 0];
  return {
    comment(text: string): void {
      const word = unitComment.exec(text)?.[1]?.toLowerCase();
      if (word !== undefined) said ??= word === 'microseconds' ? 'us' : 'ns';
    },
    maximum(raw: number, printed: number): void {
      if (raw > value && printed > 0) [value, shown] = [raw, printed];
    },
    found(): Pick<HistogramInspection, 'unit' | 'unitFrom'> {
      if (said) return { unit: said, unitFrom: 'a comment in the log says so' };
      const ratio = shown > 0 ? value / shown : 0;
      const from = 'by convention: the log has its maxima in milliseconds, and does not say its unit';
      if (ratio > 900_000 && ratio < 1_100_000) return { unit: 'ns', unitFrom: from };
      if (ratio > 900 && ratio < 1100) return { unit: 'us', unitFrom: from };
      return { unit: '', unitFrom: 'the log does not say its unit' };
    },
  };
}
