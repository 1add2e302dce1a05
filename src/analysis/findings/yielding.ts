/** Goroutines that wait awake: they give their P away (`runtime.Gosched`) and take it again until something has come. */
import type { StepResult } from '../../model/run-result.ts';
import { isInStep } from '../run/step-time.ts';
import { ownFramesIn } from './application.ts';
import { cpuOf } from './cpu-of.ts';
import type { RunEvidence } from './rule.ts';

const given = 'runtime.Gosched';
/** The scheduler's part of it, which runs on a stack of its own (runtime/proc.go). */
const yielding = /^runtime\.(?:Gosched|gosched_m)$/;
/** Work that gives others a turn now and then spends next to nothing on that. */
const mostOfCpu = 0.4;

/** The application's function that most of them are in, with their part of its CPU, 0 to 1; undefined where that is not most of it. */
export function yieldingIn(
  run: RunEvidence,
  step: StepResult,
  target: string,
): { readonly site: string; readonly share: number } | undefined {
  const { share = 0 } = cpuOf(run, { step, target }, yielding) ?? {};
  if (share < mostOfCpu) return undefined;
  const ownFrames = ownFramesIn(run.targets.find(({ id }) => id === target)?.go);
  const counts = new Map<string, number>();
  const seen = run.stacks.filter((look) => look.target === target && isInStep(step, look.atUs));
  for (const { frames, count } of seen.flatMap(({ groups }) => groups)) {
    const own = frames[0] === given ? ownFrames(frames)[0] : undefined;
    if (own !== undefined) counts.set(own, (counts.get(own) ?? 0) + count);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most && { site: most[0], share };
}
