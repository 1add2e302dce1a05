import { expect, it } from 'vitest';
import type { Arm } from '../../src/experiments/arm.ts';
import { runArm } from '../../src/experiments/run-arm.ts';
import type { RunResult } from '../../src/model/run-result.ts';
import { sampleResult } from '../golden/sample-result.ts';
import { scenario } from '../helpers/raw-run.ts';
import { armStep } from '../helpers/trial-rounds.ts';
import { namedArms } from './made-rounds.ts';

const [made] = namedArms(['gogc-off']);
const rule = { text: 'add: p99 < 20ms', metric: 'p99', request: 'add', comparison: '<', bound: 20_000 } as const;
const read = { scenario: { ...scenario, slo: [rule] } };
const variant = made && ({ ...made, read } as unknown as Arm);
const steps = [armStep('low', 500, 2000)];

/** The run of round `round` that came to this result, on a clock that a run moves by 5 s. */
async function armOf(
  change: Partial<RunResult>,
  { round = 1, attempt = 2, signal = new AbortController().signal } = {},
) {
  let nowMs = 60_000;
  const runner = {
    execute: async () => {
      nowMs += 5000;
      return { result: { ...sampleResult(), ...change }, directory: '/out/round-01/gogc-off' };
    },
    measure: async () => steps,
  };
  const time = { monotonicMs: () => nowMs, wallMs: () => nowMs };
  const slot = { round, position: 1, arm: 'gogc-off', attempt };
  if (!variant) throw new Error('no variant');
  return await runArm(slot, variant, { directory: '/out', place: '/out/round-01/gogc-off' }, runner, { signal, time });
}

const invalid: Partial<RunResult> = {
  validity: { verdict: 'invalid', reasons: [{ code: 'generator-late', message: 'the generator was late' }] },
};

it('measures a valid run, and says where, when and how long it ran', async () => {
  expect(await armOf({ status: 'complete', validity: { verdict: 'valid', reasons: [] } })).toEqual({
    round: 1,
    variant: 'gogc-off',
    position: 1,
    attempt: 2,
    directory: 'round-01/gogc-off',
    startedAt: '1970-01-01T00:01:00.000Z',
    tookMs: 5000,
    invalid: [],
    steps,
  });
});

it('measures nothing of a run that is not valid, and keeps why', async () => {
  expect(await armOf({ status: 'complete', ...invalid })).toMatchObject({
    steps: [],
    invalid: [{ code: 'generator-late' }],
  });
  expect(await armOf({ status: 'partial', validity: { verdict: 'invalid', reasons: [] } })).toMatchObject({
    invalid: [{ code: 'incomplete' }],
  });
});

const failed: Partial<RunResult> = {
  status: 'failed',
  failure: { code: 'not-ready', message: 'api is not ready', exitCode: 3 },
};

it('rejects in the first round when the variant does not come up: it never will', async () => {
  await expect(armOf(failed)).rejects.toMatchObject({
    code: 'not-ready',
    exitCode: 3,
    message: 'variant gogc-off does not come up: api is not ready',
  });
});

it('counts a later start that fails as an invalid run', async () => {
  expect(await armOf(failed, { round: 4 })).toMatchObject({ steps: [], invalid: [{ code: 'not-ready' }] });
});

it('rejects in a later round when the variant does not come up three times in a row', async () => {
  await expect(armOf(failed, { round: 4, attempt: 3 })).rejects.toMatchObject({
    code: 'not-ready',
    exitCode: 3,
    message: 'variant gogc-off no longer comes up: api is not ready',
  });
});

it('rejects when the user interrupted, whatever the run came to', async () => {
  const signal = AbortSignal.abort(new Error('interrupted by SIGINT'));
  await expect(armOf({}, { signal })).rejects.toThrow('interrupted');
});

it('keeps what its rules saw that no comparison could see from its steps', async () => {
  const outcome = 'fail' as const;
  const slo = [
    { rule: 'add: p99 < 20ms', step: 'low', observed: '30 ms', outcome, value: 30_000, arrivals: 900 },
    { rule: 'p99 < 20ms', step: 'low', observed: '30 ms', outcome, value: 30_000, arrivals: 9000 },
  ];
  const { ruled } = await armOf({ slo });
  expect(ruled).toEqual([{ rule: 'add: p99 < 20ms', step: 'low', value: 30_000, arrivals: 900 }]);
  expect(await armOf({ ...invalid, slo })).not.toHaveProperty('ruled');
});
