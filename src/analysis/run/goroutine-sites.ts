/** Where goroutines were in each step, from the profiles that were taken in it. */

import { groupBy } from '../../model/group-by.ts';
import type { StepResult } from '../../model/run-result.ts';
import type { StackGroup, Stacks } from '../../model/sample.ts';
import type { StepSpan } from './step-spans.ts';

const sitesPerTarget = 10;

/**
 * The largest stacks of each target: goroutines at it, mean and greatest over the step's profiles, and the time an answer
 * spends there by Little's law (J. D. C. Little, Operations Research 9, 1961): goroutines there over answers per second.
 */
export function goroutineSites(
  span: StepSpan,
  all: readonly Stacks[],
  completedRps: number,
  most = sitesPerTarget,
): StepResult['goroutines'] {
  const inStep = all.filter(({ atUs }) => atUs >= span.startUs && atUs < span.endUs);
  return [...groupBy(inStep, (stacks) => stacks.target)].flatMap(([target, profiles]) =>
    sitesOf(target, profiles, completedRps).slice(0, most),
  );
}

function sitesOf(target: string, profiles: readonly Stacks[], completedRps: number): StepResult['goroutines'] {
  const groups: StackGroup[] = profiles.flatMap((profile) => [...profile.groups]);
  const byStack = groupBy(groups, stackKeys());
  return [...byStack.values()]
    .flatMap((same) => {
      const first = same[0];
      if (!first) return [];
      const mean = same.reduce((sum, group) => sum + group.count, 0) / profiles.length;
      const max = same.reduce((most, group) => Math.max(most, group.count), 0);
      return [
        {
          target,
          reason: first.reason,
          site: first.site,
          frames: [...first.frames],
          mean: Math.round(mean * 10) / 10,
          max,
          ...(completedRps > 0 ? { perAnswerUs: Math.round((mean / completedRps) * 1e6) } : {}),
        },
      ];
    })
    .sort((a, b) => b.mean - a.mean);
}

/** A key that only the same stacks have; the text of a list of frames, which is the same for every look that saw it, is made once. */
function stackKeys(): (group: StackGroup) => string {
  const keys = new Map<StackGroup['frames'], string>();
  return ({ reason, frames }) => {
    const text = keys.get(frames) ?? frames.join('\n');
    keys.set(frames, text);
    return `${reason}\n${text}`;
  };
}
