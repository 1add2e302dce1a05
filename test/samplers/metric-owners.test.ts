import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseExposition } from '../../src/goruntime/metrics/exposition.ts';
import { ownSamples } from '../../src/samplers/metric-owners.ts';

const own = (text: string, startS?: number) => {
  const { samples, doubts, isOfOne } = ownSamples(parseExposition(text).samples, startS);
  return { values: samples.map(({ name, value }) => `${name} ${value}`), doubts, isOfOne };
};
/** What a process says of itself with these labels on everything. */
const processPage = (labels: string, goroutines: number, startS = 1e9) => {
  const on = (name: string, more = '') => {
    const all = [more, labels].filter((part) => part !== '').join(',');
    return all === '' ? name : `${name}{${all}}`;
  };
  return [
    `${on('go_goroutines')} ${goroutines}`,
    `${on('go_threads')} 7`,
    `${on('go_info', 'version="go1.26.0"')} 1`,
    `${on('go_gc_duration_seconds', 'quantile="0"')} 0`,
    `${on('go_gc_duration_seconds', 'quantile="1"')} 0.5`,
    `${on('go_gc_duration_seconds_sum')} 1`,
    `${on('go_gc_duration_seconds_count')} 2`,
    `${on('go_sched_latencies_seconds_bucket', 'le="0.001"')} 5`,
    `${on('go_sched_latencies_seconds_bucket', 'le="+Inf"')} 6`,
    `${on('process_start_time_seconds')} ${startS}`,
    '',
  ].join('\n');
};

test.each([
  ['no labels', ''],
  ['labels that are the same everywhere', 'app="shop",region="eu"'],
  ['labels of a federated target', 'instance="a:1",job="a"'],
  ['any text in them', 'path="a}b\\"c # d"'],
])('a page of one process with %s is taken whole', (_, labels) => {
  const { values, doubts, isOfOne } = own(processPage(labels, 42));
  expect({ doubts, isOfOne }).toEqual({ doubts: [], isOfOne: true });
  expect(values).toHaveLength(10);
});

test('libraries in one process may label alike or not, and name themselves', () => {
  const page =
    'go_goroutines 42\nprocess_open_fds{app="x"} 3\n' +
    'go_goroutine_count{otel_scope_name="a",service_name="x"} 45\n' +
    'go_memory_used_bytes{go_memory_type="stack",otel_scope_name="a",service_name="x"} 1\n' +
    'go_memory_used_bytes{go_memory_type="other",otel_scope_name="b",service_name="x"} 2\n';
  expect(own(page)).toMatchObject({ doubts: [], isOfOne: true, values: { length: 5 } });
});

test('quoted and escaped names are the same metric', () => {
  const memory = (name: string, label: string) => `{"${name}","${label}"="stack"} 5\n`;
  const texts = [
    memory('go.memory.used', 'go.memory.type'),
    memory('go_memory_used', 'go_memory_type'),
    memory('go_dot_memory_dot_used', 'go_dot_memory_dot_type'),
    memory('U__go_2e_memory_2e_used', 'U__go_2e_memory_2e_type'),
  ];
  for (const text of texts) {
    expect(ownSamples(parseExposition(text).samples).samples).toEqual([
      { name: 'go_memory_used', labels: { go_memory_type: 'stack' }, value: 5 },
    ]);
  }
});

test('a series that is no number is none', () => {
  expect(own('go_goroutines 42\ngo_goroutines{pool="idle"} NaN\n')).toMatchObject({
    values: ['go_goroutines 42'],
    doubts: [],
  });
});

test.each([
  ['with labels of Prometheus', processPage('instance="a:1",job="a"', 42) + processPage('instance="b:1",job="b"', 100)],
  ['with labels of their own', processPage('replica="1",zone="x"', 42) + processPage('replica="2",zone="x"', 100)],
  ['with and without labels', processPage('', 42) + processPage('anything="b"', 100)],
  ['without labels', processPage('', 42) + processPage('', 100)],
  ['with the same labels', processPage('app="x"', 42) + processPage('app="x"', 100)],
  ['that say different things', 'go_goroutines{pod="a"} 42\nprocess_open_fds{pod="b"} 3\n'],
  ['one of which says less', `${processPage('pod="a"', 42)}go_goroutines{pod="b"} 100\n`],
])('of several processes %s nothing is taken, and that is told', (_, text) => {
  const { values, doubts, isOfOne } = own(text);
  expect({ values, isOfOne }).toEqual({ values: [], isOfOne: false });
  expect(doubts).toEqual([expect.stringMatching(/^has metrics of several processes.*none is taken: give the address/)]);
});

test('of several the one is taken that began when the process of the target did', () => {
  const text = processPage('', 42, 1_000) + processPage('job="batch"', 100, 2_000);
  expect(own(text, 1_001)).toMatchObject({ values: expect.arrayContaining(['go_goroutines 42']), isOfOne: false });
  expect(own(text, 1_001).doubts).toEqual([expect.stringMatching(/those without such labels are taken, because/)]);
  expect(own(text, 2_000).values).toContain('go_goroutines 100');
  expect(own(text, 3_000).values).toEqual([]);
  expect(own(processPage('', 42, 1_000) + processPage('', 100, 2_000), 1_000).values).toEqual([]);
});

test.each([
  ['{state="idle"}', '{state="busy"}', 'with several sets of labels \\(state="idle"; state="busy"\\)'],
  ['', '{state="busy"}', 'with several sets of labels \\(none; state="busy"\\)'],
  ['', '', 'more than once'],
])('a single metric with %j and %j is left out alone', (one, other, why) => {
  const { values, doubts } = own(`go_threads 7\nprocess_open_fds 3\ngo_goroutines${one} 2\ngo_goroutines${other} 40\n`);
  expect(values).toEqual(['go_threads 7', 'process_open_fds 3']);
  expect(doubts).toEqual([expect.stringMatching(`^has go_goroutines ${why}.*left out$`)]);
});

test('whatever tells two processes apart, no value is made of both', () => {
  const label = fc.stringMatching(/^[a-z]{1,6}$/).filter((name) => name !== 'le' && name !== 'quantile');
  const labels = fc.dictionary(label, fc.stringMatching(/^[a-z0-9:]{0,4}$/), { maxKeys: 3 });
  const text = (all: Record<string, string>) =>
    Object.entries(all)
      .map(([name, value]) => `${name}="${value}"`)
      .join(',');
  fc.assert(
    fc.property(labels, labels, fc.boolean(), (a, b, isSwapped) => {
      const pages = [processPage(text(a), 42), processPage(text(b), 100)];
      const { values, doubts } = own((isSwapped ? pages.reverse() : pages).join(''));
      expect(values).toEqual([]);
      expect(doubts).toHaveLength(1);
    }),
  );
});
