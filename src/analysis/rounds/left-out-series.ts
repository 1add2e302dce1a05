/** Series that two arms have under the same name and that cannot be held against each other. */
import type { ArmStep } from '../../model/comparison.ts';
import { olderSchedMark } from '../../model/series.ts';
import { schedLatencyReason } from '../run/sched-latency.ts';

type RoundSteps = ReadonlyMap<string, { readonly steps: readonly ArmStep[] }>;

/** One sentence for each service whose scheduler latency is of an old Go in one arm and of a new one in another. */
export function leftOutSeries(rounds: readonly RoundSteps[], variants: readonly string[]): string[] {
  const names = variants.map(
    (variant) =>
      new Set(
        rounds.flatMap((round) => round.get(variant)?.steps ?? []).flatMap(({ series }) => Object.keys(series ?? {})),
      ),
  );
  const all = new Set(names.flatMap((own) => [...own]));
  const split = [...all].filter((name) => {
    if (!name.endsWith(olderSchedMark)) return false;
    const plain = name.slice(0, -olderSchedMark.length);
    return names.some((own) => own.has(plain) && !own.has(name)) && names.some((own) => own.has(name));
  });
  const services = new Set(split.map((name) => name.slice(0, name.indexOf(' '))));
  return [...services].map(
    (service) => `go.sched_latency_* of ${service} is not held against each other: ${schedLatencyReason}`,
  );
}
