/** How far stamps that we give ourselves may be from the truth: each is of some moment of a look that took some time. */
import type { SamplerContext } from '../model/contracts.ts';
import { upperMedianOf } from '../model/median.ts';
import type { ClockRelation } from '../model/sample.ts';

/** Takes how far each stamp may be off, in microseconds; tells at the end of each target. */
export interface StampErrors {
  add(target: string, errorUs: number): void;
  tell(): void;
}

/** Errors that are remembered of each target, the latest. */
const remembered = 4096;

/** No look yet. */
export function createStampErrors(
  source: string,
  method: ClockRelation['method'],
  { clock, emit }: Pick<SamplerContext, 'clock' | 'emit'>,
): StampErrors {
  const errors = new Map<string, number[]>();
  const greatest = new Map<string, number>();
  const counts = new Map<string, number>();
  return {
    add(target, errorUs) {
      const own = errors.get(target) ?? [];
      errors.set(target, own);
      own.push(errorUs);
      if (own.length > remembered) own.shift();
      greatest.set(target, Math.max(errorUs, greatest.get(target) ?? 0));
      counts.set(target, (counts.get(target) ?? 0) + 1);
    },
    tell() {
      for (const [target, own] of errors) {
        emit({
          kind: 'clock',
          atUs: clock.nowUs(),
          target,
          source,
          method,
          offsetUs: 0,
          uncertaintyUs: greatest.get(target),
          typicalUs: upperMedianOf(own),
          stamps: counts.get(target) ?? 0,
        });
      }
    },
  };
}
