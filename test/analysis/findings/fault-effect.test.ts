/** What the diagnosis says of a run that was done something to: the fault, and not the system, where the fault did it. */
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/analysis/diagnosis/diagnose.ts';
import { byCause } from '../../../src/analysis/diagnosis/order.ts';
import { faultEffect, metastable } from '../../../src/analysis/findings/fault-effect.ts';
import { tiedToFaults } from '../../../src/analysis/findings/fault-ties.ts';
import { harmedSteps } from '../../../src/analysis/findings/harm.ts';
import { processEnded } from '../../../src/analysis/findings/process-ended.ts';
import type { FaultOutcome } from '../../../src/model/fault-outcome.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { evidence, seriesOf, step } from '../../helpers/evidence.ts';

const second = 1e6;

/** In force from 12 s to 14 s. */
function fault(recovery: Partial<FaultOutcome['recovery']>, change: Partial<FaultOutcome> = {}): FaultOutcome {
  return {
    name: 'gone',
    kind: 'kill',
    what: 'killed api-1',
    targets: ['api-1'],
    askedUs: 12 * second,
    startUs: 12 * second,
    endUs: 14 * second,
    band: { fromUs: 2 * second, toUs: 11 * second, p99Us: 9000, failedShare: 0, answeredRps: 100 },
    lost: { observed: 120, expected: 0.5, odds: 1e-9 },
    slow: { observed: 0, expected: 0, odds: 1 },
    broken: [{ rule: 'errors < 1%', fromUs: 12 * second, toUs: 13 * second, totalUs: second }],
    recovery: { state: 'recovered', afterUs: 1.2 * second, afterEndUs: -0.8 * second, why: 'well again', ...recovery },
    ...change,
  };
}

/** The second step, from 10 s on, is the one in which it was. */
const steps = [step(0, { rps: 100 }), step(1, { rps: 200, errors: { 'status 502': 120 } }), step(2, { rps: 300 })];
const recovered = evidence({ steps, faults: [fault({})] });
const harmless = evidence({ steps, faults: [fault({ state: 'no-harm' })] });

function finding(id: string, change: Partial<Finding> = {}): Finding {
  return { id, role: 'cause', severity: 'critical', title: id, evidence: [], advice: '', steps: ['200/s'], ...change };
}

describe('of a fault that hurt users', () => {
  it('says for how long, and how many', () => {
    const [found] = faultEffect.find(recovered);
    expect(found).toMatchObject({ severity: 'warning', steps: ['200/s'], targets: ['api-1'], sinceUs: 12 * second });
    expect(found?.title).toBe('Users felt the fault gone until 1.2 s after it began');
    expect(found?.evidence).toEqual([
      'killed api-1: well again',
      '120 arrivals were lost, 0.5 would be usual (by chance: less than 1 in 1,000)',
      'errors < 1% did not hold for 1 s',
    ]);
  });

  it('is the cause of what followed in its time, and of nothing else', () => {
    const found = [
      finding('failures', { role: 'symptom' }),
      finding('goroutine-pile-up', { steps: ['200/s', '300/s'] }),
      finding('lock-convoy'),
      finding('fault-effect'),
    ];
    const tied = tiedToFaults(found, recovered);
    expect(tied.find(({ id }) => id === 'fault-effect')?.explains).toEqual(['failures']);
    expect(tied.map(({ severity }) => severity)).toEqual(found.map(({ severity }) => severity));
  });

  it('leaves its step out of the rate that holds', () => {
    const found = byCause(
      tiedToFaults(
        faultEffect.find(recovered).map((each) => ({ id: 'fault-effect', role: 'cause', ...each })),
        recovered,
      ),
    );
    const { capacity, sentence, cause } = diagnose(recovered, found, { invalid: [], slo: [] });
    expect(capacity).toMatchObject({ holdsRps: 300 });
    expect(capacity.breaksRps).toBeUndefined();
    expect(cause).toBe('fault-effect');
    expect(sentence).toContain('Users felt the fault gone');
    expect([...harmedSteps(recovered)]).toEqual([]);
  });

  it('says nothing of the rate that holds where it was in every step', () => {
    const only = evidence({ steps: steps.slice(1, 2), faults: [fault({})] });
    expect(diagnose(only, [], { invalid: [], slo: [] }).capacity.sentence).toContain('No step without harm by a fault');
  });
});

describe('of a fault that hurt nobody', () => {
  it('finds nothing, and makes notes of what was done to replicas in its time', () => {
    expect(faultEffect.find(harmless)).toEqual([]);
    const found = [finding('uneven-replicas'), finding('failures'), finding('uneven-replicas', { steps: ['300/s'] })];
    const tied = tiedToFaults(found, harmless);
    expect(tied.map(({ severity }) => severity)).toEqual(['note', 'critical', 'critical']);
    expect(tied[0]?.evidence).toEqual(['In its time the run did this: gone']);
  });

  it('takes the end of what it killed for no end of its own, and any other for one', () => {
    const exit = (target: string, atS: number) =>
      ({ kind: 'event', event: 'exit', target, atUs: atS * second, message: 'exit code 1' }) as const;
    const severities = (event: ReturnType<typeof exit>) => {
      const run = { ...harmless, events: [event] };
      const found = processEnded.find(run).map((each): Finding => ({ id: 'process-ended', role: 'cause', ...each }));
      return tiedToFaults(found, run).map(({ severity }) => severity);
    };
    expect(severities(exit('api-1', 12.1))).toEqual(['note']);
    expect(severities(exit('api-2', 12.1))).toEqual(['critical']);
    expect(severities(exit('api-1', 25))).toEqual(['critical']);
  });
});

describe('of a system that keeps itself down', () => {
  const down = fault({ state: 'not-recovered', metastable: true, why: 'not back' });
  const level = (before: number, after: number) =>
    Array.from({ length: 30 }, (_, at) => [at * second, at < 12 ? before : after] as const);
  const run = evidence({
    steps,
    faults: [down],
    series: [
      seriesOf('generator', 'load.sent_rps', level(100, 100)),
      seriesOf('generator', 'load.in_flight', level(5, 900)),
      seriesOf('api-1', 'app.requests_per_second', level(100, 320)),
      seriesOf('api-1', 'goroutines.total', level(40, 1200)),
      seriesOf('api-2', 'goroutines.total', level(40, 41)),
    ],
  });

  it('names what keeps it there, with numbers', () => {
    const [found] = metastable.find(run);
    expect(found?.severity).toBe('critical');
    expect(found?.title).toContain('keeps itself down');
    expect(found?.evidence.slice(-3)).toEqual([
      'api-1: 1 requests for each arrival before, 3.2 after its end',
      'requests under way: 5 before, 900 after its end',
      'api-1: 40 goroutines before, 1,200 after its end',
    ]);
    expect(faultEffect.find(run)).toEqual([]);
  });

  it('is held against the system: its steps are harmed', () => {
    expect([...harmedSteps(run)]).toContain('200/s');
  });
});
