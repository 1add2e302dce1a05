/** One run from a checked scenario to its result on disk. */
import { openFilesLimit } from '../host/machine.ts';
import { mayRaisePriority } from '../host/priority.ts';
import type { Caller } from '../model/host.ts';
import type { LoadStep } from '../model/scenario.ts';
import { loadEngineOf, topologyEngineOf } from '../registry.ts';
import type { LoadScript } from '../session/load-script.ts';
import { knownCalibration } from './known-calibration.ts';
import { carryOut, type FinishedRun, type RunPlace, withRun } from './live-run.ts';
import { withoutPasswords } from './manifest.ts';
import { checkOpenFiles, checkPriority } from './preflight.ts';
import type { ReadScenario } from './read-scenario.ts';

/** What may be decided for one run beside its scenario. */
export interface RunChoices extends RunPlace {
  /** What is sent instead of the scenario's steps. */
  readonly script?: LoadScript | undefined;
}

/** Runs a scenario and writes its directory, also when the run fails; rejects only when the directory cannot be written. */
export async function executeRun(read: ReadScenario, choices: RunChoices, caller: Caller): Promise<FinishedRun> {
  const { scenario, text } = read;
  const { script } = choices;
  checkOpenFiles(scenario.load, openFilesLimit());
  checkPriority(scenario.load, mayRaisePriority);
  // The scenario's, or those of the script so far.
  const steps = script ? [] : [...scenario.load.steps];
  const progress = { steps };
  return await withRun({ name: scenario.name, text, progress }, choices, caller, async (run) => {
    const calibration = await knownCalibration(caller);
    const engine = await topologyEngineOf(scenario.topology, run.context);
    return await carryOut(run, {
      recorded: () => ({ ...withoutPasswords(scenario), load: { ...scenario.load, steps } }),
      engine: engine.kind,
      calibration,
      progress,
      up: (goDebug, context) => engine.up(scenario.topology, goDebug, context),
      load: (keep) => ({
        scenario,
        engine: loadEngineOf(scenario.load.mode),
        script: script && recordedScript(script, steps, keep),
      }),
    });
  });
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
