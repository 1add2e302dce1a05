import { expect, it } from 'vitest';
import { profileTop } from '../../../src/analysis/profiles/top.ts';
import { byPackage, requestsOf, sumOfGroups, windowOf } from '../../../src/analysis/profiles/work-group.ts';
import { profileTopSchema } from '../../../src/model/profile-top.ts';
import { functionCostMetrics } from '../../../src/report/openmetrics/function-costs.ts';
import { profileTopText } from '../../../src/report/terminal/profiles/top.ts';
import { profileOf, sampleOf } from '../../goruntime/profile/made-profile.ts';
import { groupOf } from './made-group.ts';

const shown = { by: 'function', order: 'flat', rows: 0 } as const;
const about = { type: 'cpu', notes: [] } as const;

const groups = [
  groupOf({ 'net/http.(*conn).serve main.main': 10, 'main.encode net/http.(*conn).serve': 30 }),
  groupOf({ 'main.encode': 5, 'encoding/json.(*encodeState).marshal main.encode': 20 }, { service: 'lb' }),
];

it('puts the functions of all services in one order, and says in which services each is', () => {
  const top = profileTop(groups, shown, about);
  expect(profileTopSchema.parse(top)).toEqual(top);
  expect(top.total).toBe(650e6);
  expect(top.rows.map(({ name, flat, cum }) => [name, flat / 1e6, cum / 1e6])).toEqual([
    ['main.encode', 350, 550],
    ['encoding/json.(*encodeState).marshal', 200, 200],
    ['net/http.(*conn).serve', 100, 400],
    ['main.main', 0, 100],
  ]);
  expect(top.rows[0]?.services).toEqual([
    { service: 'api', flat: 300e6, cum: 300e6 },
    { service: 'lb', flat: 50e6, cum: 250e6 },
  ]);
  expect(profileTop(groups, { ...shown, order: 'cum', rows: 2 }, about)).toMatchObject({
    rows: [{ name: 'main.encode' }, { name: 'net/http.(*conn).serve' }],
    rowsLeftOut: 2,
  });
});

it('counts a package once in a stack, and calls what has none so', () => {
  const names = [
    'main.F[go.shape.struct { a.b/c int }]',
    'github.com/x/y.z/v2.(*T).M.func1',
    'main.run',
    '_cgo_wait',
    '0x12',
  ];
  const profile = profileOf([sampleOf(names, [1n, 7n]), { ...sampleOf(['main.run'], [1n, 2n]) }]);
  const found = byPackage(profile).samples[0]?.locations.map(({ lines }) => lines[0]?.function.name);
  expect(found).toEqual(['main', 'github.com/x/y.z/v2', 'main', '(no package)', '(no package)']);
  const top = profileTop([{ ...groupOf({}), profile }], { ...shown, by: 'package' }, about);
  expect(top.rows.map(({ name, flat, cum }) => [name, flat, cum])).toEqual([
    ['main', 9, 9],
    ['(no package)', 0, 7],
    ['github.com/x/y.z/v2', 0, 7],
  ]);
});

it('does not add up what one process held at several times', () => {
  const heap = (bytes: bigint, step: string) => ({
    ...groupOf({}, { step, gauges: [false, true] }),
    profile: profileOf([sampleOf(['main.keep'], [bytes, bytes])], {
      sampleTypes: [
        { type: 'alloc_space', unit: 'bytes' },
        { type: 'inuse_space', unit: 'bytes' },
      ],
    }),
  });
  const sum = sumOfGroups([heap(100n, 'low'), heap(300n, 'high'), { ...heap(1000n, 'low'), service: 'lb' }]);
  expect(sum.samples.map(({ values }) => values)).toEqual([[1400n, 1200n]]);
});

it('adds the time of steps, not of services, and counts the requests of a run once', () => {
  const high = { step: 'high', requests: { answered: 3000 } };
  const all = [...groups, groupOf({}, high), groupOf({}, { ...high, service: 'lb' })];
  expect(windowOf(all)).toBe(2e9);
  expect(requestsOf(all)).toEqual({ count: 4000, of: 'run' });
  expect(requestsOf([groupOf({}, { requests: undefined })])).toBeUndefined();
});

it('writes samples for Prometheus in its grammar, at the time of the step', () => {
  const odd = groupOf({ 'main."x\\y"': 30 }, { step: 'a\nb', requests: { answered: 1000 } });
  const text = functionCostMetrics(profileTop([odd], shown, about), {
    untilNs: [odd.untilNs],
    tags: new Map([['r1', { release: '1.5 "rc"' }]]),
  });
  const label = '(?:[a-zA-Z_]\\w*="(?:[^"\\\\\\n]|\\\\[\\\\n"])*")';
  const sample = new RegExp(`^[a-zA-Z_:][\\w:]*\\{${label}(?:,${label})*\\} [\\d.e+-]+ \\d+\\.\\d{3}$`);
  const lines = text.split('\n');
  expect(lines.splice(-2)).toEqual(['# EOF', '']);
  expect(lines.filter((line) => !/^# (TYPE|UNIT|HELP) /.test(line) && !sample.test(line))).toEqual([]);
  expect(lines).toContain('# UNIT rampart_function_cpu_per_request_seconds seconds');
  expect(text).toContain(
    String.raw`rampart_function_cpu_per_request_seconds{release="1.5 \"rc\"",service="api",run="r1",step="a\nb",function="main.\"x\\y\"",requests_of="run",scope="flat"} 0.0003 1700000000.500`,
  );
});

it('has the rate of a step beside its name only where that does not say it', () => {
  const step = (name: string, rps: number) => groupOf({ f: 10 }, { step: name, rps, requests: { answered: 100 } });
  const top = profileTop([step('1250/s', 1250), step('peak', 2000)], shown, about);
  const text = profileTopText(top, { color: false, columns: 100 });
  expect(text).toMatch(/1250\/s {2}peak \(2,000\/s\) {2}growth/);
});
