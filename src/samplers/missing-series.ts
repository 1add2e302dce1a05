/** What of a target cannot be seen and why, told once for each. */
import type { SamplerContext } from '../model/contracts.ts';

/** Takes names of series, or of groups of them (`sock.*`), that a target does not have; tells at the end. */
export interface MissingSeries {
  add(target: string, names: readonly string[], reason: string): void;
  tell(): void;
}

/** Nothing is missing yet. */
export function createMissingSeries(
  source: string,
  { clock, emit }: Pick<SamplerContext, 'clock' | 'emit'>,
): MissingSeries {
  const targets = new Map<string, Map<string, Set<string>>>();
  return {
    add(target, names, reason) {
      if (names.length === 0) return;
      const reasons = targets.get(target) ?? new Map<string, Set<string>>();
      targets.set(target, reasons);
      reasons.set(reason, new Set([...(reasons.get(reason) ?? []), ...names]));
    },
    tell() {
      for (const [target, reasons] of targets) {
        const message = [...reasons].map(([reason, names]) => `no ${[...names].join(', ')}: ${reason}`).join('; ');
        emit({ kind: 'doubt', atUs: clock.nowUs(), target, source, message });
      }
    },
  };
}
