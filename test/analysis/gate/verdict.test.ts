import { describe, expect, it } from 'vitest';
import { gateStatements } from '../../../src/analysis/gate/statements.ts';
import { gateVerdict, verdictExitCodes } from '../../../src/analysis/gate/verdict.ts';
import type { ArmStep } from '../../../src/model/comparison.ts';
import { encodeHistogram, newHistogram } from '../../../src/model/histogram.ts';
import { parseSlo } from '../../../src/scenario/slo.ts';
import { armRun, armStep, gateInput, gateRounds } from '../../helpers/trial-rounds.ts';

function textOf(input: ReturnType<typeof gateInput>): string[] {
  return gateStatements(gateVerdict(input), input.settings).map(({ label, text }) => `${label} ${text}`);
}

const rule = (text: string, step?: string) => {
  const parsed = parseSlo(text, step);
  if (!parsed) throw new Error(`${text} is not a rule`);
  return parsed;
};

describe('the verdict', () => {
  it('passes arms that differ by noise, and says what was ruled out, with numbers', () => {
    const input = gateInput(gateRounds(8));
    expect(gateVerdict(input)).toMatchObject({ verdict: 'pass', isFinal: true, usedRounds: 8 });
    const [line] = textOf(input);
    expect(line).toMatch(
      /^PASS p99 at low, high: any slowdown is below 10 % \(upper bounds \+[\d.]+ %, \+[\d.]+ %; this gate could see \+[\d.]+ %, \+[\d.]+ %\)$/,
    );
    expect(textOf(input).join()).not.toMatch(/no regression/i);
  });

  it('fails the step that is slower, with estimate, interval, p, rounds and what could have been seen', () => {
    const input = gateInput(gateRounds(8, { high: 0.12 }));
    const verdict = gateVerdict(input);
    expect(verdict.verdict).toBe('fail');
    const worse = verdict.decision?.cells.filter(({ outcome }) => outcome === 'worse');
    expect(worse?.map(({ metric, step }) => [metric, step])).toEqual([['p99', 'high']]);
    expect(textOf(input)[0]).toMatch(
      /^FAIL p99 at step high: \+1[12]\.?\d* % slower \(90 % interval \+1[\d.]+ % … \+1[\d.]+ %\), adjusted p = 0\.00\d+, 8 rounds; tolerance 2.5 %, this gate could see \+[\d.]+ %$/,
    );
  });

  it('can be made again from JSON, bit for bit', () => {
    const input = gateInput(gateRounds(12, { low: 0.05 }));
    expect(JSON.stringify(gateVerdict(JSON.parse(JSON.stringify(input))))).toBe(JSON.stringify(gateVerdict(input)));
  });

  it('cannot tell before the first look, and says how many rounds are missing', () => {
    const input = gateInput(gateRounds(5, { high: 0.5 }));
    expect(gateVerdict(input)).toMatchObject({ verdict: 'cannot-tell', isFinal: false });
    expect(textOf(input)).toEqual(['OPEN 5 usable rounds, the first look needs 8']);
  });

  it('cannot tell when an effect lies between harmless and harmful, and says what would settle it', () => {
    const rounds = gateRounds(16, { high: -0.04 }).map((round, index) =>
      index % 2 === 0 ? round : { ...round, arms: { ...round.arms, candidate: armRun(2000, 4500) } },
    );
    const input = gateInput(rounds);
    expect(gateVerdict(input)).toMatchObject({ verdict: 'cannot-tell', isFinal: true });
    expect(textOf(input).find((line) => line.startsWith('OPEN'))).toMatch(
      /neither shown worse than 2.5 % nor bounded below 10 %/,
    );
  });

  it('decides at the first look that can, whatever came later', () => {
    const late = gateRounds(16).map((round, index) =>
      index < 8 ? round : { ...round, arms: { ...round.arms, candidate: armRun(4000, 8000) } },
    );
    expect(gateVerdict(gateInput(late))).toMatchObject({ verdict: 'pass', decision: { look: { rounds: 8 } } });
  });

  it('looks once more when the budget is over', () => {
    const rounds = gateRounds(7, { high: 0.2 });
    expect(gateVerdict(gateInput(rounds)).verdict).toBe('cannot-tell');
    expect(gateVerdict({ ...gateInput(rounds), isOver: true })).toMatchObject({ verdict: 'fail', isFinal: true });
  });

  it('sees a rare pause through the share of slow requests', () => {
    const paused = armStep('high', 1000, 4000).response;
    const slow = (_: number, arm: string): Partial<ArmStep> =>
      arm === 'candidate'
        ? {
            counts: { planned: 24_000, completed: 23_500, failed: 0, timedOut: 0, dropped: 500, unfinished: 0 },
            response: paused,
          }
        : {};
    const input = gateInput(gateRounds(8, {}, slow));
    expect(gateVerdict(input).verdict).toBe('fail');
    expect(textOf(input)[0]).toMatch(/^FAIL share of slow requests at step low: .* more/);
  });

  it('has the exit codes of the design', () => {
    expect(verdictExitCodes).toEqual({ pass: 0, fail: 1, invalid: 4, 'cannot-tell': 5 });
  });
});

describe('what is not judged by latency', () => {
  const busy = (utilisation: (arm: string) => number) => (_: number, arm: string) => ({
    utilisation: utilisation(arm),
  });

  it('goes through capacity where both arms are too busy', () => {
    const input = gateInput(
      gateRounds(
        8,
        {},
        busy(() => 0.8),
      ),
      { capacityLimitUs: 3000 },
    );
    const { verdict, decision } = gateVerdict(input);
    expect(decision?.cells.map(({ metric, outcome }) => [metric, outcome])).toEqual([['capacity', 'ruled-out']]);
    expect(verdict).toBe('pass');
    expect(textOf(input).join()).toContain(
      'step high is not judged by its latency (80 % busy in both arms), but through capacity',
    );
  });

  it('fails by the capacity that is lost', () => {
    const rounds = gateRounds(
      8,
      { high: 0.2 },
      busy(() => 0.8),
    );
    const input = gateInput(rounds, { capacityLimitUs: 3000 });
    expect(gateVerdict(input)).toMatchObject({ verdict: 'fail' });
    expect(textOf(input)[0]).toMatch(/^FAIL capacity: \+8[.\d]* % lost /);
  });

  it('says that capacity judged nothing where no ramp reaches its limit', () => {
    const alone = gateInput(gateRounds(16), { metrics: ['capacity'], capacityLimitUs: 90_000 });
    expect(gateVerdict(alone)).toMatchObject({ verdict: 'cannot-tell', isFinal: true });
    expect(textOf(alone).join()).toContain('OPEN capacity: no ramp of either arm reached its limit');
    const beside = gateInput(gateRounds(8), { capacityLimitUs: 90_000 });
    expect(gateVerdict(beside).verdict).toBe('pass');
    expect(textOf(beside).join()).toContain(
      'NOTE capacity: no ramp of either arm reached its limit, so up to the last step none was lost',
    );
    const beyond = gateInput(gateRounds(8), { capacityLimitUs: 10 });
    expect(textOf(beyond).join()).toContain('NOTE capacity: every ramp of both arms was beyond its limit');
  });

  it('goes through capacity where requests piled up in both arms, but a few are no pile', () => {
    const piled = (atEnd: number) =>
      gateVerdict(gateInput(gateRounds(8, {}, () => ({ inFlight: { mean: atEnd / 3, atEnd } }))));
    expect(piled(300).decision?.absent.map(({ reason }) => reason)).toEqual(
      Array(2).fill('requests piled up in both arms'),
    );
    expect(piled(3).decision?.absent).toEqual([]);
  });

  it('stays a matter of latency where only the candidate is too busy', () => {
    const { decision } = gateVerdict(
      gateInput(
        gateRounds(
          8,
          {},
          busy((arm) => (arm === 'candidate' ? 0.8 : 0.5)),
        ),
      ),
    );
    expect(decision?.cells.some(({ metric }) => metric === 'p99')).toBe(true);
  });

  it('never passes for lack of anything that judges it', () => {
    const input = gateInput(
      gateRounds(
        16,
        {},
        busy(() => 0.8),
      ),
      { metrics: ['p99', 'slow-share'] },
    );
    expect(gateVerdict(input)).toMatchObject({ verdict: 'cannot-tell', isFinal: true });
    expect(textOf(input).join()).toContain('capacity cannot judge it');
  });
});

describe('a candidate whose runs were cut off', () => {
  const dying = (baseline: number, candidate: number) =>
    gateInput(
      gateRounds(8).map((round, index) => {
        const cutOff = (arm: string, often: number) => ({
          ...round.arms[arm]!,
          ...(index < often ? { cutOff: 1 } : {}),
        });
        return {
          ...round,
          arms: { baseline: cutOff('baseline', baseline), candidate: cutOff('candidate', candidate) },
        };
      }),
    );

  it('does not pass by those that went well when repeated', () => {
    expect(gateVerdict(dying(0, 2)).verdict).toBe('cannot-tell');
    expect(textOf(dying(0, 2)).join()).toContain('runs of the candidate were cut off 2 times, those of the baseline 0');
  });

  it('passes when that happened to the baseline as often', () => {
    expect(gateVerdict(dying(2, 2)).verdict).toBe('pass');
  });
});

describe('absolute rules', () => {
  it('fail a candidate that misses one, and pass one that meets it', () => {
    const rounds = gateRounds(8);
    expect(gateVerdict(gateInput(rounds, { slo: [rule('p99 < 3ms')] }))).toMatchObject({
      verdict: 'fail',
      rules: [
        { step: 'low', outcome: 'met' },
        { step: 'high', outcome: 'missed' },
      ],
    });
    expect(gateVerdict(gateInput(rounds, { slo: [rule('p99 < 5ms'), rule('errors < 0.1%')] })).verdict).toBe('pass');
  });

  /** Of every step of both arms 30 % fail after so long; `isTold`: failures are kept apart. */
  const failingRounds = (isTold: boolean, failedUs: number) => {
    const failed = (planned: number) => {
      const [response, lost] = [newHistogram(), newHistogram()];
      response.recordValueWithCount(2000, 0.7 * planned);
      for (const each of [response, lost]) each.recordValueWithCount(failedUs, 0.3 * planned);
      const counts = {
        planned,
        completed: 0.7 * planned,
        failed: 0.3 * planned,
        timedOut: 0,
        dropped: 0,
        unfinished: 0,
      };
      return { response: encodeHistogram(response), ...(isTold ? { lost: encodeHistogram(lost) } : {}), counts };
    };
    return gateRounds(8, {}, () => failed(24_000));
  };

  it('of a percentile count arrivals without a good answer as the slowest', () => {
    const outcomes = (isTold: boolean, failedUs: number) =>
      ['p95 < 50ms', 'p50 < 3ms', 'p50 < 1.5ms'].map(
        (text) =>
          gateVerdict(gateInput(failingRounds(isTold, failedUs), { slo: [rule(text, 'high')] })).rules?.[0]?.outcome,
      );
    expect(outcomes(true, 1)).toEqual(['missed', 'met', 'missed']);
    expect(outcomes(true, 900_000)).toEqual(['missed', 'met', 'missed']);
    // Of older runs nobody knows how fast failures came: the median lies between 2 ms and 900 ms.
    expect(outcomes(false, 900_000)).toEqual(['missed', 'open', 'missed']);
  });

  /** Rounds whose candidate recorded this of a rule. */
  const ruledRounds = (text: string, value: number, step?: string) =>
    gateRounds(8).map(({ arms, ...round }) => ({
      ...round,
      arms: {
        ...arms,
        candidate: {
          ...(arms['candidate'] ?? armRun(2000, 4000)),
          ruled: [{ rule: text, ...(step === undefined ? {} : { step }), value, arrivals: 5000 }],
        },
      },
    }));

  it.each([
    ['add: p99 < 3ms', 2000, 'met', 'at most −33.3 %'],
    ['add: p99 < 3ms', 6000, 'missed', 'at least +'],
    ['errors(5xx) < 1%', 0, 'met', 'at most −'],
    ['errors(5xx) < 1%', 0.5, 'missed', 'at least +'],
    ['status(429) == 0', 0, 'met', 'met, by the rounds in which it held'],
    ['status(429) == 0', 3, 'missed', 'missed, by the rounds in which it held'],
  ])('read what runs recorded of one request or kind of failure: %s with %d is %s', (text, value, outcome, said) => {
    const slo = [{ ...rule(text), step: 'high' }];
    const input = gateInput(ruledRounds(text, value, 'high'), { slo });
    expect(gateVerdict(input).rules).toMatchObject([{ rule: text, step: 'high', outcome }]);
    expect(textOf(input).join('\n')).toContain(said);
    const whole = gateInput(ruledRounds(text, value), { slo: [{ ...rule(text), over: 'run' }] });
    expect(gateVerdict(whole).rules).toMatchObject([{ rule: text, step: '', outcome }]);
    expect(textOf(whole).join('\n')).toContain(`${text} over the run: `);
  });

  it('never pass where no run recorded what they are about', () => {
    const input = gateInput(gateRounds(8), { slo: [rule('add: p99 < 5ms', 'high')] });
    expect(gateVerdict(input)).toMatchObject({ verdict: 'cannot-tell', rules: [{ outcome: 'no-data' }] });
    expect(textOf(input).join()).toContain('add: p99 < 5ms at step high: no run has enough of what it is about');
  });

  it('never pass on a step that was not measured', () => {
    const input = gateInput(gateRounds(16), { slo: [rule('p99 < 5ms', 'nowhere')] });
    expect(gateVerdict(input).verdict).toBe('cannot-tell');
    expect(textOf(input).join()).toContain('step nowhere was not measured');
  });
});

describe('the order within a round', () => {
  it('is told when whatever runs second is slower', () => {
    const rounds = gateRounds(12).map((round) => ({
      ...round,
      arms: { ...round.arms, [round.order[1] ?? '']: armRun(2000 * (1.1 + round.index / 1000), 4000 * 1.1) },
    }));
    const input = gateInput(rounds);
    expect(gateVerdict(input).slotEffect).toBeGreaterThan(Math.log(1.05));
    expect(textOf(input).join()).toMatch(/whichever arm ran second was \+[\d.]+ % slower/);
    expect(gateVerdict(gateInput(gateRounds(12))).slotEffect).toBeUndefined();
  });
});
