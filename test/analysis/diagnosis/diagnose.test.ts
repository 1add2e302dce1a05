import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/analysis/diagnosis/diagnose.ts';
import { byCause } from '../../../src/analysis/diagnosis/order.ts';
import { throughputCeiling } from '../../../src/analysis/findings/throughput-ceiling.ts';
import { judgeSlo } from '../../../src/analysis/run/slo.ts';
import type { Finding } from '../../../src/model/finding.ts';
import type { StepResult } from '../../../src/model/run-result.ts';
import { parseSlo } from '../../../src/scenario/slo.ts';
import { evidence, seriesOf, step } from '../../helpers/evidence.ts';
import { tracesOf } from '../../helpers/traced.ts';

function finding(id: string, change: Partial<Finding>): Finding {
  return {
    id,
    role: 'cause',
    severity: 'warning',
    title: `${id} happened`,
    evidence: [],
    advice: `mend ${id}`,
    steps: ['400/s'],
    ...change,
  };
}

const steps = [step(0, { rps: 100 }), step(1, { rps: 200 }), step(2, { rps: 400, answeredRps: 280, p99Us: 2_000_000 })];

const unruled = { invalid: [], slo: [] };

/** The diagnosis of steps under rules, nothing having been found. */
function diagnoseRuled(measured: readonly StepResult[], texts: readonly string[]) {
  const slo = texts.flatMap((text) => parseSlo(text, undefined) ?? []);
  const run = evidence({ steps: measured });
  const judged = { invalid: [], slo: judgeSlo(slo, measured) };
  return diagnose({ ...run, scenario: { ...run.scenario, slo } }, [], judged);
}

describe('the order of findings', () => {
  it('is by cause, whatever is more severe', () => {
    const ordered = byCause([
      finding('knee', { role: 'symptom', severity: 'critical' }),
      finding('procs-full', { role: 'limit', severity: 'critical', share: 0.9 }),
      finding('noise', { role: 'measurement' }),
      finding('fact', { severity: 'note' }),
      finding('gc', { explains: ['procs-full'], share: 0.4 }),
      finding('lock', { share: 0.6 }),
    ]);
    expect(ordered.map(({ id }) => id)).toEqual(['lock', 'gc', 'procs-full', 'knee', 'noise', 'fact']);
  });

  it('is not changed by what a note would explain', () => {
    const ordered = byCause([
      finding('gc', { severity: 'note', explains: ['full'] }),
      finding('full', { role: 'limit' }),
    ]);
    expect(ordered.map(({ id }) => id)).toEqual(['full', 'gc']);
  });

  it('is by cause among notes, too: where nobody was harmed, what is seen still has an order', () => {
    const ordered = byCause([
      finding('queue', { role: 'limit', severity: 'note', share: 0.9 }),
      finding('timers', { severity: 'note', explains: ['queue'], share: 0.7 }),
    ]);
    expect(ordered.map(({ id }) => id)).toEqual(['timers', 'queue']);
  });
});

describe('failures at every rate', () => {
  const failing = (shares: readonly number[], kind = 'status 502') =>
    shares.map((share, index) => {
      const rps = 100 * 2 ** index;
      return step(index, { rps, answeredRps: rps * (1 - share), errors: { [kind]: Math.round(10 * rps * share) } });
    });
  const said = (steps: readonly StepResult[]) => diagnose(evidence({ steps }), [], unruled);

  it('are told as what the load does not make', () => {
    expect(said(failing([0.105, 0.096, 0.08]))).toMatchObject({
      outcome: 'cannot-tell',
      sentence: 'At every rate 8 to 10.5 % of arrivals fail with: status 502',
      advice: expect.stringMatching(/^The load does not make them fail: /),
    });
  });

  it.each([
    ['grow with it', failing([0.02, 0.05, 0.3])],
    ['are of a step', failing([0, 0, 0.3])],
    ['are hardly any', failing([0.002, 0.002, 0.03])],
    ['were seen at one rate', failing([0.1])],
  ])('are not what those are that %s', (_, steps) => {
    expect(said(steps).sentence).toBe('Nothing that was looked at tells why');
  });

  it('are no ceiling of throughput, as answers follow the load', () => {
    expect(throughputCeiling.find(evidence({ steps: failing([0.1, 0.1, 0.1]) }))).toEqual([]);
    expect(throughputCeiling.find(evidence({ steps: failing([0, 0.02, 0.3]) }))).toHaveLength(1);
  });
});

describe('the diagnosis', () => {
  const pool = finding('pool', {
    title: 'Requests wait 310 ms for a connection',
    explains: ['pile-up'],
    charts: [{ target: 'api-1', series: 'goroutines.total' }],
  });
  const goroutines = seriesOf(
    'api-1',
    'goroutines.total',
    Array.from({ length: 30 }, (_, second) => [second * 1e6 + 5e5, second < 21 ? 20 : 600 + second]),
  );
  const planned = seriesOf(
    'generator',
    'load.planned_rps',
    Array.from({ length: 30 }, (_, second) => [second * 1e6 + 5e5, 100 * 2 ** Math.floor(second / 10)]),
  );
  const run = evidence({ steps, series: [goroutines, planned] });

  it('says what holds, what breaks, why, and what to try', () => {
    const followed = finding('pile-up', { role: 'symptom', title: 'Goroutines pile up' });
    expect(diagnose(run, [pool, followed], unruled)).toMatchObject({
      outcome: 'cause',
      sentence: 'Requests wait 310 ms for a connection',
      advice: 'mend pool',
      cause: 'pool',
      capacity: {
        sentence:
          'Holds 200/s with p99 9 ms; breaks at 400/s (280/s answered within the step, at least 120/s more only after it), because requests wait 310 ms for a connection',
        holdsStep: '200/s',
        breaksStep: '400/s',
        sign: 'throughput',
      },
      chain: [
        { finding: 'pile-up', text: 'Goroutines pile up' },
        {
          text: 'Users at 400/s: p99 2 s (9 ms at 200/s), 280/s answered within the step, at least 120/s more only after it',
        },
      ],
    });
  });

  it('sets settings that leave cores idle beside the advice of the cause that they are in the way of', () => {
    const gc = finding('gc', { explains: ['gomaxprocs-below'], targets: ['api-1'] });
    const procs = (target: string) =>
      finding('gomaxprocs-below', { advice: 'Raise GOMAXPROCS from 1 to 2.', targets: [target] });
    expect(diagnose(run, [gc, procs('api-1')], unruled).advice).toBe(
      'mend gc Cores lie idle beside it, so also raise GOMAXPROCS from 1 to 2.',
    );
    expect(diagnose(run, [gc, procs('db-1')], unruled).advice).toBe('mend gc');
  });

  it('says where execution traces show something else than the cause', () => {
    const convoy = finding('lock-convoy', { targets: ['api-1'] });
    const slow = { running: 2, 'sleep shop.retry': 90 };
    const traced = (spent: Readonly<Record<string, number>>) =>
      tracesOf([{ step: '400/s', service: 'api', ordinary: { running: 2 }, slow: spent }]);
    expect(diagnose({ ...run, traces: traced(slow) }, [convoy], unruled)).toMatchObject({
      cause: 'lock-convoy',
      caution: expect.stringContaining('90 ms sleeping at shop.retry'),
    });
    const borneOut = diagnose({ ...run, traces: traced({ running: 2, lock: 90 }) }, [convoy], unruled);
    expect(borneOut.caution).toBeUndefined();
  });

  it('says that it cannot tell where it broke and nothing was found', () => {
    expect(diagnose(run, [], unruled)).toMatchObject({
      outcome: 'cannot-tell',
      capacity: {
        sentence:
          'Holds 200/s with p99 9 ms; breaks at 400/s (280/s answered within the step, at least 120/s more only after it)',
      },
      chain: [
        { text: 'api-1: goroutines 20 to 625', atUs: 21e6 },
        {
          text: 'Users at 400/s: p99 2 s (9 ms at 200/s), 280/s answered within the step, at least 120/s more only after it',
        },
      ],
    });
  });

  it('says what most arrivals failed with where nothing else explains it', () => {
    const wrongPath = evidence({ steps: [step(0, { rps: 100, errors: { 'status 404': 1000 } })] });
    expect(diagnose(wrongPath, [], unruled)).toMatchObject({
      outcome: 'cannot-tell',
      sentence: '1,000 of 1,000 arrivals failed with: status 404',
      advice: expect.stringContaining('Look at what is asked: method, path'),
    });
    const refused = evidence({ steps: [step(0, { rps: 100, errors: { 'connect ECONNREFUSED': 900 } })] });
    expect(diagnose(refused, [], unruled).sentence).toContain('failed with: connect ECONNREFUSED');
    const few = evidence({ steps: [step(0, { rps: 100, errors: { 'status 404': 100 } })] });
    expect(diagnose(few, [], unruled).sentence).toBe('Nothing that was looked at tells why');
  });

  it('says it of several requests that failed alike, and of which one where it was one', () => {
    const failing = (errors: Readonly<Record<string, number>>) => {
      const measured = [step(0, { rps: 100, errors, requests: ['list', 'show', 'shop/pay'] })];
      return diagnose(evidence({ steps: measured }), [], unruled);
    };
    expect(failing({ 'list: status 404': 350, 'show: status 404': 350, 'shop/pay: status 500': 30 })).toMatchObject({
      sentence: '700 of 1,000 arrivals failed with: status 404',
      advice: expect.stringContaining('Look at what is asked: method, path'),
    });
    expect(failing({ 'shop/pay: expected status 200, got 404': 900 })).toMatchObject({
      sentence: '900 of 1,000 arrivals failed with: shop/pay: expected status 200, got 404',
      advice: expect.stringContaining('Look at what is asked: method, path'),
    });
  });

  it('says that nothing gave way where nothing broke', () => {
    const healthy = diagnose(evidence({ steps: steps.slice(0, 2) }), [finding('fact', { severity: 'note' })], unruled);
    expect(healthy).toMatchObject({
      outcome: 'healthy',
      sentence: 'Nothing gave way',
      chain: [],
      capacity: { sentence: 'Holds 200/s with p99 9 ms, the highest rate that was sent' },
    });
  });

  it('names the rules that the rate which holds is shown to keep', () => {
    const { capacity, outcome } = diagnoseRuled(steps.slice(0, 2), ['p99 < 50ms', 'errors < 1%']);
    expect(capacity.sentence).toBe('Holds 200/s within p99 < 50ms, the highest rate that was sent');
    expect(outcome).toBe('healthy');
  });

  it('says of no rate that it holds while one of its rules cannot be told there', () => {
    const { capacity, ...rest } = diagnoseRuled([step(0, { rps: 50 })], ['p99 < 50ms', 'p90 < 50ms']);
    expect(capacity.rates).toBe(
      'Cannot tell of 50/s (p99 < 50ms: 500 answers, 1,000 are needed), the highest rate that was sent',
    );
    expect(capacity).toMatchObject({ untoldRps: 50, untoldStep: '50/s' });
    expect(capacity.holdsRps).toBeUndefined();
    expect(rest).toMatchObject({
      outcome: 'cannot-tell',
      sentence: 'Whether p99 < 50ms holds cannot be told',
      advice: 'Send longer steps, so that enough answers stand behind each rule',
    });
  });

  it('names each rule that cannot be told', () => {
    expect(diagnoseRuled([step(0, { rps: 50 })], ['p99 < 50ms', 'p99.9 < 80ms']).sentence).toBe(
      'Whether p99 < 50ms and p99.9 < 80ms hold cannot be told',
    );
  });

  it('says what holds below the rate of which it cannot tell, and above it what broke', () => {
    const short = step(1, { rps: 300 });
    const few = { ...short, responseUs: { ...short.responseUs, count: 600 } };
    const broken = step(2, { rps: 400, p99Us: 2_000_000 });
    const { capacity } = diagnoseRuled([step(0, { rps: 200 }), few, broken], ['p99 < 50ms']);
    expect(capacity.rates).toBe(
      'Holds 200/s within p99 < 50ms; cannot tell of 300/s (p99 < 50ms: 600 answers, 1,000 are needed); breaks at 400/s (p99 2 s)',
    );
    expect(capacity).toMatchObject({ holdsStep: '200/s', untoldStep: '300/s', breaksStep: '400/s' });
  });

  it('does not call healthy what breaks a rule that is not of the rate', () => {
    const { outcome, sentence, capacity } = diagnoseRuled(steps.slice(0, 2), ['rps > 500']);
    expect({ outcome, sentence }).toEqual({
      outcome: 'cannot-tell',
      sentence: 'Nothing was seen to give way, and rps > 500 does not hold',
    });
    expect(capacity.rates).toBe('Holds 200/s with p99 9 ms, the highest rate that was sent');
  });

  it('calls neither healthy nor held what was seen in a step that is not valid', () => {
    const late = { code: 'generator-late', message: 'the generator itself was late', step: '200/s' };
    const calm = { ...run, steps: steps.slice(0, 2) };
    const { outcome, sentence, capacity } = diagnose(calm, [], { ...unruled, invalid: [late] });
    expect({ outcome, sentence }).toEqual({
      outcome: 'cannot-tell',
      sentence: 'Whether anything gave way cannot be told: step 200/s is not valid',
    });
    expect(capacity).toMatchObject({
      rates: 'Holds 100/s with p99 9 ms; cannot tell of 200/s (the step is not valid), the highest rate that was sent',
      holdsRps: 100,
      untoldRps: 200,
    });
    const whole = diagnose(calm, [], {
      ...unruled,
      invalid: [{ code: 'nothing-observed', message: 'nobody was seen' }],
    });
    expect(whole.sentence).toBe('Whether anything gave way cannot be told: the run is not valid');
    expect(whole.capacity.rates).toBe('Cannot tell of 200/s (the run is not valid), the highest rate that was sent');
  });

  it('doubts a break in a step that is not valid', () => {
    const late = { code: 'generator-late', message: 'the generator itself was late', step: '400/s' };
    expect(diagnose(run, [pool], { ...unruled, invalid: [late] }).capacity.doubt).toBe('Step 400/s is not valid');
    expect(diagnose(run, [pool], { ...unruled, invalid: [{ ...late, step: '100/s' }] }).capacity.doubt).toBeUndefined();
  });
});
