import { describe, expect, it } from 'vitest';
import { chainOf } from '../../../src/analysis/diagnosis/chain.ts';
import { findingsOf } from '../../../src/analysis/diagnosis/ordered-findings.ts';
import { breakWithoutFaults } from '../../../src/analysis/findings/harm.ts';
import type { RunEvidence } from '../../../src/analysis/findings/rule.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { evidence, step } from '../../helpers/evidence.ts';
import { parkedIn, request } from '../../helpers/stacks.ts';
import { madeEvidence } from '../../helpers/waiting-run.ts';

const breaks = '400/s';

function finding(id: string, change: Partial<Finding> = {}): Finding {
  return { id, severity: 'warning', title: id, evidence: [], advice: '', steps: [breaks], ...change };
}

function chain(cause: Finding | undefined, others: readonly Finding[], run: RunEvidence) {
  const broken = breakWithoutFaults(run);
  const told = run.waits.find((waits) => waits.step === broken.breaks);
  return chainOf(cause, others, { ...run, movers: [], broken, told });
}

describe('the chain below a cause', () => {
  const steps = [step(0, { rps: 200 }), step(1, { rps: 400, answeredRps: 280, p99Us: 2e6 }), step(2, { rps: 800 })];
  const run = evidence({ steps });
  const cause = finding('cause', { explains: ['a', 'b', 'c', 'goroutine-pile-up', 'latency-knee'], site: 'api.hold' });
  const texts = (others: readonly Finding[]) => chain(cause, [cause, ...others], run).map(({ text }) => text);
  const users =
    'Users at 400/s: p99 2 s (9 ms at 200/s), 280/s answered within the step, at least 120/s more only after it';

  it('has what explains others first, and what was seen first among equals', () => {
    const a = finding('a', { explains: ['b'], sinceUs: 14e6 });
    expect(texts([finding('b', { sinceUs: 12e6 }), finding('c', { sinceUs: 11e6 }), a])).toEqual([
      'c',
      'a',
      'b',
      users,
    ]);
  });

  it('gives times that do not go back, and none for what was there from the start of a step or before', () => {
    const a = finding('a', { explains: ['b'], sinceUs: 14e6 });
    const links = chain(cause, [cause, a, finding('b', { sinceUs: 12e6 }), finding('c', { sinceUs: 10e6 })], run);
    expect(links.map(({ text, atUs }) => [text, atUs])).toEqual([
      ['c', undefined],
      ['a', 14e6],
      ['b', undefined],
      [users, undefined],
    ]);
  });

  it('leaves out what was not seen in the step that broke, notes, and what is said already', () => {
    const others = [
      finding('a', { steps: ['800/s'] }),
      finding('b', { severity: 'note' }),
      finding('goroutine-pile-up', { site: 'api.hold' }),
      finding('latency-knee'),
    ];
    expect(texts(others)).toEqual([]);
    expect(texts([...others, finding('c')])).toEqual(['c', users]);
  });

  it('says of quick failures that answers are wanting, and not that they came sooner', () => {
    const failing = step(1, { rps: 400, answeredRps: 280, errors: { 'status 503': 1200 }, p99Us: 4000 });
    const [, last] = chain(cause, [finding('a')], evidence({ steps: [step(0, { rps: 200 }), failing] }));
    expect(last?.text).toBe('Users at 400/s: 280/s answered, 30 % without a good answer');
  });

  it('goes through the services that wait for that of the cause', () => {
    const calm = {
      rps: 100,
      responseMs: 5,
      stacks: {
        'front-1': [request(1, parkedIn.roundTrip, 'shop/front.(*proxy).forward')],
        'back-1': [request(1, parkedIn.sleep, 'shop/back.Post')],
      },
    };
    const stacks = {
      'front-1': [request(90, parkedIn.roundTrip, 'shop/front.(*proxy).forward')],
      'back-1': [request(88, parkedIn.mutex, 'shop/back.Post')],
    };
    const waiting = madeEvidence([calm, { rps: 400, answered: 250, responseMs: 400, p99Ms: 410, stacks }]);
    const found = findingsOf(waiting);
    expect(found[0]?.id).toBe('lock-convoy');
    expect(chain(found[0], found, waiting).map(({ text }) => text)).toEqual([
      'front waits for back: 90 goroutines in front.(*proxy).forward',
      'Users at 400/s: p99 410 ms (10 ms at 100/s), 250/s answered within the step, at least 150/s more only after it',
    ]);
  });
});

it('where a place tells in the step that broke, that step is told of and not a worse one', () => {
  const made = (rps: number, answered: number, waiting: number, responseMs: number) => ({
    rps,
    answered,
    responseMs,
    stacks: { 'front-1': [request(waiting, parkedIn.mutex, 'shop/front.Post')] },
  });
  const [first] = findingsOf(madeEvidence([made(100, 100, 1, 5), made(200, 180, 40, 200), made(400, 180, 170, 900)]));
  expect(first).toMatchObject({ id: 'lock-convoy', steps: ['at-200', 'at-400'] });
  expect(first?.evidence[0]).toContain('at-200, front-1: 40 goroutines on average wait');
});
