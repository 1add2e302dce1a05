/** What a shipped scenario with a fault shows on real services: an election. */
import { expect, it } from 'vitest';
import { expectRecoveryAtElection } from '../../helpers/elections.ts';
import { runFaultScenario } from '../../helpers/fault-scenario.ts';

it('leader-lost tells of an outage as long as the election, and accounts for every arrival', async () => {
  const { result, directory } = await runFaultScenario('leader-lost');
  expectRecoveryAtElection(result, directory);
  const [leaders] = result.roles ?? [];
  expect(leaders?.spans.filter(({ targets }) => targets.length === 1).length).toBeGreaterThanOrEqual(2);
});
