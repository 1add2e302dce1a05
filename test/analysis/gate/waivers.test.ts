import { expect, it } from 'vitest';
import { gateStatements } from '../../../src/analysis/gate/statements.ts';
import { gateVerdict } from '../../../src/analysis/gate/verdict.ts';
import type { Waiver } from '../../../src/model/gate-terms.ts';
import { gateInput, gateRounds } from '../../helpers/trial-rounds.ts';

const waiver = (step: string, metric: Waiver['metric'] = 'p99'): Waiver => ({
  metric,
  step,
  owner: 'jane',
  reason: 'new TLS library',
  expires: '2026-12-31',
});

function judge(slower: Parameters<typeof gateRounds>[1], waivers: readonly Waiver[]) {
  const input = gateInput(gateRounds(8, slower), { waivers });
  const verdict = gateVerdict(input);
  return { ...verdict, text: gateStatements(verdict, input.settings).map(({ label, text }) => `${label} ${text}`) };
}

it('passes what is only worse where somebody answers for it, and shows that', () => {
  const { verdict, text } = judge({ high: 0.3 }, [waiver('high')]);
  expect(verdict).toBe('pass');
  expect(text[0]).toMatch(
    /^WAIVED p99 at step high: \+\d+.* slower .*; jane answers for it until 2026-12-31: new TLS library$/,
  );
  expect(text[1]).toMatch(/^PASS p99 at low: /);
});

it('fails what is worse elsewhere', () => {
  expect(judge({ high: 0.3 }, [waiver('low')]).verdict).toBe('fail');
  expect(judge({ low: 0.3, high: 0.3 }, [waiver('high')]).verdict).toBe('fail');
});

it('passes nothing when everything is waived', () => {
  expect(judge({}, [waiver('low'), waiver('high')]).verdict).toBe('cannot-tell');
});

it('says when a waiver was not needed', () => {
  expect(judge({}, [waiver('high')]).text).toContain('NOTE p99 at step high has a waiver of jane that was not needed');
});
