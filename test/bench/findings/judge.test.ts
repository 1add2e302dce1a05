import { expect, it } from 'vitest';
import { type Judged, judge } from './judge.ts';
import type { Expectation } from './systems.ts';
import { markdownTables } from './table.ts';

const poolCause: Expectation = {
  cause: 'a pool too small',
  first: ['pool-too-small'],
  service: 'api',
  site: 'byID',
  breaks: 'high',
  engine: 'process',
};
const healthy: Expectation = { healthy: 'a fast service', engine: 'process' };

type Finding = Judged['findings'][number];

function finding(id: string, change: Partial<Finding> = {}): Finding {
  return { id, severity: 'warning', title: '', evidence: [], advice: '', steps: [], ...change };
}

function result(findings: Finding[], breaksStep?: string): Judged {
  const cause = findings.find(({ role }) => role === 'cause')?.id;
  return {
    findings,
    diagnosis: {
      outcome: cause ? 'cause' : 'healthy',
      sentence: '',
      advice: '',
      capacity: { sentence: '', rates: '', ...(breaksStep ? { breaksStep } : {}) },
      ...(cause ? { cause } : {}),
      chain: [],
      movers: [],
    },
  };
}

const pool = finding('pool-too-small', { role: 'cause', targets: ['api-1'], site: 'main.(*orderStore).byID' });
const knee = finding('latency-knee', { role: 'symptom' });

it('counts a cause that stands first, at its service and function, with its step', () => {
  expect(judge(result([pool, knee], 'high'), poolCause)).toMatchObject({
    first: true,
    any: true,
    step: true,
    strays: [],
  });
});

it('does not count a cause behind another as first, and names the other as a stray unless it is a symptom', () => {
  const lock = finding('lock-convoy', { role: 'cause' });
  expect(judge(result([lock, knee, pool], 'high'), poolCause)).toMatchObject({
    first: false,
    any: true,
    strays: ['lock-convoy'],
  });
});

it('counts neither another service, nor another function, nor another step', () => {
  const elsewhere = { ...pool, targets: ['edge-1'] };
  const otherPlace = { ...pool, site: 'main.other' };
  expect(judge(result([elsewhere], 'high'), poolCause)).toMatchObject({ first: false, any: false });
  expect(judge(result([otherPlace], 'high'), poolCause)).toMatchObject({ first: false, any: false });
  expect(judge(result([pool], 'low'), poolCause).step).toBe(false);
  expect(judge(result([pool]), poolCause).step).toBe(false);
});

it('holds a system that does not break to that, and one that may or may not to neither', () => {
  const steady = { ...poolCause, breaks: 'none' };
  expect(judge(result([pool]), steady).step).toBe(true);
  expect(judge(result([pool], 'high'), steady).step).toBe(false);
  const { breaks: _, ...either } = poolCause;
  expect(judge(result([pool]), either).step).toBe(true);
  expect(judge(result([pool], 'high'), either).step).toBe(true);
});

it('lets a healthy system have notes, and nothing above them', () => {
  expect(judge(result([finding('gc-pressure', { severity: 'note' })]), healthy).first).toBe(true);
  expect(judge(result([knee]), healthy)).toMatchObject({ first: false, strays: ['latency-knee'] });
});

it('counts precision over runs that named a cause, recall over runs that have one, and tells failed runs', () => {
  const right = judge(result([pool], 'high'), poolCause);
  const silent = judge(result([knee], 'high'), poolCause);
  const falseAlarm = judge(result([pool]), healthy);
  const system = (name: string, each: Expectation) => ({ name, scenario: '', expect: each });
  const text = markdownTables([
    { system: system('orders', poolCause), judgements: [right, silent], failures: ['exit code 3: no port'] },
    { system: system('quotes', healthy), judgements: [falseAlarm], failures: [] },
  ]);
  expect(text).toContain('| a pool too small | orders | 1/2 | 1/2 | 2/2 |  | 1 |');
  expect(text).toContain('| a fast service | quotes | 0/1 | 1/1 | pool-too-small 1 |  |');
  expect(text).toContain('Precision 1/2 (50 %)');
  expect(text).toContain('Recall 1/2 (50 %)');
});
