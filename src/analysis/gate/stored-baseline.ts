/** Stored numbers: what of rounds is kept in a baseline, and what can be said of it later without running it again. */
import type { Baseline } from '../../model/baseline.ts';
import type { ArmStep } from '../../model/comparison.ts';
import { medianOf } from '../../model/median.ts';
import { typicalP99Us } from '../rounds/window-p99.ts';

/** What a baseline and a later measurement have in common. */
export type Measured = Pick<Baseline, 'scenario' | 'engine' | 'fingerprint' | 'steps'>;

/** The steps of some valid rounds as a baseline keeps them. */
export function storedSteps(rounds: readonly (readonly ArmStep[])[]): Baseline['steps'] {
  return (rounds[0] ?? []).map(({ name, rps, windowSeconds }) => {
    const own = rounds.flatMap((steps) => steps.filter((step) => step.name === name));
    return {
      name,
      rps,
      windowSeconds,
      p99Us: Math.round(medianOf(own.map(({ windows }) => typicalP99Us(windows)))),
      rounds: own.map(({ windows }) => windows.map(({ p99Us }) => p99Us)),
    };
  });
}

/** Why stored numbers must not be held against later ones, each with then and now; empty when they may. */
export function unlikeness(then: Measured, now: Measured): string[] {
  const pairs = [
    ['processor', then.fingerprint.cpuModel, now.fingerprint.cpuModel],
    ['number of CPUs', then.fingerprint.cpus, now.fingerprint.cpus],
    ['kernel', majorOf(then.fingerprint.os), majorOf(now.fingerprint.os)],
    ['engine', then.engine, now.engine],
    ['scenario', then.scenario.name, now.scenario.name],
    ...(then.scenario.digest && now.scenario.digest
      ? ([['digest of the scenario', then.scenario.digest, now.scenario.digest]] as const)
      : []),
  ] as const;
  return pairs
    .filter(([, before, after]) => before !== after)
    .map(([what, before, after]) => `${what}: ${before}, now ${after}`);
}

/** What differs and may explain a change, such as another Go. */
export function otherVersions({ fingerprint: then }: Measured, { fingerprint: now }: Measured): string[] {
  const all = (of: Baseline['fingerprint']) => ({
    ...of.facts,
    node: of.node,
    ...(of.go ? { 'go of the service': of.go } : {}),
  });
  const after: Readonly<Record<string, string>> = all(now);
  return Object.entries(all(then))
    .filter(([name, value]) => after[name] !== undefined && after[name] !== value)
    .map(([name, value]) => `${name}: ${value}, now ${after[name]}`);
}

/** One step then and now; `percent` is the change of its p99. */
export interface StoredChange {
  readonly step: string;
  readonly thenUs: number;
  readonly nowUs: number;
  readonly percent: number;
}

/** The steps that both have, at the same rate; a difference of two moments, not an effect. */
export function storedChanges(then: Measured, now: Measured): StoredChange[] {
  return then.steps.flatMap(({ name, rps, p99Us }) => {
    const other = now.steps.find((step) => step.name === name && Math.abs(step.rps / rps - 1) < 0.01);
    return other ? [{ step: name, thenUs: p99Us, nowUs: other.p99Us, percent: (other.p99Us / p99Us - 1) * 100 }] : [];
  });
}

/** `Linux 6.1` of `Linux 6.1.0-13-amd64`. */
function majorOf(os: string): string {
  return /^\D*\d+(?:\.\d+)?/.exec(os)?.[0] ?? os;
}
