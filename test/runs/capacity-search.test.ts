import { describe, expect, it } from 'vitest';
import type { LoadStep, Scenario } from '../../src/model/scenario.ts';
import { searchCapacity } from '../../src/runs/capacity-search.ts';
import { parseSlo } from '../../src/scenario/slo.ts';
import type { SendSteps } from '../../src/session/load-script.ts';
import { scenario, tick, window } from '../helpers/raw-run.ts';

/** A service that answers up to `most` requests a second in 2 ms, and every one above that in 80 ms; its load moves the clock. */
function createService(most: number) {
  let nowMs = 0;
  let step = 0;
  const rates: number[] = [];
  const send: SendSteps = async (steps, onMessage) => {
    for (const each of steps) {
      const rps = rateOf(each);
      if (each.measure) rates.push(rps);
      const startUs = nowMs * 1000;
      onMessage?.({ kind: 'step', step, startUs });
      for (let second = 0; second < each.durationMs / 1000; second++) {
        const dueUs = startUs + second * 1e6;
        onMessage?.(window(step, dueUs, Math.round(rps), rps > most ? 80_000 : 2000));
        onMessage?.(tick(dueUs + 1e6, Math.round(rps), { step }));
      }
      nowMs += each.durationMs;
      step++;
    }
    onMessage?.({ kind: 'end', lastDueUs: nowMs * 1000, drainedUs: nowMs * 1000 });
  };
  const lines: string[] = [];
  const caller = {
    time: { monotonicMs: () => nowMs, wallMs: () => nowMs },
    log: { info: (line: string) => void lines.push(line), warn: () => undefined },
  };
  return { send, caller, rates, lines };
}

function rateOf({ shape }: LoadStep): number {
  return shape.kind === 'constant' ? shape.rps : 0;
}

const rule = parseSlo('p99 < 50ms', undefined);

function requestOf(budgetMs = 3_600_000) {
  if (!rule) throw new Error('no rule');
  const limits = { startRps: 100, maxRps: 50_000, precision: 0.05 };
  return { rules: [rule], limits, probeMs: 4000, budgetMs };
}

const measured: Scenario = { ...scenario, load: { ...scenario.load, steps: [] } };

describe('a search for capacity', () => {
  it.each([150, 1000, 7300])(
    'ends with a rate that was held and one that was not, on both sides of %i/s',
    async (most) => {
      const { send, caller, lines, rates } = createService(most);
      const search = searchCapacity(requestOf(), measured, caller);
      await search.script(send);
      const found = search.found();
      expect(found?.lowRps).toBeLessThanOrEqual(most);
      expect(found?.highRps).toBeGreaterThan(most);
      expect((found?.highRps ?? 0) / (found?.lowRps ?? 1)).toBeLessThan(1.06);
      expect(rates).toHaveLength(search.probes.length);
      expect(lines).toHaveLength(search.probes.length);
    },
  );

  it('finds what its last probe settles, also where the time is over with that', async () => {
    const whole = createService(1000);
    const search = searchCapacity(requestOf(), measured, whole.caller);
    await search.script(whole.send);
    const justEnough = createService(1000);
    const short = searchCapacity(requestOf(whole.caller.time.monotonicMs()), measured, justEnough.caller);
    await short.script(justEnough.send);
    expect(short.probes).toHaveLength(search.probes.length);
    expect(short.found()).toEqual(search.found());
  });

  it('finds nothing when the time is over first, and keeps its probes', async () => {
    const { send, caller } = createService(1000);
    const search = searchCapacity(requestOf(30_000), measured, caller);
    await search.script(send);
    expect(search.found()).toBeUndefined();
    expect(search.probes).toHaveLength(4);
  });
});
