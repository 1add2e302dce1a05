/** JUnit XML of gates, read again. */
import { describe, expect, it } from 'vitest';
import { gateJunit } from '../../../src/report/junit/gate.ts';
import { junitXml } from '../../../src/report/junit/xml.ts';
import { reportOf } from '../../helpers/gate.ts';
import { readXml, type XmlElement } from '../../helpers/read-xml.ts';

const usual = { isAdvisory: false, isOpenGood: false };
const late = () => ({ lagP99Us: 90_000 });

function suiteOf(text: string): XmlElement {
  const [suite] = readXml(text).children;
  if (!suite) throw new Error('there is no testsuite');
  return suite;
}

function casesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    suiteOf(text).children.map(({ attributes, children }) => {
      const problem = children.find(({ name }) => name !== 'system-out');
      const type = problem?.attributes['type'];
      return [attributes['name'] ?? '', problem ? `${problem.name}${type === undefined ? '' : ` ${type}`}` : 'passed'];
    }),
  );
}

describe('a case for the verdict, and one for each step and metric', () => {
  it.each([
    ['passed', reportOf(8), usual, 'passed', 'passed'],
    ['failed', reportOf(8, { high: 0.3 }), usual, 'failure regression', 'failure regression'],
    ['invalid', reportOf(8, {}, late), usual, 'error invalid', 'error invalid'],
    ['cannot tell', reportOf(2), usual, 'failure inconclusive', 'failure inconclusive'],
    ['cannot tell, which is well', reportOf(2), { ...usual, isOpenGood: true }, 'skipped', 'skipped'],
    ['failed, advisory', reportOf(8, { high: 0.3 }), { ...usual, isAdvisory: true }, 'skipped', 'skipped'],
    ['invalid, advisory', reportOf(8, {}, late), { ...usual, isAdvisory: true }, 'skipped', 'skipped'],
  ])('%s', (_, report, policy, verdict, high) => {
    expect(casesOf(gateJunit(report, policy))).toMatchObject({ verdict, 'p99 at step high': high });
  });
});

it('names its cases alike whatever was measured', () => {
  const namesOf = (report: ReturnType<typeof reportOf>) => Object.keys(casesOf(gateJunit(report, usual)));
  const names = namesOf(reportOf(8));
  expect(names).toEqual([
    'verdict',
    'p99 at step low',
    'share of slow requests at step low',
    'p99 at step high',
    'share of slow requests at step high',
    'capacity',
  ]);
  for (const report of [reportOf(8, { low: 0.2, high: 0.4 }), reportOf(2), reportOf(8, {}, late)])
    expect(namesOf(report)).toEqual(names);
});

it('shows the numbers of a failure in its message', () => {
  const cases = suiteOf(gateJunit(reportOf(8, { high: 0.3 }), usual)).children;
  const high = cases.find(({ attributes }) => attributes['name'] === 'p99 at step high');
  expect(high?.children[0]?.attributes['message']).toMatch(/\+30\.\d % slower \(90 % interval .*adjusted p = 0\.004/);
});

it('counts what it holds, and gives neither a time nor a stamp to a case', () => {
  const root = readXml(gateJunit(reportOf(8, { high: 0.3 }), usual));
  const [suite] = root.children;
  expect(root.attributes).toEqual({ name: 'rampart gate', tests: '6', failures: '2', errors: '0' });
  expect(suite?.attributes).toEqual({
    name: 'ramp',
    tests: '6',
    failures: '2',
    errors: '0',
    skipped: '1',
    timestamp: '2026-01-31T14:25:01',
  });
  for (const { attributes } of suite?.children ?? []) expect(Object.keys(attributes)).toEqual(['classname', 'name']);
});

it('does not let a name or a message end its element', () => {
  const written = (forbidden: readonly string[]) =>
    [`<a b="c">&amp; ]]> "quoted" 'too'\n\ttab \u{1F600}`, ...forbidden].join(' ');
  const hostile = written(['\u0000', '\u001b', '\uFFFF', '\uD800']);
  const harmless = written(['\uFFFD', '\uFFFD', '\uFFFD', '\uFFFD']);
  const problem = { kind: 'failure', type: hostile, message: hostile } as const;
  const cases = [{ name: hostile, problem, output: hostile }];
  const [read] = suiteOf(junitXml(hostile, { name: hostile, startedAt: '', cases })).children;
  expect(read?.attributes).toEqual({ classname: harmless, name: harmless });
  expect(read?.children[0]?.attributes).toEqual({ type: harmless, message: harmless });
  expect(read?.children[1]?.text).toBe(harmless);
});

it('is read by a reader that refuses what is not well formed', () => {
  for (const text of ['<a>', '<a></b>', '<a b="1" b="2"/>', '<a>&</a>', '<a/><a/>', '<a b="<"/>', '<a>\u0001</a>'])
    expect(() => readXml(text)).toThrow();
});
