/** What the CPU of a service went to, by the functions of its stacks: of one kind, whichever function of the application asked for it. */
import { framesOf } from '../../goruntime/profile/types.ts';
import { columnOf } from '../run/profile-work.ts';
import { answersPerSecond } from './allocations.ts';
import { ownFramesIn, remembered } from './application.ts';
import type { Place } from './places.ts';
import type { RunEvidence } from './rule.ts';
import { workIn } from './works.ts';

/** The CPU of one kind of function in one step. */
export interface CpuOf {
  /** Of the service's CPU, 0 to 1. */
  readonly share: number;
  readonly cores: number;
  /** CPU of the service in the whole profile. */
  readonly profiledNs: number;
  /** For each answer. */
  readonly us: number;
  /** The application's function that most of it is below, where any is. */
  readonly site: string | undefined;
}

/** By the CPU profile of the step: stacks with a function of that kind; undefined without a profile. */
export function cpuOf(
  run: RunEvidence,
  { step, target }: Pick<Place, 'step' | 'target'>,
  kind: RegExp,
): CpuOf | undefined {
  const work = workIn(run, 'cpu', step, target);
  if (!work?.profile || work.windowUs <= 0) return undefined;
  const column = columnOf(work.profile, 'cpu');
  const ownFrames = ownFramesIn(run.targets.find(({ id }) => id === target)?.go);
  const isKind = remembered((frame) => kind.test(frame));
  const sites = new Map<string, number>();
  let [total, of] = [0, 0];
  for (const sample of work.profile.samples) {
    const value = Number(sample.values[column] ?? 0n);
    total += value;
    const frames = framesOf(sample);
    if (!frames.some(isKind)) continue;
    of += value;
    const own = ownFrames(frames)[0];
    if (own !== undefined) sites.set(own, (sites.get(own) ?? 0) + value);
  }
  if (total <= 0) return undefined;
  const cores = of / 1000 / work.windowUs;
  const answers = answersPerSecond(step, target);
  const [site] = [...sites].sort((a, b) => b[1] - a[1])[0] ?? [];
  return { share: of / total, profiledNs: total, cores, us: answers > 0 ? (cores / answers) * 1e6 : 0, site };
}
