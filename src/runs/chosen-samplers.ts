/** The samplers that a scenario asks for. */
import type { RecordedScenario } from '../model/raw-run.ts';
import { samplers } from '../registry.ts';
import type { ChosenSampler } from '../session/run-session.ts';

/** Each with what the scenario says of it. */
export function chosenSamplers(observe: RecordedScenario['observe']): ChosenSampler[] {
  return samplers.flatMap((sampler) => (sampler.kind in observe ? [{ sampler, options: observe[sampler.kind] }] : []));
}
