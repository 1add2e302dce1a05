import { describe, expect, it } from 'vitest';
import { pgoVerdict } from '../../../src/analysis/compare/pgo-verdict.ts';
import { type MadeVariant, madeComparison } from '../../helpers/comparison.ts';

const verdict = (without: Partial<MadeVariant>, guided: Partial<MadeVariant>, rounds = 8, sd = 0.01) =>
  pgoVerdict(
    madeComparison(
      [
        { name: 'pgo-off', p99Us: 10_000, cpuUs: 500, ...without },
        { name: 'pgo', p99Us: 10_000, cpuUs: 500, ...guided },
      ],
      rounds,
      sd,
    ),
  );

describe('builds with a profile', () => {
  it('are better where CPU per request is, whatever p99 shows, and say by how much', () => {
    const { outcome, message, metrics, rounds } = verdict({}, { cpuUs: 450 });
    expect(outcome).toBe('better');
    expect(rounds).toBe(8);
    expect(metrics.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['cpu', 'better'],
      ['p99', 'not shown'],
    ]);
    expect(message).toMatch(
      /^CPU per request is better: −(?:9|10)[.\d]* % \(−[\d.]+ % to −[\d.]+ %\); response p99: no difference shown/,
    );
  });

  it('are better where only p99 is', () => {
    expect(verdict({}, { p99Us: 8000 })).toMatchObject({
      outcome: 'better',
      message: expect.stringMatching(/^response p99 is better/),
    });
  });

  it('are worse where either is worse, and where more requests fail', () => {
    expect(verdict({}, { cpuUs: 400, p99Us: 13_000 })).toMatchObject({
      outcome: 'worse',
      message: expect.stringMatching(/^response p99 is worse: .*; CPU per request is better/),
    });
    expect(verdict({}, { cpuUs: 400, failed: 60 }).outcome).toBe('worse');
  });

  it('say what would have been shown in 9 of 10 where nothing is, which is more than in 8 of 10', () => {
    const { outcome, message, metrics } = verdict({}, {});
    expect(outcome).toBe('not shown');
    const [, percent = ''] =
      /^CPU per request: no difference shown; one of ([\d.]+) % or more would have been missed in at most 1 of 10/.exec(
        message,
      ) ?? [];
    expect(Number(percent)).toBeGreaterThan(1);
    expect(Number(percent)).toBeLessThan(10);
    expect(metrics[0]?.detectablePercent).toBeCloseTo(Number(percent), 1);
  });

  it('cannot be told of in too few rounds', () => {
    expect(verdict({}, { cpuUs: 250 }, 4)).toMatchObject({ outcome: 'cannot tell', rounds: 4 });
    expect(verdict({}, { cpuUs: 250 }, 1)).toMatchObject({ outcome: 'cannot tell' });
  });
});
