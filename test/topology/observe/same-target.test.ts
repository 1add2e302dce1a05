import { expect, test } from 'vitest';
import type { Target } from '../../../src/model/topology.ts';
import { sameTargets } from '../../../src/topology/observe/same-target.ts';

const target = (id: string, more: Partial<Target>): Target => ({ id, service: id, ports: {}, ...more });

test('one process or one address under two names is told', () => {
  const at = (port: number) => ({
    pprofUrl: `http://127.0.0.1:${port}/debug/pprof`,
    metricsUrl: `http://127.0.0.1:${port}/metrics`,
  });
  expect(sameTargets([target('a', at(1)), target('b', at(1)), target('c', at(2))])).toEqual([
    expect.stringMatching(/^a and b are the same, 127\.0\.0\.1:1: .*counts it 2 times/),
  ]);
  expect(sameTargets([target('a', { pid: 7 }), target('b', { pid: 7 }), target('c', { pid: 8 })])).toEqual([
    expect.stringMatching(/^a and b are the same, process 7: /),
  ]);
});

test('targets of their own are not, nor those of which nothing is known', () => {
  expect(
    sameTargets([target('a', { pid: 7, pprofUrl: 'http://127.0.0.1:1/x' }), target('b', { pid: 8 }), target('c', {})]),
  ).toEqual([]);
});
