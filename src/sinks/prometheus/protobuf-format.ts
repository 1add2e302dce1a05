/**
 * Metrics as delimited messages `io.prometheus.client.MetricFamily` (github.com/prometheus/client_model, metrics.proto), the only form that
 * carries native histograms: each histogram has both its native and its classic buckets.
 */
import type { Histogram } from 'hdr-histogram-js';
import type { Registry } from 'prom-client';
import { classicBuckets, nativeBuckets, nativeSchema, totalsOf, zeroThreshold } from './buckets.ts';
import { histogramOf } from './latency-metric.ts';

/** MetricType of metrics.proto, by what prom-client calls them. */
const types: Readonly<Record<string, bigint>> = { counter: 0n, gauge: 1n, histogram: 4n };

type Family = Awaited<ReturnType<Registry['getMetricsAsJSON']>>[number];
type Value = Family['values'][number];

/** All families of a registry of Prometheus one after the other, each behind its length. */
export function metricsProtobuf(families: readonly Family[]): Buffer {
  return Buffer.concat(
    families.flatMap((family) => {
      const message = familyMessage(family);
      return [varint(BigInt(message.length)), message];
    }),
  );
}

function familyMessage({ name, help, type, values }: Family): Buffer {
  // Declared as a number, it is a word.
  const word = String(type);
  const untyped = 3n;
  return Buffer.concat([
    bytesField(1, Buffer.from(name)),
    bytesField(2, Buffer.from(help)),
    varintField(3, types[word] ?? untyped),
    ...values.flatMap((value) => {
      const message = word === 'histogram' ? latencyField(value) : numberField(value, word);
      return message ? [bytesField(4, Buffer.concat([...labelFields(value), message]))] : [];
    }),
  ]);
}

function labelFields({ labels }: Value): Buffer[] {
  return Object.entries(labels).map(([name, text]) =>
    bytesField(1, Buffer.concat([bytesField(1, Buffer.from(name)), bytesField(2, Buffer.from(String(text)))])),
  );
}

function numberField({ value }: Value, type: string): Buffer {
  return bytesField(type === 'counter' ? 3 : 2, doubleField(1, value));
}

/** All lines of a histogram are one message. */
function latencyField(value: Value): Buffer | undefined {
  const histogram = histogramOf(value);
  return histogram && bytesField(7, histogramMessage(histogram));
}

function histogramMessage(histogram: Histogram): Buffer {
  const { count, sum } = totalsOf(histogram);
  const { zeros, counts } = nativeBuckets(histogram);
  return Buffer.concat([
    varintField(1, BigInt(count)),
    doubleField(2, sum),
    ...classicBuckets(histogram).map(([bound, below]) =>
      bytesField(3, Buffer.concat([varintField(1, BigInt(below)), doubleField(2, bound)])),
    ),
    varintField(5, zigzag(nativeSchema)),
    doubleField(6, zeroThreshold),
    varintField(7, BigInt(zeros)),
    ...spansOf(counts).map(({ offset, length }) =>
      bytesField(12, Buffer.concat([varintField(1, zigzag(offset)), varintField(2, BigInt(length))])),
    ),
    ...counts.map(([, own], at) => varintField(13, zigzag(own - (counts[at - 1]?.[1] ?? 0)))),
  ]);
}

/** Runs of buckets without a gap: the offset of the first is its index, of each other the gap before it. */
function spansOf(counts: readonly (readonly [index: number, count: number])[]): { offset: number; length: number }[] {
  const spans: { offset: number; length: number }[] = [];
  let next = 0;
  for (const [index] of counts) {
    const last = spans.at(-1);
    if (last && index === next) last.length++;
    else spans.push({ offset: last ? index - next : index, length: 1 });
    next = index + 1;
  }
  return spans;
}

function zigzag(value: number): bigint {
  return BigInt(value) >= 0n ? BigInt(value) * 2n : BigInt(value) * -2n - 1n;
}

function varint(value: bigint): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...bytes, Number(rest)]);
    bytes.push(Number(rest & 0x7fn) | 0x80);
  }
}

function key(field: number, wire: number): Buffer {
  return varint(BigInt((field << 3) | wire));
}

function varintField(field: number, value: bigint): Buffer {
  return Buffer.concat([key(field, 0), varint(value)]);
}

function doubleField(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return Buffer.concat([key(field, 1), bytes]);
}

function bytesField(field: number, bytes: Buffer): Buffer {
  return Buffer.concat([key(field, 2), varint(BigInt(bytes.length)), bytes]);
}
