/** A gate of a state against itself by mistake says so in every form, and is a gate for programs too. */
import { expect, it } from 'vitest';
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
