/** A gate's verdict to stdout and to an exit code. */
import { type GateVerdict, gateVerdict, verdictExitCodes } from '../analysis/gate-verdict.ts';
import { gateStatements } from '../analysis/gate-words.ts';
import { type ExitCode, exitCodes } from '../model/errors.ts';
import type { Gate } from '../model/gate.ts';
import { formatNumber } from '../model/units.ts';
import type { CommandArgs, CommandContext } from './context.ts';
import { describeState } from './gate-arms.ts';
import { tellSelfCheck } from './self-check-output.ts';

const titles: Readonly<Record<GateVerdict['verdict'], string>> = {
  pass: 'PASSED',
  fail: 'FAILED',
  'cannot-tell': 'CANNOT TELL',
  invalid: 'INVALID',
};

/** Prints the verdict, as `--json` asks, and gives the exit code, as `--advisory` and `--on-inconclusive` ask. */
export function tellVerdict(gate: Gate, args: CommandArgs, context: CommandContext): ExitCode {
  const { selfCheck } = gate;
  if (selfCheck) return tellSelfCheck(gate, selfCheck, args, context);
  const verdict = gateVerdict(gate.input);
  context.print(args.flag('json') ? `${JSON.stringify(gate, undefined, 2)}\n` : verdictText(gate, verdict));
  const ifOpen = args.string('on-inconclusive') ?? 'fail';
  if (verdict.verdict === 'cannot-tell' && ifOpen === 'warn')
    context.log.warn('this gate could not tell, and exits with 0 because --on-inconclusive is warn');
  return gateExitCode(verdict.verdict, { isAdvisory: args.flag('advisory'), isOpenGood: ifOpen !== 'fail' });
}

/** 0 passed, 1 failed, 5 cannot tell, 4 invalid, unless the user wants otherwise. */
export function gateExitCode(
  verdict: GateVerdict['verdict'],
  { isAdvisory, isOpenGood }: { readonly isAdvisory: boolean; readonly isOpenGood: boolean },
): ExitCode {
  if (isAdvisory || (isOpenGood && verdict === 'cannot-tell')) return exitCodes.ok;
  return verdictExitCodes[verdict];
}

/** The verdict for people: what it is of, then its statements, most important first. */
function verdictText({ arms, input, scenario }: Gate, verdict: GateVerdict): string {
  const { settings } = input;
  const percent = (share: number) => `${formatNumber(share * 100)} %`;
  const statements = gateStatements(verdict, settings).map(({ label, text }) => `  ${label.padEnd(8)}${text}\n`);
  return [
    `${titles[verdict.verdict]}  ${scenario.name}: ${describeState(arms.candidate)} against ${describeState(arms.baseline)}, ${verdict.usedRounds} rounds\n`,
    `  a slowdown up to ${percent(settings.tolerance)} is harmless, one from ${percent(settings.detect)} on must not pass; either error at most ${percent(settings.error)}\n\n`,
    ...statements,
  ].join('');
}
