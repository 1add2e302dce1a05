/** JUnit XML of runs, read again. */
import { expect, it } from 'vitest';
import type { RunResult } from '../../../src/model/run-result.ts';
import { junitReporter } from '../../../src/report/junit/junit-report.ts';
import { failedResult, hostileResult, invalidResult, sampleResult } from '../../golden/sample-result.ts';
import { faultyResult } from '../../helpers/faulty-result.ts';
import { readXml } from '../../helpers/read-xml.ts';

function casesOf(result: RunResult) {
  const [suite] = readXml(junitReporter.render(result)).children;
  return (suite?.children ?? [])
    .filter(({ name }) => name === 'testcase')
    .map(({ attributes, children }) => {
      const [first] = children;
      return { name: attributes['name'], kind: first?.name, ...first?.attributes };
    });
}

const rules: RunResult['slo'] = [
  { rule: 'p99 < 50ms', step: '500', observed: '12 ms', outcome: 'pass' },
  { rule: 'p99 < 50ms', step: '1800', observed: '90 ms', outcome: 'fail' },
  { rule: 'errors < 1%', observed: 'no answers', outcome: 'no-data' },
];

it('has a case for the run, and one for each rule and step', () => {
  expect(casesOf({ ...sampleResult(), slo: rules })).toEqual([
    { name: 'run', kind: undefined },
    { name: 'p99 < 50ms at step 500', kind: 'system-out' },
    { name: 'p99 < 50ms at step 1800', kind: 'failure', type: 'rule', message: 'observed 90 ms' },
    { name: 'errors < 1%', kind: 'failure', type: 'inconclusive', message: 'no answers' },
  ]);
});

it('does not judge an invalid run by its rules, and has the same cases', () => {
  const cases = casesOf({ ...invalidResult(), slo: rules });
  expect(cases.map(({ name, kind }) => [name, kind])).toEqual([
    ['run', 'error'],
    ['p99 < 50ms at step 500', 'skipped'],
    ['p99 < 50ms at step 1800', 'skipped'],
    ['errors < 1%', 'skipped'],
  ]);
  expect(cases[0]).toMatchObject({
    type: 'invalid',
    message: expect.stringContaining('the generator itself was late'),
  });
});

it('has an error for a run that failed, never no case at all', () => {
  const [run] = casesOf(failedResult());
  expect(run).toMatchObject({ name: 'run', kind: 'error', type: 'failed' });
  expect(run).toMatchObject({ message: expect.stringContaining('downstream-2 was not ready after 30s') });
});

it('is well formed whatever the names', () => {
  expect(() => casesOf(hostileResult())).not.toThrow();
});

it('tells what came of faults and conditions as properties, which fail nothing', () => {
  const faulty = { ...faultyResult(), slo: [] };
  const [suite] = readXml(junitReporter.render(faulty)).children;
  expect(suite?.attributes['failures']).toBe('0');
  const [properties] = suite?.children ?? [];
  const told = new Map(properties?.children.map(({ attributes }) => [attributes['name'], attributes['value']]));
  expect(told.get('fault storm')).toContain('(metastable)');
  expect([...told.keys()]).toContain('converged members=3 after the end of leader-lost');
});

it('fails where a rule about recovery does', () => {
  const slo = [{ rule: 'recovery < 5s', observed: 'storm: not recovered', outcome: 'fail' as const }];
  expect(casesOf({ ...faultyResult(), slo })).toContainEqual({
    name: 'recovery < 5s',
    kind: 'failure',
    type: 'rule',
    message: 'observed storm: not recovered',
  });
});

it('has the tags of the run as properties', () => {
  const [suite] = readXml(junitReporter.render({ ...sampleResult(), tags: { release: '1.5 <rc>' } })).children;
  const properties = suite?.children.find(({ name }) => name === 'properties')?.children ?? [];
  expect(properties.map(({ attributes }) => attributes)).toContainEqual({ name: 'release', value: '1.5 <rc>' });
});
