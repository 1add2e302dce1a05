import { expect, it } from 'vitest';
import { generatorReasons } from '../../../src/analysis/run/generator-reasons.ts';
import type { GeneratorPart } from '../../../src/analysis/run/generators.ts';
import type { GeneratorResult } from '../../../src/model/generators.ts';
import { isObservation } from '../../../src/model/raw-run.ts';
import type { FlowSpec } from '../../../src/model/scenario.ts';
import { rawRun } from '../../helpers/raw-run.ts';
import { plainRequest } from '../../load/load-run.ts';

const { scenario } = rawRun([]).manifest;

function part(change: Partial<GeneratorResult>): GeneratorPart {
  const machine = { os: 'Linux', cpuModel: 'any', cpus: 4, memoryBytes: 1, node: 'v20' };
  const own = { name: 'generator-1', machine, workers: 1, planned: 10, offsetUs: 0, uncertaintyUs: 10, lagP99Us: 1 };
  return { steps: [], result: { ...own, node: 'node-1', ...change } };
}

function codes(parts: readonly GeneratorPart[], mayShareNode?: boolean) {
  const judged = 'validity' in scenario ? { ...scenario, validity: { ...scenario.validity, mayShareNode } } : scenario;
  return generatorReasons(judged, parts, [], []).map(({ code, message }) => `${code}: ${message}`);
}

it('is invalid where a generator shared a node with the topology, unless the scenario accepts that', () => {
  const shared = part({ sharesNodeWith: ['api-7c9', 'db-0', 'web-1'] });
  expect(codes([part({}), shared])).toEqual([
    expect.stringMatching(/^generator-shares-node: generator generator-1 shared node node-1 with api-7c9 and 2 more: /),
  ]);
  expect(codes([shared], true)).toEqual([]);
  expect(codes([part({})])).toEqual([]);
});

it('is invalid where a generator was lost, whatever else the scenario accepts', () => {
  const lost = part({ lost: 'generator generator-1 was lost: pod generator-1 on node-1: Evicted', lostArrivals: 7 });
  expect(codes([lost], true)).toEqual([
    'generator-lost: generator generator-1 was lost: pod generator-1 on node-1: Evicted; 7 of its arrivals count as unfinished',
  ]);
});

it('says where arrivals of flows are counted that were lost, as nobody knows how far they came', () => {
  if (isObservation(scenario)) throw new Error('no load');
  const request = { ...plainRequest, extract: {} };
  const flow = { name: 'buy', weight: 1, cookies: false, requests: [request, request] };
  const lost = part({ lost: 'generator g1 was lost: it hung up', lostArrivals: 7 });
  const told = (requests: FlowSpec['requests']) => {
    const load = { ...scenario.load, requests: [], flows: [{ ...flow, requests }] };
    return generatorReasons({ ...scenario, load }, [lost], [], []).map(({ message }) => message);
  };
  expect(told(flow.requests)).toEqual([
    'generator g1 was lost: it hung up; 7 of its arrivals count as unfinished, those of flows at the last request that was told of them',
  ]);
  expect(told([request])).toEqual(['generator g1 was lost: it hung up; 7 of its arrivals count as unfinished']);
});
