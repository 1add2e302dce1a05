/**
 * The text form of a Go profile (`?debug=1`: goroutine and other counts, heap, mutex, block) to the same profile that the binary form
 * holds.
 */
import { sortLabels } from './pprof.ts';
import { createStackReader } from './stack-text.ts';
import { type PprofProfile, ProfileError, type ProfileLabel, type ProfileSample, type ValueType } from './types.ts';

/** What the first lines of a text say, and how its records are read. */
interface Form {
  readonly sampleTypes: readonly ValueType[];
  readonly periodType: ValueType;
  readonly period: bigint;
  /** The line of a record, with its addresses as the last group. */
  readonly record: RegExp;
  /** Lines of the text that come before the first record. */
  readonly headerLines: number;
  /** The profile hides the functions of the runtime in which memory is allocated; so does the binary form. */
  readonly hidesLeaves: boolean;
  values(numbers: readonly bigint[]): { readonly values: readonly bigint[]; readonly labels: readonly ProfileLabel[] };
  /** What the numbers of all records must add up to, where the text says so. */
  readonly sums: readonly (bigint | undefined)[];
}

const addresses = '@((?: 0x[0-9a-f]{1,16})*)$';
const int64 = String.raw`(-?\d{1,19})`;
const count = { type: 'contentions', unit: 'count' };

/**
 * The profile in this text. It has no time, addresses without mappings, and of a goroutine it lacks the functions of
 * the runtime that it is parked in, unless another profile of the same process is given, whose addresses tell them;
 * else these are frames without a name. Throws a ProfileError when the text is none of these forms, or is cut.
 */
export function parseProfileText(text: string, known?: PprofProfile): PprofProfile {
  const lines = text.split('\n').map((line) => line.trimEnd());
  const form = formOf(lines);
  const reader = createStackReader(known);
  const sums: bigint[] = [];
  const samples: ProfileSample[] = [];
  for (let at = form.headerLines; at < lines.length; ) {
    const line = lines[at] ?? '';
    at += 1;
    if (line === '') continue;
    if (line === '# runtime.MemStats') break;
    const match = form.record.exec(line);
    if (!match) throw notWhole(`it has the line ${JSON.stringify(line.slice(0, 200))}`);
    const numbers = match.slice(1, -1).map((digits) => BigInt.asIntN(64, BigInt(digits)));
    for (const [index, number] of numbers.entries()) sums[index] = (sums[index] ?? 0n) + number;
    const [labelLine, stackLines, next] = recordLines(lines, at);
    at = next;
    const { values, labels } = form.values(numbers);
    const stack = reader.read(match.at(-1) ?? '', stackLines);
    const firstNamed = stack.findIndex((location) => location.lines.length > 0);
    const locations = form.hidesLeaves && firstNamed > 0 ? stack.slice(firstNamed) : stack;
    samples.push({ locations, values, labels: sortLabels([...labels, ...labelsIn(labelLine)]) });
  }
  for (const [index, sum] of form.sums.entries()) {
    const found = sums[index] ?? 0n;
    if (sum !== undefined && sum !== found) throw notWhole(`its first line says ${sum}, its stacks sum to ${found}`);
  }
  const { sampleTypes, periodType, period } = form;
  const unknown = {
    timeNanos: 0n,
    durationNanos: 0n,
    dropFrames: '',
    keepFrames: '',
    defaultSampleType: '',
    docUrl: '',
  };
  return { sampleTypes, samples, mappings: [], periodType, period, comments: [], ...unknown };
}

function notWhole(what: string): ProfileError {
  return new ProfileError('not whole', `not a whole profile: ${what}`);
}

/** The line of labels after a record, if there is one, its lines of functions, and the index of what follows. */
function recordLines(lines: readonly string[], from: number): [string | undefined, readonly string[], number] {
  const labelled = lines[from]?.startsWith('# labels: ') ? 1 : 0;
  let to = from + labelled;
  while (lines[to]?.startsWith('#\t')) to += 1;
  return [labelled ? lines[from] : undefined, lines.slice(from + labelled, to), to];
}

function formOf(lines: readonly string[]): Form {
  const [first = ''] = lines;
  const counts = /^([\w/.-]{1,200}) profile: total (\d{1,18})$/.exec(first);
  if (counts) return countForm(counts[1] ?? '', BigInt(counts[2] ?? 0));
  const heap = /^heap profile: (\d{1,18}): (\d{1,18}) \[(\d{1,18}): \d{1,18}\] @ heap\/(\d{1,18})$/.exec(first);
  if (heap) return heapForm(heap.slice(1).map(BigInt));
  if (/^--- (contention|mutex):$/.test(first)) return contentionForm(lines);
  throw new ProfileError(
    first === '' ? 'empty' : 'not a profile',
    `not the text of a profile: it begins with ${JSON.stringify(first.slice(0, 80))}`,
  );
}

function countForm(name: string, total: bigint): Form {
  const type = { type: name, unit: 'count' };
  return {
    sampleTypes: [type],
    periodType: type,
    period: 1n,
    record: new RegExp(`^${int64} ${addresses}`),
    headerLines: 1,
    hidesLeaves: false,
    values: (values) => ({ values, labels: [] }),
    sums: [total],
  };
}

/** The bytes allocated are left out of the check: the runtime adds one to them at times. */
function heapForm([inUse, inUseBytes, allocated, doubleRate = 0n]: readonly bigint[]): Form {
  const period = doubleRate / 2n;
  return {
    sampleTypes: ['alloc_objects/count', 'alloc_space/bytes', 'inuse_objects/count', 'inuse_space/bytes'].map(typeOf),
    periodType: typeOf('space/bytes'),
    period,
    record: new RegExp(String.raw`^${int64}: ${int64} \[${int64}: ${int64}\] ${addresses}`),
    headerLines: 1,
    hidesLeaves: true,
    values([objects = 0n, bytes = 0n, allObjects = 0n, allBytes = 0n]) {
      const size = allObjects > 0n ? allBytes / allObjects : 0n;
      const values = [...unsample(allObjects, allBytes, period), ...unsample(objects, bytes, period)];
      return { values, labels: size === 0n ? [] : [{ key: 'bytes', number: size, unit: '' }] };
    },
    sums: [inUse, inUseBytes, allocated],
  };
}

function typeOf(text: string): ValueType {
  const [type = '', unit = ''] = text.split('/');
  return { type, unit };
}

/** The text has the sampled numbers, the binary form an estimate of the whole (runtime/pprof/protomem.go, scaleHeapSample). */
function unsample(objects: bigint, bytes: bigint, rate: bigint): readonly [objects: bigint, bytes: bigint] {
  if (objects === 0n || bytes === 0n) return [0n, 0n];
  if (rate <= 1n) return [objects, bytes];
  const size = Number(bytes) / Number(objects);
  const scale = 1 / (1 - Math.exp(-size / Number(rate)));
  if (!Number.isFinite(scale)) throw notWhole(`it has ${objects} objects of ${bytes} bytes together`);
  return [truncated(Number(objects) * scale), truncated(Number(bytes) * scale)];
}

/** Go has multiplied its numbers by the sampling period already, though `go tool pprof` does it once more. */
function contentionForm(lines: readonly string[]): Form {
  const perSecond = Number(/^cycles\/second=(\d{1,15})$/.exec(lines[1] ?? '')?.[1]);
  if (!(perSecond > 0)) throw notWhole('it does not say how many cycles a second has');
  const cyclesPerNs = perSecond / 1e9;
  return {
    sampleTypes: [count, { type: 'delay', unit: 'nanoseconds' }],
    periodType: count,
    period: 1n,
    record: new RegExp(`^${int64} ${int64} ${addresses}`),
    headerLines: /^sampling period=\d+$/.test(lines[2] ?? '') ? 3 : 2,
    hidesLeaves: false,
    values: ([cycles = 0n, times = 0n]) => ({
      values: [times, truncated(Number(cycles) / cyclesPerNs)],
      labels: [],
    }),
    sums: [],
  };
}

function truncated(value: number): bigint {
  return BigInt.asIntN(64, BigInt(Math.trunc(value)));
}

const escapes: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** `# labels: {"key":"value", …}`, quoted as Go quotes. */
function labelsIn(line: string | undefined): readonly ProfileLabel[] {
  if (line === undefined) return [];
  if (!line.endsWith('}')) throw notWhole(`it has the line ${JSON.stringify(line.slice(0, 200))}`);
  const pairs = line.matchAll(/"((?:[^"\\]|\\.)*)":"((?:[^"\\]|\\.)*)"/g);
  return [...pairs].map(([, key = '', text = '']) => ({ key: unquote(key), text: unquote(text) }));
}

function unquote(quoted: string): string {
  return quoted.replace(/\\(?:x([0-9a-f]{2})|u([0-9a-f]{4})|U([0-9a-f]{8})|(.))/g, (_, x, u, long, one: string) => {
    const code = Number.parseInt(x ?? u ?? long ?? '', 16);
    if (Number.isNaN(code)) return escapes[one] ?? one;
    return code > 0x10ffff ? '\ufffd' : String.fromCodePoint(code);
  });
}
