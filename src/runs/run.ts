/** One run from a checked scenario to its result on disk. */
import { createLiveRules } from '../analysis/run/live-rules.ts';
import type { AskedFaults } from '../model/contracts.ts';
import type { Caller } from '../model/host.ts';
import type { LoadStep } from '../model/scenario.ts';
import { loadEngineOf, topologyEngineOf } from '../registry.ts';
import type { LoadScript } from '../session/load-script.ts';
import { conditionPlan } from './condition-plan.ts';
import type { openGenerators } from './generators.ts';
import { knownCalibration } from './known-calibration.ts';
import { carryOut, type FinishedRun, type RunPlace, withRun } from './live-run.ts';
import { withoutPasswords } from './manifest.ts';
import { askedFaults, checkFaults, checkMachine } from './preflight.ts';
import type { ReadScenario } from './read-scenario.ts';
import { recordedPartText } from './recorded-part.ts';
import { createRecoveryJudge } from './recovery-judge.ts';

/** What may be decided for one run beside its scenario. */
export interface RunChoices extends RunPlace {
  /** What is sent instead of the scenario's steps. */
  readonly script?: LoadScript | undefined;
  /** Whether rules with `abort` end it. Runs that are held against others go to their end, or they could not be. */
  readonly mayEndEarly?: boolean | undefined;
  /** By service, the nodes of a cluster that its pods are to be on, as they were in a run that this one is held against. */
  readonly nodes?: AskedFaults['nodes'];
}

/** Runs a scenario and writes its directory, also when the run fails; rejects only when the directory cannot be written. */
export async function executeRun(read: ReadScenario, choices: RunChoices, caller: Caller): Promise<FinishedRun> {
  const { scenario, text } = read;
  const { script, mayEndEarly, nodes } = choices;
  const { faults, seed } = scenario;
  const { generators } = scenario.load;
  // Each generator looks at its own machine.
  if (!generators) checkMachine(scenario.load);
  const recording = recordedPartText(scenario.load);
  if (recording !== undefined) caller.log.info(`load.arrivals: ${recording}`);
  // The scenario's, or those of the script so far.
  const steps = script ? [] : [...scenario.load.steps];
  const progress = { steps };
  return await withRun({ name: scenario.name, text, progress }, choices, caller, async (run) => {
    const calibration = generators ? undefined : await knownCalibration(caller);
    const engine = await topologyEngineOf(scenario.topology, run.context);
    checkFaults(scenario, engine);
    const fleet = generators && (await openFleet(generators, scenario, run.context, caller.version));
    const loadEngine = fleet?.engine ?? loadEngineOf(scenario.load.mode);
    // Generators are let go when the results are out.
    const finished = carryOut(run, {
      recorded: () => ({ ...withoutPasswords(scenario), load: { ...scenario.load, steps } }),
      engine: engine.kind,
      calibration,
      progress,
      up: async (goDebug, context, starting) => {
        const asked = { ...askedFaults(scenario, starting), nodes };
        const topology = await engine.up(scenario.topology, goDebug, context, asked);
        try {
          await fleet?.besideTopology(topology);
          return topology;
        } catch (error) {
          await topology.down();
          throw error;
        }
      },
      conditions: conditionPlan(scenario),
      faults: faults && { faults, seed, recovery: createRecoveryJudge(scenario) },
      load: (keep) => ({
        scenario,
        engine: loadEngine,
        script: script && recordedScript(script, steps, keep),
        endsBy: mayEndEarly ? createLiveRules(scenario) : undefined,
      }),
    });
    return await finished.finally(() => fleet?.release());
  });
}

/** Loaded where a scenario asks for generators: without them, this machine sends. */
async function openFleet(...asked: Parameters<typeof openGenerators>): ReturnType<typeof openGenerators> {
  const { openGenerators } = await import('./generators.ts');
  return await openGenerators(...asked);
}

/** The script, which writes each lot of steps into the manifest before it is sent: the run can be analysed at any time. */
function recordedScript(script: LoadScript, sent: LoadStep[], keep: () => Promise<void>): LoadScript {
  return (send) =>
    script(async (steps, onMessage) => {
      sent.push(...steps);
      await keep();
      await send(steps, onMessage);
    });
}
