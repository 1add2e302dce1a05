/** Manifests of older versions, read as this one writes them. */
import { isObservation, type ObservedScenario, type RunManifest } from '../model/raw-run.ts';

/** What an observation had until `load` could be absent: a load of the mode `none`, with a zero wherever a scenario has a number. */
const inventedMode = 'none';

/** The manifest as it is written today. */
export function currentManifest(stored: RunManifest): RunManifest {
  const { scenario } = stored;
  if (isObservation(scenario) || scenario.load.mode !== inventedMode) return stored;
  const { load: _load, validity: _validity, seed: _seed, ...looked } = scenario;
  // With that mode it was an observation, whatever else it seemed to have.
  return { ...stored, scenario: looked as unknown as ObservedScenario };
}
