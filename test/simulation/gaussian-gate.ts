/** Gates on bare columns of noise, without a queue: thousands of them in seconds, for what depends on the statistics alone. */
import type { GateColumns } from '../../src/analysis/gate/columns.ts';
import { decideAt, type SpentError } from '../../src/analysis/gate/decision.ts';
import { defaultGateSettings } from '../../src/analysis/gate/settings.ts';
import { plannedLooks } from '../../src/analysis/statistics/sequential-looks.ts';
import type { Decision } from '../../src/model/gate-verdict.ts';
import { seededUniform } from '../../src/model/random.ts';
import { normal } from './simulated-host.ts';

/** Laws of the noise of a round. */
export type Noise = 'normal' | 't3' | 'contaminated';

/** Spreads of the columns: quiet and loud ones side by side. */
const spreads = [0.03, 0.05, 0.05, 0.08, 0.08, 0.12, 0.2, 0.4];

/** Dependence between the columns of a round. */
const shared = 0.4;

/** The decision of one gate whose columns are all slower by exactly this log-ratio; every column is a p99. */
export function columnGate(noise: Noise, effect: number, seed: number): Decision {
  const next = seededUniform(seed);
  const looks = plannedLooks(defaultGateSettings.looks, defaultGateSettings.error);
  const rows = Array.from({ length: 16 }, () => {
    const common = draw(noise, next);
    return spreads.map((sd) => effect + sd * (Math.sqrt(shared) * common + Math.sqrt(1 - shared) * draw(noise, next)));
  });
  let last: Decision | undefined;
  let spent: SpentError | undefined;
  for (const look of looks) {
    ({ decision: last, spent } = decideAt(look, columnsOf(rows), defaultGateSettings, spent));
    if (last.outcome !== 'cannot-tell') break;
  }
  if (!last) throw new Error('a gate needs a look');
  return last;
}

function columnsOf(rows: readonly (readonly number[])[]): GateColumns {
  return {
    absent: [],
    columns: spreads.map((_, column) => ({
      metric: 'p99',
      step: String(column),
      values: rows.map((row) => row[column] ?? Number.NaN),
      tolerance: Math.log1p(defaultGateSettings.tolerance),
    })),
  };
}

function draw(noise: Noise, next: () => number): number {
  if (noise === 'normal') return normal(next);
  if (noise === 'contaminated') return normal(next) * (next() < 0.1 ? 5 : 1);
  const chiSquared = normal(next) ** 2 + normal(next) ** 2 + normal(next) ** 2;
  return normal(next) / Math.sqrt(chiSquared / 3);
}
