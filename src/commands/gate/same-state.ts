/** A gate of a state against itself by mistake: nothing is run, and whoever reads verdicts is told why. */
import { describeState, type GateSource, type GateStates } from '../../experiments/gate-arms.ts';
import type { ExitCode } from '../../model/errors.ts';
import type { GateReport } from '../../model/gate-checks.ts';
import type { GateSettings } from '../../model/gate-input.ts';
import type { CommandArgs, CommandContext } from '../command.ts';
import { tellReport } from './output.ts';

/** What was asked. */
interface SameGate {
  readonly id: string;
  readonly source: Pick<GateSource, 'base'>;
  readonly states: GateStates;
  readonly settings: GateSettings;
}

/** Tells that it cannot tell, everywhere a verdict is told. */
export async function tellSame(
  { id, source: { base }, states: { baseline, candidate, built }, settings }: SameGate,
  args: CommandArgs,
  context: CommandContext,
): Promise<ExitCode> {
  const where = built === '.' ? 'no file differs' : `no file differs in ${built}, which is all that is built`;
  const names = { baseline: describeState(baseline), candidate: describeState(candidate) };
  const { tolerance, detect, error } = settings;
  const text = `${names.candidate} and ${names.baseline} are the same: ${where}, so there is nothing to gate; --self-check says what this machine could show of a difference`;
  const report: GateReport = {
    id,
    scenario: base.name,
    startedAt: new Date(context.time.wallMs()).toISOString(),
    tool: { name: 'rampart', version: context.version },
    engine: base.topology.engine,
    ...names,
    verdict: 'cannot-tell',
    rounds: 0,
    tolerance,
    detect,
    error,
    statements: [{ label: 'OPEN', text }],
    checks: [],
  };
  const reason = 'same';
  const whole = { kind: 'gate', arms: { baseline, candidate }, verdict: { verdict: report.verdict, reason } };
  return await tellReport({ report, whole, commands: [], directory: undefined, reason }, args, context);
}
