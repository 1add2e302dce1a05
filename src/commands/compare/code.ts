/** What the code of variants does differently: rounds with profiles after the judgement, which stays what it is. */
import { relative } from 'node:path';
import { meanOf } from '../../analysis/statistics/mean.ts';
import { finishComparison } from '../../experiments/finish.ts';
import { type ProfileRoundsWork, profileRounds } from '../../experiments/profile-rounds.ts';
import type { Comparison, Judgement } from '../../model/comparison.ts';
import { messageOf } from '../../model/errors.ts';
import type { CommandContext } from '../command.ts';
import { type ProfileMode, profileRoundsText } from '../profile-rounds.ts';

type Judged = Comparison & { readonly judgement: Judgement };

/** Whether a comparison still has rounds with profiles to make. */
export function wantsCode({ judgement, code }: Judged, mode: ProfileMode): boolean {
  const isShown = judgement.contrasts.some(({ verdict }) => verdict !== 'not shown');
  const isAsked = mode === 'always' || (mode === 'auto' && isShown);
  const isLeft = code === undefined || code.some(({ state }) => state === 'interrupted');
  return isAsked && isLeft && judgement.outcome !== 'invalid';
}

/** The comparison with what its profile rounds say of each variant, kept as well. */
export async function withCode(
  settled: Judged,
  work: Omit<ProfileRoundsWork, 'id' | 'runMs'>,
  usualMs: number,
  context: CommandContext,
): Promise<Judged> {
  const { directory, arms } = work;
  const runMs = settled.runs.length > 0 ? meanOf(settled.runs.map(({ tookMs }) => tookMs)) : usualMs;
  context.tell(`\nit is judged; now ${profileRoundsText(arms.length, runMs)}\n`);
  const changes = await profileRounds({ ...work, id: settled.id, runMs }, context);
  const code = [...changes].map(([variant, each]) => ({ ...each, variant }));
  const [first] = code;
  const path = relative(context.cwd, directory) || '.';
  if (first?.state === 'interrupted')
    context.tell(`\n${first.message}; the same command with --out ${path} goes on with them\n`);
  else if (first && first.state !== 'complete') context.log.warn(first.message);
  // The judgement was kept before, and is told in any case.
  return await finishComparison(directory, { ...settled, code }).catch((error: unknown) => {
    context.log.warn(messageOf(error));
    return settled;
  });
}
