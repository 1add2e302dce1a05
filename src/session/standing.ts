/** A topology that stands: up and ready by all that is asked of it, heard from its start, with its conditions looked at. */
import type { RunContext } from '../model/contracts.ts';
import { environmentError } from '../model/errors.ts';
import type { Clock } from '../model/host.ts';
import type { LogLine, RunningTopology, Target, TargetChange } from '../model/topology.ts';
import type { ConditionWatch } from './condition-watch.ts';
import { type Fan, openFan } from './fan.ts';

/** How a topology comes to stand. */
export interface StandingParts {
  /** Makes the targets be there, or finds them there; tells of those that it is about to start. */
  readonly up: (context: RunContext, starting: (targets: readonly Target[]) => void) => Promise<RunningTopology>;
  readonly conditions?: ConditionPlan | undefined;
}

/** Conditions and roles to be looked at, and which of them must hold within which time for the topology to be ready. */
export interface ConditionPlan {
  readonly open: (clock: Clock) => ConditionWatch;
  readonly ready: readonly string[];
  readonly withinMs: number;
}

/** Its times are those of the context's clock. */
export interface Standing {
  readonly topology: RunningTopology;
  readonly lines: Fan<LogLine>;
  readonly changes: Fan<TargetChange>;
  readonly watch: ConditionWatch | undefined;
  /** Takes it down, with the ears and eyes on it; never throws, may be called twice. */
  down(): Promise<void>;
}

/** Resolves when it stands; when it rejects, nothing is left of it. */
export async function bringUp({ up, conditions }: StandingParts, context: RunContext): Promise<Standing> {
  const watch = conditions?.open(context.clock);
  const topology = await up(context, (targets) => watch?.starting(targets)).catch(async (error: unknown) => {
    await watch?.close();
    throw error;
  });
  const lines = openFan(topology.onLog);
  const changes = openFan(topology.onChange);
  const standing: Standing = {
    topology,
    lines,
    changes,
    watch,
    down: async () => {
      await watch?.close();
      // What targets print while they end belongs to their logs, too.
      await topology.down();
      lines.close();
      changes.close();
    },
  };
  try {
    if (watch && conditions) await becomeReady(watch, conditions, standing, context);
    return standing;
  } catch (error) {
    await standing.down();
    throw error;
  }
}

async function becomeReady(
  watch: ConditionWatch,
  { ready, withinMs }: ConditionPlan,
  { topology: { targets }, lines, changes }: Standing,
  { signal }: RunContext,
): Promise<void> {
  watch.standing(targets);
  lines.on((line) => watch.line(line));
  if (ready.length === 0) return;
  const died = new AbortController();
  const forget = changes.on(({ event, target, message }) => {
    if (event === 'exit')
      died.abort(environmentError('target-died', `${target} stopped before ${ready.join(' and ')} held: ${message}`));
  });
  await watch.allHold(ready, withinMs, AbortSignal.any([signal, died.signal])).finally(forget);
}
