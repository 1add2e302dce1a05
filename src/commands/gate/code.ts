/** What the code of the candidate does differently: rounds with profiles after the verdict, which stays what it is. */
import { relative } from 'node:path';
import { meanOf } from '../../analysis/statistics/mean.ts';
import { readComparison } from '../../archive/comparison-directory.ts';
import { keepGate } from '../../experiments/finish.ts';
import { type ProfileRoundsWork, profileRounds } from '../../experiments/profile-rounds.ts';
import { messageOf } from '../../model/errors.ts';
import type { Gate } from '../../model/gate.ts';
import type { CommandContext } from '../command.ts';
import { type ProfileMode, profileRoundsText } from '../profile-rounds.ts';

/** Whether a gate with this verdict still has rounds with profiles to make. */
export function wantsCode({ verdict, code, selfCheck }: Gate, mode: ProfileMode): boolean {
  const isAsked = mode === 'always' || (mode === 'auto' && verdict.verdict === 'fail' && !selfCheck);
  return isAsked && (code === undefined || code.state === 'interrupted');
}

/** The gate with what its profile rounds say, kept as well. */
export async function withCode(
  gate: Gate,
  work: Omit<ProfileRoundsWork, 'id' | 'runMs'>,
  usualMs: number,
  context: CommandContext,
): Promise<Gate> {
  const { directory } = work;
  const runs = (await readComparison(directory).catch(() => undefined))?.runs ?? [];
  const runMs = runs.length > 0 ? meanOf(runs.map(({ tookMs }) => tookMs)) : usualMs;
  const verdict = gate.selfCheck ? 'the self-check is over' : `the verdict is ${gate.verdict.verdict}, and stays`;
  context.tell(`\n${verdict}; now ${profileRoundsText(work.arms.length, runMs)}\n`);
  const changes = await profileRounds({ ...work, id: gate.id, runMs }, context);
  const code = changes.get('candidate');
  if (!code) return gate;
  const whole = { ...gate, code };
  // The verdict was kept before, and is published in any case.
  await keepGate(directory, whole).catch((error: unknown) => context.log.warn(messageOf(error)));
  const path = relative(context.cwd, directory) || '.';
  if (code.state === 'interrupted')
    context.tell(`\n${code.message}; the same command with --out ${path} goes on with them\n`);
  else if (code.state !== 'complete') context.log.warn(code.message);
  return whole;
}
