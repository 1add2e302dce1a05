/** What a gate's verdict comes to on stdout and as an exit code: it is told as it was given, and not made again. */
import { expect, it } from 'vitest';
import { gateOutputOf, publishVerdict } from '../../../src/commands/gate/output.ts';
import { exitCodes } from '../../../src/model/errors.ts';
import type { Verdict } from '../../../src/model/gate-terms.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';
import { keptGate } from '../../helpers/gate.ts';
import { gateRounds } from '../../helpers/trial-rounds.ts';

const passed = keptGate(gateRounds(8));
const place = { file: '/runs/g/gate.json', directory: undefined };

async function told(verdict: Verdict, flags: Parameters<typeof argsOf>[0] = {}) {
  const { context, told: texts } = contextOf({});
  const gate = { ...passed, verdict: { ...passed.verdict, verdict } };
  return { exitCode: await publishVerdict(gate, place, gateOutputOf(argsOf(flags), context), context), ...texts };
}

it.each([
  ['pass', 'PASSED', exitCodes.ok],
  ['fail', 'FAILED', exitCodes.failed],
  ['cannot-tell', 'CANNOT TELL', exitCodes.cannotTell],
  ['invalid', 'INVALID', exitCodes.incomplete],
] as const)('%s is told as %s', async (verdict, title, exitCode) => {
  const { stdout, exitCode: ended } = await told(verdict);
  expect(stdout).toMatch(new RegExp(`^${title}  ramp: v2 \\(0123456\\) against v1 \\(0123456\\), 8 rounds\n`));
  expect(ended).toBe(exitCode);
});

it('exits with 0 whatever it is where it is only advice', async () => {
  expect((await told('fail', { advisory: true })).exitCode).toBe(exitCodes.ok);
});

it('warns where a gate that cannot tell is to exit with 0', async () => {
  const { exitCode, warnings } = await told('cannot-tell', { 'on-inconclusive': 'warn' });
  expect(exitCode).toBe(exitCodes.ok);
  expect(warnings).toEqual([expect.stringContaining('could not tell')]);
});

it.each([
  ['markdown', '## ramp: ✓ gate passed'],
  ['html', '<!doctype html>'],
  ['junit', '<testsuite'],
])('has its report as %s too', async (format, part) => {
  expect((await told('pass', { format })).stdout).toContain(part);
});

it.each([{ json: true }, { format: 'json' }])('holds the whole gate with %j', async (flags) => {
  expect(JSON.parse((await told('pass', flags)).stdout)).toEqual(JSON.parse(JSON.stringify(passed)));
});
