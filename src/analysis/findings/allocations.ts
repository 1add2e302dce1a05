/** What a service allocates for each answer, and which of its functions does. */

import type { StepResult } from '../../model/run-result.ts';
import { answeredRps } from '../run/answered.ts';
import { columnOf } from '../run/profile-work.ts';
import { ownFunctions, tellingFunction } from './application.ts';
import type { RunEvidence } from './rule.ts';
import { workIn } from './works.ts';

/** Allocation in one step; each part that nobody told is absent. */
export interface Allocations {
  readonly bytesPerAnswer?: number;
  readonly site?: string;
  /** The site's part of all that was allocated, 0 to 1. */
  readonly siteShare?: number;
}

/** Below it allocations are spread, and no one function is to blame. */
const mostOfIt = 0.25;

/** By the runtime's counter, or else by what the heap profiles at both edges of the step have more. */
export function allocationsOf(run: RunEvidence, step: StepResult, target: string): Allocations {
  const counted = step.targets[target]?.['go.alloc_bytes_per_second']?.mean;
  const work = workIn(run, 'heap', step, target);
  const program = run.targets.find(({ id }) => id === target)?.go;
  const profiled = work?.profile && ownFunctions(work.profile, columnOf(work.profile, 'heap'), program);
  const perSecond = counted ?? (profiled && work.windowUs > 0 ? profiled.total / (work.windowUs / 1e6) : undefined);
  const answers = answersPerSecond(step, target);
  const telling = profiled && tellingFunction(profiled.functions);
  return {
    ...(perSecond === undefined || answers <= 0 ? {} : { bytesPerAnswer: perSecond / answers }),
    ...(telling && profiled.total > 0 && telling.cumulative >= mostOfIt * profiled.total
      ? { site: telling.name, siteShare: telling.cumulative / profiled.total }
      : {}),
  };
}

/** Requests that a service served per second: by its own count where it has one, else the answers of the whole load. */
export function answersPerSecond(step: StepResult, target: string): number {
  const own = step.targets[target]?.['app.requests_per_second']?.mean;
  return own !== undefined && own > 0 ? own : answeredRps(step.load);
}
