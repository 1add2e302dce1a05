/** What a gate says on stderr before and after its rounds. */
import { relative } from 'node:path';
import { leastRounds, plannedLooks } from '../../analysis/statistics/sequential-looks.ts';
import { readComparison } from '../../archive/comparison-directory.ts';
import { describeState } from '../../experiments/gate-arms.ts';
import { type ComparisonPlan, costText } from '../../experiments/plan.ts';
import { baselineNotices } from '../../experiments/stored-baseline.ts';
import { formatDurationMs } from '../../model/units.ts';
import type { CommandContext } from '../command.ts';
import { type ProfileMode, profileRoundsText } from '../profile-rounds.ts';
import { measuredSteps } from './flags.ts';
import { settingsText } from './preset.ts';
import type { GateRequest } from './request.ts';
import { idleWaivers } from './waivers.ts';

/** What has to be known of a stored baseline. */
export function announceStored({ stored, states }: GateRequest, digest: string, { log, time }: CommandContext): void {
  if (!stored) return;
  const { info, warn } = baselineNotices(states.baseline.name, stored, { digest, wall: time.wallMs() });
  for (const line of info) log.info(line);
  for (const line of warn) log.warn(line);
}

/** When there are rounds with profiles. */
const profileTimes: Readonly<Record<ProfileMode, string | undefined>> = {
  off: undefined,
  auto: 'after a FAIL',
  always: 'then',
};

/** What will be run, and how long it may take. */
export function announcePlan(
  { source, states, settings, directory, preset, profiles, checkedLooks }: GateRequest,
  plan: ComparisonPlan,
  context: CommandContext,
): void {
  const { looks, error } = settings;
  const [first = 0] = looks;
  const { tell, log, cwd } = context;
  tell(
    states.candidate === states.baseline
      ? `holding ${describeState(states.candidate)} against itself\n`
      : `gating ${describeState(states.candidate)} against ${describeState(states.baseline)}\n`,
  );
  tell(`${settingsText(settings, { preset, budgetMs: plan.budgetMs })}\n`);
  tell(`at least ${costText({ ...plan, rounds: first }, 2, 'arms')}\n`);
  if (looks.length > 1) tell(`looks after ${looks.join(', ')}; at most ${costText(plan, 2, 'arms')}\n`);
  if (plan.budgetMs !== undefined)
    tell(`no round is begun that would not end within ${formatDurationMs(plan.budgetMs)}\n`);
  for (const { rounds, alpha } of plannedLooks(looks, error))
    if (rounds < leastRounds(alpha))
      log.warn(
        `a look after ${rounds} rounds can show nothing, however slow the candidate is: that takes ${leastRounds(alpha)}`,
      );
  for (const idle of idleWaivers(settings, measuredSteps(source.base))) log.warn(idle);
  const when = profileTimes[checkedLooks && profiles === 'auto' ? 'off' : profiles];
  if (when !== undefined) tell(`${when} ${profileRoundsText(2, plan.runMs)} (--profiles off makes none)\n`);
  tell(`results: ${relative(cwd, directory) || '.'}\n`);
}

/** How to go on with a gate that was stopped. */
export async function announceKept(directory: string, context: CommandContext): Promise<void> {
  const left = await readComparison(directory).catch(() => undefined);
  if (!left || left.runs.length === 0) return;
  const path = relative(context.cwd, directory) || '.';
  context.tell(`\n${left.runs.length} runs have ended and are kept: the same command with --out ${path} goes on\n`);
}
