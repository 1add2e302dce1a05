/** Rounds must all run on one engine: what `auto` comes to is settled before the first of them. */
import { startClock } from '../host/clock.ts';
import type { Caller } from '../model/host.ts';
import type { Scenario } from '../model/scenario.ts';
import { topologyEngineOf } from '../registry.ts';
import type { Override } from '../scenario/load-scenario.ts';

/** The engine that `auto` comes to now; undefined when the scenario names one itself. */
export async function resolveAutoEngine(
  { topology }: Scenario,
  { signal, secrets, log, env }: Caller,
): Promise<Override | undefined> {
  if (topology.engine !== 'auto') return undefined;
  const { kind } = await topologyEngineOf(topology, { runId: '', clock: startClock(), signal, secrets, log, env });
  return { flag: `--engine ${kind}`, path: ['topology', 'engine'], value: kind };
}
