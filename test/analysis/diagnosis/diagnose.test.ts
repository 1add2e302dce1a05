import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/analysis/diagnosis/diagnose.ts';
import { byCause } from '../../../src/analysis/diagnosis/order.ts';
import type { Finding } from '../../../src/model/finding.ts';
import { evidence, seriesOf, step } from '../../helpers/evidence.ts';

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
    expect(diagnose(run, [pool, followed], [])).toMatchObject({
      outcome: 'cause',
      sentence: 'Requests wait 310 ms for a connection',
      advice: 'mend pool',
      cause: 'pool',
      capacity: {
        sentence:
          'Holds 200/s with p99 9 ms; breaks at 400/s (280/s answered), because requests wait 310 ms for a connection',
        holdsStep: '200/s',
        breaksStep: '400/s',
        sign: 'throughput',
      },
      chain: [
        { finding: 'pool' },
        { text: 'api-1: goroutines 20 to 625', atUs: 21e6 },
        { finding: 'pile-up' },
        { text: 'Users at 400/s: p99 9 ms to 2 s, 280/s answered' },
      ],
    });
  });

  it('says that it cannot tell where it broke and nothing was found', () => {
    expect(diagnose(run, [], [])).toMatchObject({
      outcome: 'cannot-tell',
      capacity: { sentence: 'Holds 200/s with p99 9 ms; breaks at 400/s (280/s answered)' },
    });
  });

  it('says that nothing gave way where nothing broke', () => {
    const healthy = diagnose(evidence({ steps: steps.slice(0, 2) }), [finding('fact', { severity: 'note' })], []);
    expect(healthy).toMatchObject({
      outcome: 'healthy',
      sentence: 'Nothing gave way',
      chain: [],
      capacity: { sentence: 'Holds 200/s with p99 9 ms, the highest rate that was sent' },
    });
  });

  it('doubts a break in a step that is not valid', () => {
    const late = { code: 'generator-late', message: 'the generator itself was late', step: '400/s' };
    expect(diagnose(run, [pool], [late]).capacity.doubt).toBe('Step 400/s is not valid');
    expect(diagnose(run, [pool], [{ ...late, step: '100/s' }]).capacity.doubt).toBeUndefined();
  });
});
