/** What may stand in a scenario beside what this room knows itself: the registry's list, which is the only one. */
import type { LoadEngine, Sampler, TopologyEngine } from '../model/contracts.ts';

/** The part of a sampler that the schema needs: its key under `observe:` and its options. */
export type SamplerOptions = Pick<Sampler, 'kind' | 'options' | 'mistake'>;

/** Everything registered that a scenario can name. */
export interface KnownKinds {
  readonly samplers: readonly SamplerOptions[];
  /** The usual one first. */
  readonly loadEngines: readonly Pick<LoadEngine, 'kind' | 'pacing'>[];
  readonly topologyEngines: readonly Pick<TopologyEngine, 'kind' | 'attaches' | 'refuses' | 'faultMistake'>[];
}
