import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createMetricStore, type MetricHead } from '../../../src/sinks/prometheus/metric-store.ts';
import { metricsProtobuf } from '../../../src/sinks/prometheus/protobuf-format.ts';
import { histogram } from '../../helpers/raw-run.ts';

const odd = 'a "quoted" \\ word\nand a line';
const things: MetricHead = { name: 'rampart_things_total', help: odd, type: 'counter', labelNames: ['kind'] };
const level: MetricHead = { name: 'rampart_level_ratio', help: 'Level.', type: 'gauge', labelNames: [] };
const run: MetricHead = { name: 'rampart_run_info', help: 'Run.', type: 'info', labelNames: [] };
const seconds: MetricHead = { name: 'rampart_x_seconds', help: 'X.', type: 'histogram', labelNames: ['step'] };

function registriesOf(shared = {}) {
  const store = createMetricStore(shared);
  store.add(things, { kind: odd }, 2);
  store.add(things, { kind: odd }, 3);
  store.set(level, {}, Number.POSITIVE_INFINITY);
  store.set(run, {}, 1);
  store.observe(seconds, { step: 'a' }, histogram([0, 90, 250_000, 250_000]));
  store.observe(seconds, { step: 'a' }, histogram([1_000_000]));
  return store.registries;
}

describe('the text', () => {
  it('escapes what would end a label or a help', async () => {
    const lines = (await registriesOf({ run: 'r' }).prometheus.metrics()).split('\n');
    expect(lines.slice(0, 3)).toEqual([
      '# HELP rampart_things_total a "quoted" \\\\ word\\nand a line',
      '# TYPE rampart_things_total counter',
      'rampart_things_total{kind="a \\"quoted\\" \\\\ word\\nand a line",run="r"} 5',
    ]);
    expect(lines).toContain('rampart_level_ratio{run="r"} +Inf');
    expect(lines).toContain('# TYPE rampart_run_info gauge');
    expect(lines).toContain('rampart_x_seconds_bucket{step="a",le="1",run="r"} 5');
  });

  it('of OpenMetrics names families without their suffix, and says the end', async () => {
    const text = await registriesOf().openmetrics.metrics();
    expect(text).toContain('# HELP rampart_things a "quoted"');
    expect(text).toContain('# TYPE rampart_things counter\nrampart_things_total{');
    expect(text).toContain('# TYPE rampart_run info\nrampart_run_info 1\n');
    expect(text).toContain('rampart_x_seconds_bucket{step="a",le="1.0"} 5\n');
    expect(text).toContain('rampart_x_seconds_bucket{step="a",le="+Inf"} 5\n');
    expect(text.endsWith('# EOF\n')).toBe(true);
  });

  it('of each form is the same whichever was asked for before', async () => {
    const { prometheus, openmetrics } = registriesOf({ run: 'r', release: '1.5' });
    const read = async () => [
      await prometheus.metrics(),
      await openmetrics.metrics(),
      metricsProtobuf(await prometheus.getMetricsAsJSON()),
    ];
    expect(await read()).toEqual(await read());
  });

  it('has one line for each sample, whatever is in labels', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string(), fc.string({ minLength: 1 }), async (value, help) => {
        const { set, registries } = createMetricStore({});
        set({ name: 'm', help, type: 'gauge', labelNames: ['l'] }, { l: value }, 1);
        return (await registries.prometheus.metrics()).split('\n').length === 4;
      }),
    );
  });
});

/** Fields of a message by number, as bytes, numbers of varints, or doubles. */
function fieldsOf(bytes: Buffer): [field: number, value: bigint | number | Buffer][] {
  const fields: [number, bigint | number | Buffer][] = [];
  let at = 0;
  const varint = () => {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++] ?? 0;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
  };
  while (at < bytes.length) {
    const key = Number(varint());
    const wire = key & 7;
    if (wire === 0) fields.push([key >> 3, varint()]);
    else if (wire === 1) {
      fields.push([key >> 3, bytes.readDoubleLE(at)]);
      at += 8;
    } else {
      const length = Number(varint());
      fields.push([key >> 3, bytes.subarray(at, at + length)]);
      at += length;
    }
  }
  return fields;
}

const zigzag = (value: bigint) => Number(value % 2n === 0n ? value / 2n : -(value + 1n) / 2n);

it('of protobuf carries classic and native buckets of one histogram', async () => {
  const families = await registriesOf({ run: 'r' }).prometheus.getMetricsAsJSON();
  const message = metricsProtobuf(families.filter(({ name }) => name === 'rampart_x_seconds'));
  const [length = 0] = message;
  // Its length is a varint of two bytes.
  expect((length & 0x7f) + 128 * (message[1] ?? 0)).toBe(message.length - 2);
  const family = fieldsOf(message.subarray(2));
  expect(family.slice(0, 3)).toEqual([
    [1, Buffer.from('rampart_x_seconds')],
    [2, Buffer.from('X.')],
    [3, 4n],
  ]);
  const [, metric] = family[3] ?? [];
  const seen = fieldsOf(metric as Buffer).find(([field]) => field === 7)?.[1] as Buffer;
  const told = fieldsOf(seen);
  const all = (field: number) => told.filter(([own]) => own === field).map(([, value]) => value);
  expect([all(1), all(5).map((value) => zigzag(value as bigint)), all(7)]).toEqual([[5n], [4], [1n]]);
  expect(all(3).length).toBeGreaterThan(10);
  const spans = all(12).map((span) => fieldsOf(span as Buffer));
  let index = 0;
  const indexes = spans.flatMap((span) => {
    index += zigzag(span[0]?.[1] as bigint);
    return Array.from({ length: Number(span[1]?.[1]) }, () => index++);
  });
  let count = 0;
  const counts = all(13).map((delta) => {
    count += zigzag(delta as bigint);
    return count;
  });
  const seconds = [90e-6, 0.25, 1];
  expect(
    indexes.map((each, at) => [2 ** (each / 16) >= (seconds[at] ?? 0), 2 ** ((each - 1) / 16) < (seconds[at] ?? 0)]),
  ).toEqual(seconds.map(() => [true, true]));
  expect(counts).toEqual([1, 2, 1]);
});
