/** A gate of a state against itself by mistake: nothing is run, and whoever reads verdicts is told why. */
import { gateReport } from '../../analysis/gate/report.ts';
import { describeState, type GateSource, type GateStates } from '../../experiments/gate-arms.ts';
import type { ExitCode } from '../../model/errors.ts';
import { type Gate, gateSchemaVersion } from '../../model/gate.ts';
import type { GateSettings } from '../../model/gate-input.ts';
import type { GateVerdict } from '../../model/gate-verdict.ts';
import type { CommandContext } from '../command.ts';
import { type GateOutput, publishReport } from './output.ts';

/** The gate that was asked for. */
interface SameGate {
  readonly id: string;
  readonly source: Pick<GateSource, 'base'>;
  readonly states: GateStates;
  readonly settings: GateSettings;
}

const verdict: GateVerdict = {
  verdict: 'cannot-tell',
  reason: 'same',
  isFinal: true,
  finishedRounds: 0,
  usedRounds: 0,
  setAside: [],
  invalid: [],
  isNoisy: false,
  rules: [],
};

/** Publishes that it cannot tell, wherever a verdict is published; where `--on-same` lets it pass, that is told each time. */
export async function publishSameState(
  { id, source: { base }, states: { baseline, candidate, built }, settings }: SameGate,
  output: GateOutput,
  context: CommandContext,
): Promise<ExitCode> {
  const gate: Gate = {
    schemaVersion: gateSchemaVersion,
    kind: 'gate',
    id,
    startedAt: new Date(context.time.wallMs()).toISOString(),
    tool: { name: 'rampart', version: context.version },
    ...(base.tags ? { tags: base.tags } : {}),
    scenario: { name: base.name, seed: settings.seed },
    engine: base.topology.engine,
    arms: { baseline, candidate },
    input: { settings, rounds: [], isOver: true },
    verdict,
  };
  const names = { baseline: describeState(baseline), candidate: describeState(candidate) };
  const where = built === '.' ? 'no file differs' : `no file differs in ${built}, which is all that is built`;
  const text = `${names.candidate} and ${names.baseline} are the same: ${where}, so there is nothing to gate; --self-check says what this machine could show of a difference`;
  const isGood = output.ifSame === 'pass';
  const note =
    'nothing was measured, and this exits with 0 because --on-same is pass, as --profile has it (--on-same fail: 5)';
  const statements = [{ label: 'OPEN', text }, ...(isGood ? [{ label: 'NOTE', text: note }] : [])];
  if (isGood) context.log.warn(`both states are the same: ${note}`);
  const report = { ...gateReport(gate, names), statements, checks: [] };
  return await publishReport(
    { gate, report, commands: [], directory: undefined },
    isGood ? { ...output, ifOpen: 'pass' } : output,
    context,
  );
}
