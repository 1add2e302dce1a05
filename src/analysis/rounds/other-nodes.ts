/** Whether a run of an experiment was on the nodes of its first one: what is unlike between nodes would be taken for what arms differ in. */
import type { ArmRun, Comparison } from '../../model/comparison.ts';

/** What was run so far. */
interface RunsBefore {
  readonly runs: readonly Pick<ArmRun, 'variant' | 'nodes'>[];
  readonly variants: readonly Pick<Comparison['variants'][number], 'settings'>[];
}

/**
 * By service, the nodes that a run of this arm has to be on: those of the first run that is known to have had any. An arm that sets how
 * many replicas there are (`scale.api`) is held to its own first run, for that service.
 */
export function firstNodes({ runs, variants }: RunsBefore, arm: string): Readonly<Record<string, readonly string[]>> {
  const first: Record<string, readonly string[]> = {};
  for (const { variant, nodes = {} } of runs)
    for (const [service, names] of Object.entries(nodes)) {
      const isScaled = variants.some(({ settings }) => settings[`scale.${service}`] !== undefined);
      if (!isScaled || variant === arm) first[service] ??= names.split(', ');
    }
  return first;
}

/** Why a run does not count that had pods on other nodes than it has to; empty where nobody knows. */
export function otherNodes(before: RunsBefore, { variant, nodes = {} }: RunsBefore['runs'][number]): ArmRun['invalid'] {
  const first = firstNodes(before, variant);
  const moved = Object.entries(nodes).flatMap(([service, names]) => {
    const wanted = first[service]?.join(', ') ?? names;
    return wanted === names ? [] : [`${service} was on ${names}, and in the first run on ${wanted}`];
  });
  if (moved.length === 0) return [];
  const message = `${moved.join('; ')}: what is unlike between nodes would be in the difference (a nodeSelector in the manifests holds pods to one node)`;
  return [{ code: 'other-nodes', message }];
}
