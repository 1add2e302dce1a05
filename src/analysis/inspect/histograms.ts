/** The lines of a HdrHistogram log, one by one, to percentiles over time (format: HdrHistogram's HistogramLogReader). */
import type { Histogram } from 'hdr-histogram-js';
import { decodeHistogram } from '../../model/histogram.ts';
import type { Judgement, Rejected } from '../../model/inspected-input.ts';
import type { HistogramInspection, HistogramPoint, HistogramUnit, InspectedTag } from '../../model/inspection.ts';
import { noCounts } from './log.ts';

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
const interval =
  /^(?:Tag=([^,]{0,1000}),\s*)?(\d[\d.eE+-]*)\s*,\s*(\d[\d.eE+-]*)\s*,\s*(\d[\d.eE+-]*)\s*,\s*([\w+/=]+)$/;
/** The same where the writer's language has commas for points: each of the three numbers has one then. */
const withCommas = /^(?:Tag=([^,]{0,1000}),\s*)?(\d+,\d+)\s*,\s*(\d+,\d+)\s*,\s*(\d+,\d+)\s*,\s*([\w+/=]+)$/;
const unitComment = /\b(?:values?|latenc(?:y|ies)|times?|durations?|sizes?)(?: are)? in (\w+)/i;
const unitWords: Readonly<Record<string, HistogramUnit>> = {
  nanoseconds: 'ns',
  ns: 'ns',
  microseconds: 'us',
  us: 'us',
  usec: 'us',
  milliseconds: 'ms',
  ms: 'ms',
  msec: 'ms',
  seconds: 's',
  bytes: 'bytes',
};
/** The first bytes of the encodings, without their word size (HdrHistogram's AbstractHistogram and DoubleHistogram). */
const encodings: Readonly<Record<string, string>> = {
  '1c849308': 'version 0, not compressed',
  '1c849309': 'version 0',
  '1c849301': 'version 1, not compressed',
  '1c849302': 'version 1',
  '1c849303': 'version 2, not compressed',
  '0c72124e': 'a histogram of fractions (DoubleHistogram), not compressed',
  '0c72124f': 'a histogram of fractions (DoubleHistogram)',
};
const startTime = /^#\[StartTime: (\d+(?:\.\d+)?)/;

/** An inspector of a log of which nothing was read yet; `given` is the unit that the user says its values have. */
export function createHistogramLogInspector(given?: HistogramUnit): HistogramLogInspector {
  const tags = new Map<string, Tag>();
  const unit = createUnit(given);
  let lines = 0;
  let startedAt: string | undefined;
  let rejected: Rejected = { kind: 'interval', count: 0, example: '' };
  let firstS: number | undefined;

  function comment(text: string): void {
    unit.comment(text);
    const start = startTime.exec(text)?.[1];
    if (start !== undefined) startedAt ??= new Date(Number(start) * 1000).toISOString();
  }

  function reject(text: string, why: string): undefined {
    const example = rejected.count === 0 ? `line ${lines} ${why}: ${text.slice(0, 160)}` : rejected.example;
    rejected = { ...rejected, count: rejected.count + 1, example };
  }

  return {
    line(text) {
      lines += 1;
      if (text.startsWith('#')) comment(text);
      const match = interval.exec(text.trim()) ?? withCommas.exec(text.trim());
      if (!match) {
        const isOther = text.trim() === '' || text.startsWith('#') || text.startsWith('"');
        return isOther ? undefined : reject(text, 'is no interval (tag, start, length and maximum, then a histogram)');
      }
      const [tag = '', ...numbers] = match.slice(1, 4).map((each) => each?.replace(',', '.'));
      const encoded = match[5] ?? '';
      const histogram = histogramIn(encoded);
      if (!histogram) return reject(text, `has a histogram that cannot be read: ${encodingOf(encoded)}`);
      const [at, length] = numbers.map(Number);
      firstS ??= at ?? 0;
      const atS = rounded((at ?? 0) - firstS);
      addTo(tags, tag, { atS, endS: atS + (length ?? 0), count: 1, histogram });
      return { tag, ...pointOf(histogram, atS, length ?? 0) };
    },
    finish: (file, bytes) => ({
      kind: 'hlog',
      file,
      bytes,
      counts: { ...noCounts, rejects: rejected.count },
      judgements: judgeRejects(rejected),
      ...unit.found(),
      ...(startedAt === undefined ? {} : { startedAt }),
      tags: [...tags].map(([name, tag]) => inspectedTag(name, tag)),
      rejects: rejected.count > 0 ? [rejected] : [],
    }),
  };
}

function judgeRejects({ count, example }: Rejected): Judgement[] {
  if (count === 0) return [];
  const title = `${count === 1 ? 'a line' : `${count} lines`} could not be read, and ${count === 1 ? 'is' : 'are'} in no number below`;
  return [{ severity: 'warning', certainty: 'certain', title, evidence: [`such as: ${example}`] }];
}

/** What the beginning of a histogram says that it is. */
function encodingOf(text: string): string {
  const bytes = [...text.slice(0, 8)].map((each) => base64.indexOf(each)).filter((each) => each >= 0);
  const bits = bytes.map((each) => each.toString(2).padStart(6, '0')).join('');
  const cookie = Number.parseInt(bits.slice(0, 32), 2);
  const hex = (Number.isNaN(cookie) ? 0 : cookie).toString(16).padStart(8, '0');
  const plain = `${hex.slice(0, 6)}0${hex.slice(7)}`;
  const known = encodings[hex] ?? encodings[plain];
  if (known) return `its encoding is ${known}, and only compressed version 2 is read`;
  return `it does not begin like one, or is damaged (first bytes ${hex})`;
}

const base64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

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

/** A log does not have to say its unit, and its column of maxima is divided by whatever its writer chose. */
function createUnit(given: HistogramUnit | undefined) {
  const said = new Set<HistogramUnit>();
  return {
    comment(text: string): void {
      const unit = unitWords[unitComment.exec(text)?.[1]?.toLowerCase() ?? ''];
      if (unit !== undefined) said.add(unit);
    },
    found(): Pick<HistogramInspection, 'unit' | 'unitFrom'> {
      if (given !== undefined) return { unit: given, unitFrom: '--unit says so' };
      const [unit] = said;
      if (unit !== undefined && said.size === 1) return { unit, unitFrom: 'a comment in the log says so' };
      const why = said.size > 1 ? 'comments in the log say unlike units' : 'the log does not say its unit';
      return { unit: '', unitFrom: `${why} (--unit us, where it is known)` };
    },
  };
}
