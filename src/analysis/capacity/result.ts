/** What a capacity search found, as `capacity.json` and as words. */
import { type CapacityProbe, type CapacityResult, capacitySchemaVersion } from '../../model/capacity.ts';
import type { RunResult } from '../../model/run-result.ts';
import { fitScalability } from '../statistics/scalability.ts';
import type { CapacityStep } from './search.ts';

type Found = Extract<CapacityStep, { kind: 'found' }>;

/** The result of a search whose run ended as `result`; `found` is undefined when the time was over before. */
export function capacityResult(
  found: Found | undefined,
  probes: readonly CapacityProbe[],
  rules: readonly string[],
  result: RunResult,
): CapacityResult {
  const usl = fitScalability(probes.filter(({ outcome }) => outcome !== 'unknown'));
  const broken = new Set(probes.filter(({ outcome }) => outcome === 'broken').map(({ step }) => step));
  const gaveWay = result.findings
    .filter(({ steps }) => steps.some((step) => broken.has(step)))
    .map(({ title, evidence }) => ({ title, evidence }));
  return {
    schemaVersion: capacitySchemaVersion,
    kind: 'capacity',
    scenario: result.scenario.name,
    ...(result.tags ? { tags: result.tags } : {}),
    ...(result.environment.sentTo ? { sentTo: result.environment.sentTo } : {}),
    ...(result.steps.some(({ flows }) => flows) ? { countsArrivals: true } : {}),
    rules,
    ...(found ? verdictOf(found, probes) : unfinished(probes, result)),
    probes,
    ...(usl ? { usl } : {}),
    gaveWay,
  };
}

function verdictOf({ lowRps, highRps, blindRps }: Found, probes: readonly CapacityProbe[]) {
  if (blindRps !== undefined) {
    const blind = probes.find(({ rps, outcome }) => rps === blindRps && outcome === 'unknown');
    return { verdict: 'cannot tell', lowRps, reason: blind?.reasons[0] ?? 'the generator was at its end' } as const;
  }
  if (highRps === undefined) return { verdict: 'at least', lowRps } as const;
  return { verdict: lowRps === 0 ? 'nothing held' : 'found', lowRps, highRps } as const;
}

/** What can be said when the search was cut off: nothing of it is confirmed. */
function unfinished(probes: readonly CapacityProbe[], { failure }: RunResult) {
  const broken = probes.filter(({ outcome }) => outcome === 'broken').map(({ rps }) => rps);
  const lowest = broken.length > 0 ? Math.min(...broken) : Number.POSITIVE_INFINITY;
  const held = probes.filter(({ outcome, rps }) => outcome === 'held' && rps < lowest).map(({ rps }) => rps);
  return {
    verdict: 'cannot tell',
    lowRps: Math.max(0, ...held),
    ...(broken.length > 0 ? { highRps: lowest } : {}),
    reason: failure?.message ?? 'the time given was over before the rate was confirmed',
  } as const;
}
