/** A gate of a state against itself by mistake says so in every form, and is a gate for programs too. */
import { describe, expect, it } from 'vitest';
import { defaultGateSettings } from '../../../src/analysis/gate/settings.ts';
import { gateOutputOf } from '../../../src/commands/gate/output.ts';
import { publishSameState } from '../../../src/commands/gate/same-state.ts';
import { exitCodes } from '../../../src/model/errors.ts';
import { gateSchema } from '../../../src/model/gate.ts';
import { argsOf, contextOf } from '../../helpers/command-context.ts';

const state = { name: 'v1', commit: '0123456789', tree: 'abc' };
const asked = {
  id: 'x-gate',
  source: { base: { name: 'ramp', topology: { engine: 'process' } } },
  states: { baseline: state, candidate: { name: 'working tree', tree: 'abc' }, built: 'services' },
  settings: defaultGateSettings,
} as unknown as Parameters<typeof publishSameState>[0];

async function published(format: string) {
  const { context, told } = contextOf({});
  const exitCode = await publishSameState(asked, gateOutputOf(argsOf({ format }), context), context);
  return { exitCode, stdout: told.stdout };
}

it.each(['terminal', 'markdown', 'html', 'junit'])('cannot tell, and says why as %s', async (format) => {
  const { exitCode, stdout } = await published(format);
  expect(exitCode).toBe(exitCodes.cannotTell);
  expect(stdout).toContain('working tree and v1 (0123456) are the same: no file differs in services');
});

it('is a gate without a round as JSON', async () => {
  const gate = gateSchema.parse(JSON.parse((await published('json')).stdout));
  expect(gate.verdict).toMatchObject({ verdict: 'cannot-tell', reason: 'same', usedRounds: 0 });
});

describe('how it ends', () => {
  const ended = async (flags: Readonly<Record<string, string | boolean>>) => {
    const { context, told } = contextOf({});
    const code = await publishSameState(asked, gateOutputOf(argsOf(flags), context), context);
    return { code, said: told.stdout.includes('exits with 0 because --on-same is pass'), warned: told.warnings.length };
  };

  it.each([
    [{}, { code: 5, said: false, warned: 0 }],
    [{ profile: 'pr' }, { code: 0, said: true, warned: 1 }],
    [{ profile: 'release' }, { code: 0, said: true, warned: 1 }],
    [{ 'on-same': 'pass' }, { code: 0, said: true, warned: 1 }],
    [
      { profile: 'pr', 'on-same': 'fail' },
      { code: 5, said: false, warned: 0 },
    ],
    [{ 'on-inconclusive': 'pass' }, { code: 0, said: false, warned: 0 }],
    [{ advisory: true }, { code: 0, said: false, warned: 0 }],
  ])('with %j', async (flags, expected) => {
    expect(await ended(flags)).toEqual(expected);
  });

  it('is no failure for a CI server that reads JUnit, where it passes', async () => {
    const { context, told } = contextOf({});
    await publishSameState(asked, gateOutputOf(argsOf({ profile: 'pr', format: 'junit' }), context), context);
    expect(told.stdout).toMatch(/<testsuites? [^>]*failures="0"/);
    expect(told.stdout).toContain('are the same');
  });
});
